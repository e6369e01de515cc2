import api, { route } from '@forge/api';

import { organisationMembers } from './org-users';

export async function matchAccounts(accountIds) {
  const graph = new Map();
  for (const [, email] of await organisationMembers(accountIds)) {
    const res = await api.asApp().requestJira(route`/rest/api/3/user/search?query=${email}`); // breaks: lookup-by-email
    const [match] = await res.json();
    graph.set(email, match?.accountId); // breaks: email-as-identity
  }
  return graph;
}
