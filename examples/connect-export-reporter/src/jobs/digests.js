'use strict';

const log = require('../log');
const { emailOf } = require('../jira/emails');
const { sendMail } = require('../mail/mailer');
const templates = require('../mail/templates');
const schedules = require('../store/schedules');
const subscriptions = require('../store/subscriptions');

// @email-use subscribed-digests
async function sendDigest(addon, subscription, changes) {
  const address = await emailOf(addon, subscription.client_key, subscription.account_id);
  if (!address) {
    log.info({ scheduleId: subscription.schedule_id }, 'subscriber has no address, skipped');
    return false;
  }

  const { baseUrl } = await addon.settings.get('clientInfo', subscription.client_key);
  const { subject, text } = templates.digest({ baseUrl, ...changes });
  return sendMail({ to: address, subject, text });
}

async function sendDigests(addon) {
  let sent = 0;
  for (const schedule of await schedules.withSubscribers()) {
    const changes = await schedules.changesSinceDigest(schedule);
    if (changes.entered.length === 0 && changes.left.length === 0) {
      continue;
    }
    for (const subscription of await subscriptions.to(schedule.client_key, schedule.id)) {
      if (await sendDigest(addon, subscription, { schedule, ...changes })) {
        sent += 1;
      }
    }
    await schedules.digestSent(schedule);
  }
  log.info({ sent }, 'digests sent');
}

module.exports = { sendDigests };
