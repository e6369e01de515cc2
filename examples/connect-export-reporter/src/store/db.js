'use strict';

const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });

const TABLES = `
  CREATE TABLE IF NOT EXISTS account (
    client_key  text NOT NULL,
    account_id  text NOT NULL,
    fetched_at  timestamptz NOT NULL DEFAULT now(),
    report_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_key, account_id)
  );
  CREATE TABLE IF NOT EXISTS schedule (
    id               bigserial PRIMARY KEY,
    client_key       text NOT NULL,
    owner_account_id text NOT NULL,
    filter_id        text NOT NULL,
    name             text NOT NULL,
    frequency        text NOT NULL,
    due_at           timestamptz NOT NULL DEFAULT now(),
    last_run_at      timestamptz,
    last_status      text,
    last_file        text,
    issue_keys       text[] NOT NULL DEFAULT '{}',
    digest_keys      text[] NOT NULL DEFAULT '{}',
    FOREIGN KEY (client_key, owner_account_id) REFERENCES account ON DELETE CASCADE
  );
  CREATE TABLE IF NOT EXISTS subscription (
    client_key  text NOT NULL,
    schedule_id bigint NOT NULL REFERENCES schedule ON DELETE CASCADE,
    account_id  text NOT NULL,
    PRIMARY KEY (schedule_id, account_id),
    FOREIGN KEY (client_key, account_id) REFERENCES account ON DELETE CASCADE
  );
`;

async function migrate() {
  await pool.query(TABLES);
}

module.exports = { migrate, pool };
