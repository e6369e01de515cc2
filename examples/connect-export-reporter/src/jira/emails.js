'use strict';

const { JiraError } = require('./client');

/**
 * The address of one person, or null when there is none: the account is closed,
 * belongs to an app or a portal customer, or Jira does not hand it out.
 *
 * Asks as the app itself; the Email API refuses calls made on behalf of a user.
 * The address is for the mail that is about to be sent. Do not keep it.
 */
// @email-use failed-export-report, subscribed-digests
function emailOf(addon, clientKey, accountId) {
  const client = addon.httpClient({ clientKey });
  const url = `/rest/api/3/user/email?accountId=${encodeURIComponent(accountId)}`;

  return new Promise((resolve, reject) => {
    client.get({ url, json: true }, (error, response, body) => {
      if (error) {
        return reject(error);
      }
      if (response.statusCode === 404) {
        return resolve(null);
      }
      if (response.statusCode !== 200) {
        return reject(new JiraError(response.statusCode, 'the Email API'));
      }
      if (!body || !body.email) {
        return resolve(null);
      }
      return resolve(body.email);
    });
  });
}

module.exports = { emailOf };
