'use strict';

const { pool } = require('./db');
const accounts = require('./accounts');

const INTERVAL = { daily: '1 day', weekdays: '1 day', weekly: '7 days' };

async function create(clientKey, { filterId, frequency, name, ownerAccountId }) {
  await accounts.remember(clientKey, ownerAccountId);
  const { rows } = await pool.query(
    `INSERT INTO schedule (client_key, owner_account_id, filter_id, name, frequency)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [clientKey, ownerAccountId, filterId, name, frequency]
  );
  return rows[0].id;
}

async function remove(clientKey, id, ownerAccountId) {
  const { rowCount } = await pool.query(
    'DELETE FROM schedule WHERE client_key = $1 AND id = $2 AND owner_account_id = $3',
    [clientKey, id, ownerAccountId]
  );
  return rowCount > 0;
}

async function onSite(clientKey) {
  const { rows } = await pool.query('SELECT * FROM schedule WHERE client_key = $1 ORDER BY name', [
    clientKey,
  ]);
  return rows;
}

async function due() {
  const { rows } = await pool.query(
    `SELECT * FROM schedule
      WHERE due_at <= now() AND (frequency <> 'weekdays' OR extract(isodow FROM now()) < 6)
      ORDER BY due_at LIMIT 200`
  );
  return rows;
}

async function lastFile(clientKey, id, ownerAccountId) {
  const { rows } = await pool.query(
    `SELECT last_file FROM schedule
      WHERE client_key = $1 AND id = $2 AND owner_account_id = $3`,
    [clientKey, id, ownerAccountId]
  );
  return rows.length > 0 ? rows[0].last_file : null;
}

async function succeeded(schedule, { file, issueKeys }) {
  await pool.query(
    `UPDATE schedule SET last_run_at = now(), last_status = 'ok', last_file = $2,
            issue_keys = $3, due_at = now() + $4::interval
      WHERE id = $1`,
    [schedule.id, file, issueKeys, INTERVAL[schedule.frequency]]
  );
}

/** Returns true for the first failure in a row, so that one mail is sent for it. */
async function failed(schedule, reason, nextTry) {
  await pool.query(
    'UPDATE schedule SET last_run_at = now(), last_status = $2, due_at = $3 WHERE id = $1',
    [schedule.id, reason, nextTry]
  );
  return schedule.last_status === null || schedule.last_status === 'ok';
}

async function withSubscribers() {
  const { rows } = await pool.query(
    `SELECT s.* FROM schedule s
      WHERE EXISTS (SELECT 1 FROM subscription b WHERE b.schedule_id = s.id)`
  );
  return rows;
}

async function changesSinceDigest(schedule) {
  const before = new Set(schedule.digest_keys);
  const after = new Set(schedule.issue_keys);
  return {
    entered: schedule.issue_keys.filter((key) => !before.has(key)),
    left: schedule.digest_keys.filter((key) => !after.has(key)),
  };
}

async function digestSent(schedule) {
  await pool.query('UPDATE schedule SET digest_keys = $2 WHERE id = $1', [
    schedule.id,
    schedule.issue_keys,
  ]);
}

module.exports = {
  changesSinceDigest,
  create,
  digestSent,
  due,
  failed,
  lastFile,
  onSite,
  remove,
  succeeded,
  withSubscribers,
};
