'use strict';

const { pool } = require('./db');

// One row for each account id that the app holds on a site. Schedules and
// subscriptions point here, so that deleting the row deletes all of it.

async function remember(clientKey, accountId) {
  await pool.query(
    'INSERT INTO account (client_key, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [clientKey, accountId]
  );
}

async function touch(clientKey, accountId) {
  await pool.query(
    'UPDATE account SET fetched_at = now() WHERE client_key = $1 AND account_id = $2',
    [clientKey, accountId]
  );
}

async function sites() {
  const { rows } = await pool.query('SELECT DISTINCT client_key FROM account ORDER BY client_key');
  return rows.map((row) => row.client_key);
}

async function dueForReport(clientKey, limit) {
  const { rows } = await pool.query(
    `SELECT account_id, fetched_at FROM account
      WHERE client_key = $1 AND report_at <= now()
      ORDER BY report_at LIMIT $2`,
    [clientKey, limit]
  );
  return rows;
}

async function markReported(clientKey, batch, next) {
  await pool.query(
    'UPDATE account SET report_at = $3 WHERE client_key = $1 AND account_id = ANY($2)',
    [clientKey, batch.map((account) => account.account_id), next]
  );
}

module.exports = { dueForReport, markReported, remember, sites, touch };
