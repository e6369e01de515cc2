'use strict';

const { SESClient, SendEmailCommand } = require('@aws-sdk/client-ses');

const log = require('../log');

const FROM = 'Export Reporter <no-reply@mail.tidewater.example>';

const ses = new SESClient({
  region: 'eu-west-1',
  endpoint: 'https://email.eu-west-1.amazonaws.com',
});

/**
 * Sends one plain-text mail. Returns false when the service refuses it. Its
 * error text can quote the recipient, so only the error's name is kept.
 */
async function sendMail({ to, subject, text }) {
  try {
    await ses.send(
      new SendEmailCommand({
        Source: FROM,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: { Data: subject, Charset: 'UTF-8' },
          Body: { Text: { Data: text, Charset: 'UTF-8' } },
        },
      })
    );
    return true;
  } catch (error) {
    log.warn({ reason: error.name }, 'the mail service refused a message');
    return false;
  }
}

module.exports = { sendMail };
