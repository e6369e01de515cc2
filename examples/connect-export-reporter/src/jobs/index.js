'use strict';

const cron = require('node-cron');

const log = require('../log');
const { runDueExports } = require('./exports');
const { sendDigests } = require('./digests');
const { reportPersonalData } = require('./report-personal-data');

function guarded(name, job) {
  let running = false;
  return async () => {
    if (running) {
      log.warn({ job: name }, 'still running, skipped');
      return;
    }
    running = true;
    try {
      await job();
    } catch (error) {
      log.error({ job: name, reason: error.message }, 'job failed');
    } finally {
      running = false;
    }
  };
}

function startJobs(addon) {
  cron.schedule('*/10 * * * *', guarded('exports', () => runDueExports(addon)));
  cron.schedule('20 6 * * 1-5', guarded('digests', () => sendDigests(addon)));
  // Weekly, and away from the top of the hour, as Atlassian asks.
  cron.schedule('37 2 * * 3', guarded('personal-data', () => reportPersonalData(addon)));
}

module.exports = { startJobs };
