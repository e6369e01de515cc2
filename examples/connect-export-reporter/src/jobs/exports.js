'use strict';

const log = require('../log');
const { JiraError } = require('../jira/client');
const { emailOf } = require('../jira/emails');
const { issuesOf } = require('../jira/filters');
const { sendMail } = require('../mail/mailer');
const templates = require('../mail/templates');
const files = require('../store/files');
const schedules = require('../store/schedules');

const RETRY_AFTER_MS = 60 * 60 * 1000;

function reasonFor(error) {
  if (error instanceof JiraError && (error.status === 401 || error.status === 403)) {
    return 'The filter is no longer shared with everybody.';
  }
  if (error instanceof JiraError && error.status === 404) {
    return 'The filter was deleted.';
  }
  if (error instanceof JiraError) {
    return `Jira answered with status ${error.status}.`;
  }
  return 'The file could not be written.';
}

// @email-use failed-export-report
async function tellOwner(addon, schedule, error, nextTry) {
  const address = await emailOf(addon, schedule.client_key, schedule.owner_account_id);
  if (!address) {
    log.info({ scheduleId: schedule.id }, 'no address, failure shown on the page only');
    return;
  }

  const { baseUrl } = await addon.settings.get('clientInfo', schedule.client_key);
  const mail = templates.failedExport({ baseUrl, schedule, reason: reasonFor(error), nextTry });
  const sent = await sendMail({ to: address, ...mail });
  log.info({ scheduleId: schedule.id, sent }, 'failure reported to the owner');
}

async function runExport(addon, schedule) {
  try {
    const issues = await issuesOf(addon, schedule.client_key, schedule.filter_id);
    const file = await files.writeExport(schedule, issues);
    await schedules.succeeded(schedule, {
      file,
      issueKeys: issues.map((issue) => issue.key),
    });
    log.info({ scheduleId: schedule.id, issues: issues.length }, 'export written');
  } catch (error) {
    const nextTry = new Date(Date.now() + RETRY_AFTER_MS);
    const first = await schedules.failed(schedule, reasonFor(error), nextTry);
    log.warn({ scheduleId: schedule.id, error: error.name }, 'export failed');
    if (first) {
      await tellOwner(addon, schedule, error, nextTry);
    }
  }
}

async function runDueExports(addon) {
  for (const schedule of await schedules.due()) {
    await runExport(addon, schedule);
  }
}

module.exports = { runDueExports };
