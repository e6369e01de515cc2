import api, { assumeTrustedRoute } from '@forge/api';

import { emailPath, watchersPath } from '../lib/paths';

const getJson = async (path) => {
  const res = await api.asApp().requestJira(assumeTrustedRoute(path));
  return res.json();
};

// @email-use watcher-ping
export async function watcherEmails(issueKey) {
  const { watchers } = await getJson(watchersPath(issueKey));
  const found = await Promise.all(watchers.map((w) => getJson(emailPath(w.accountId))));
  return found.map((record) => record.email).filter(Boolean);
}
