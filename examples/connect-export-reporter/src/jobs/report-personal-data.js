'use strict';

const log = require('../log');
const accounts = require('../store/accounts');
const { eraseAccount } = require('../store/erasure');

const REPORT_URL = 'https://api.atlassian.com/app/report-accounts/';
const BATCH = 90;
const DEFAULT_CYCLE_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** One request: at most 90 accounts, in the context of one site. */
function postReport(addon, clientKey, batch) {
  const client = addon.httpClient({ clientKey });
  const body = {
    accounts: batch.map((account) => ({
      accountId: account.account_id,
      updatedAt: account.fetched_at.toISOString(),
    })),
  };
  return new Promise((resolve, reject) => {
    client.post({ url: REPORT_URL, json: body }, (error, response, answer) => {
      if (error) {
        return reject(error);
      }
      const cycleDays = Number(response.headers['cycle-period']) || DEFAULT_CYCLE_DAYS;
      if (response.statusCode === 204) {
        return resolve({ changed: [], cycleDays });
      }
      if (response.statusCode !== 200) {
        return reject(new Error(`report-accounts answered ${response.statusCode}`));
      }
      return resolve({ changed: answer.accounts, cycleDays });
    });
  });
}

async function applyChange(clientKey, change) {
  switch (change.status) {
    case 'closed':
      await eraseAccount(clientKey, change.accountId);
      break;
    case 'updated':
      // Nothing is kept of a profile besides the account id, so there is
      // nothing to fetch again: the record only gets a new date.
      await accounts.touch(clientKey, change.accountId);
      break;
    default:
      log.warn({ status: change.status }, 'unknown status in a personal data report');
  }
}

async function reportSite(addon, clientKey) {
  let reported = 0;
  for (;;) {
    const batch = await accounts.dueForReport(clientKey, BATCH);
    if (batch.length === 0) {
      return reported;
    }
    const { changed, cycleDays } = await postReport(addon, clientKey, batch);
    for (const change of changed) {
      await applyChange(clientKey, change);
    }
    // Marked after each batch, so that a run which is cut short goes on here.
    await accounts.markReported(clientKey, batch, new Date(Date.now() + cycleDays * DAY_MS));
    reported += batch.length;
  }
}

async function reportPersonalData(addon) {
  for (const clientKey of await accounts.sites()) {
    try {
      const reported = await reportSite(addon, clientKey);
      log.info({ clientKey, reported }, 'personal data reported');
    } catch (error) {
      log.error({ clientKey, reason: error.message }, 'personal data report failed');
    }
  }
}

module.exports = { reportPersonalData };
