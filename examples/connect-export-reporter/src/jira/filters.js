'use strict';

const { JiraError, get } = require('./client');

const FIELDS = 'summary,status,priority,updated';
const PAGE = 100;

/**
 * The filter's name, or null when there is no such filter or it is not shared
 * with everybody on the site. The app has no other way to tell that the person
 * who asks may see it.
 */
async function sharedFilterName(addon, clientKey, filterId) {
  try {
    const filter = await get(addon, clientKey, `/rest/api/3/filter/${filterId}`);
    const shared = filter.sharePermissions.some((share) => share.type === 'authenticated');
    return shared ? filter.name : null;
  } catch (error) {
    if (error instanceof JiraError && error.status === 404) {
      return null;
    }
    throw error;
  }
}

async function issuesOf(addon, clientKey, filterId) {
  const issues = [];
  let next;
  do {
    const query = new URLSearchParams({
      jql: `filter = ${filterId} ORDER BY key`,
      fields: FIELDS,
      maxResults: String(PAGE),
    });
    if (next) {
      query.set('nextPageToken', next);
    }
    const page = await get(addon, clientKey, `/rest/api/3/search/jql?${query}`);
    for (const issue of page.issues) {
      issues.push({
        key: issue.key,
        summary: issue.fields.summary,
        status: issue.fields.status.name,
        priority: issue.fields.priority ? issue.fields.priority.name : '',
        updated: issue.fields.updated,
      });
    }
    next = page.nextPageToken;
  } while (next);
  return issues;
}

module.exports = { issuesOf, sharedFilterName };
