'use strict';

class JiraError extends Error {
  constructor(status, what) {
    super(`Jira answered ${status} to ${what}`);
    this.name = 'JiraError';
    this.status = status;
  }
}

/** GET as the app itself; resolves with the parsed body. */
function get(addon, clientKey, url) {
  const client = addon.httpClient({ clientKey });
  return new Promise((resolve, reject) => {
    client.get({ url, json: true }, (error, response, body) => {
      if (error) {
        reject(error);
      } else if (response.statusCode >= 400) {
        reject(new JiraError(response.statusCode, url.split('?')[0]));
      } else {
        resolve(body);
      }
    });
  });
}

module.exports = { JiraError, get };
