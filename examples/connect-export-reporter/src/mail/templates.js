'use strict';

const ISSUES_LISTED = 50;

function pageUrl(baseUrl) {
  return `${baseUrl}/plugins/servlet/ac/example.tidewater.export-reporter/export-schedules`;
}

function failedExport({ baseUrl, schedule, reason, nextTry }) {
  return {
    subject: `Export failed: ${schedule.name}`,
    text: [
      `Your scheduled export "${schedule.name}" did not finish.`,
      '',
      `Reason: ${reason}`,
      `Next try: ${nextTry.toUTCString()}`,
      '',
      `Change or stop the schedule: ${pageUrl(baseUrl)}`,
    ].join('\n'),
  };
}

// Keys and links only: Jira decides what the reader may see behind them.
function section(baseUrl, title, keys) {
  const lines = keys.slice(0, ISSUES_LISTED).map((key) => `  ${key}  ${baseUrl}/browse/${key}`);
  if (keys.length > ISSUES_LISTED) {
    lines.push(`  and ${keys.length - ISSUES_LISTED} more`);
  }
  return [title, ...lines, ''];
}

function digest({ baseUrl, schedule, entered, left }) {
  return {
    subject: `${schedule.name}: ${entered.length} in, ${left.length} out`,
    text: [
      `What changed in "${schedule.name}" since the last digest.`,
      '',
      ...section(baseUrl, `Entered (${entered.length})`, entered),
      ...section(baseUrl, `Left (${left.length})`, left),
      `You get this because you subscribed. To stop it: ${pageUrl(baseUrl)}`,
    ].join('\n'),
  };
}

module.exports = { digest, failedExport };
