'use strict';

const { pool } = require('./db');
const { eraseFiles } = require('./files');

/** Atlassian says that an account was closed: forget it and all that hangs on it. */
async function eraseAccount(clientKey, accountId) {
  await pool.query('DELETE FROM account WHERE client_key = $1 AND account_id = $2', [
    clientKey,
    accountId,
  ]);
}

/** The app was removed from a site: nothing of the site stays. */
async function eraseSite(clientKey) {
  const { rowCount } = await pool.query('DELETE FROM account WHERE client_key = $1', [clientKey]);
  const files = await eraseFiles(clientKey);
  return { accounts: rowCount, files };
}

module.exports = { eraseAccount, eraseSite };
