'use strict';

const { pool } = require('./db');
const accounts = require('./accounts');

async function subscribe(clientKey, scheduleId, accountId) {
  await accounts.remember(clientKey, accountId);
  const { rowCount } = await pool.query(
    `INSERT INTO subscription (client_key, schedule_id, account_id)
     SELECT client_key, id, $3 FROM schedule WHERE client_key = $1 AND id = $2
     ON CONFLICT (schedule_id, account_id) DO UPDATE SET account_id = excluded.account_id`,
    [clientKey, scheduleId, accountId]
  );
  return rowCount > 0;
}

async function unsubscribe(clientKey, scheduleId, accountId) {
  await pool.query(
    'DELETE FROM subscription WHERE client_key = $1 AND schedule_id = $2 AND account_id = $3',
    [clientKey, scheduleId, accountId]
  );
}

async function scheduleIdsOf(clientKey, accountId) {
  const { rows } = await pool.query(
    'SELECT schedule_id FROM subscription WHERE client_key = $1 AND account_id = $2',
    [clientKey, accountId]
  );
  return new Set(rows.map((row) => row.schedule_id));
}

async function to(clientKey, scheduleId) {
  const { rows } = await pool.query(
    'SELECT * FROM subscription WHERE client_key = $1 AND schedule_id = $2',
    [clientKey, scheduleId]
  );
  return rows;
}

module.exports = { scheduleIdsOf, subscribe, to, unsubscribe };
