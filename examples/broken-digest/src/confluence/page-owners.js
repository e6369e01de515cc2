import api, { route } from '@forge/api';

// @email-use people-graph
const fetchOwner = (accountId) =>
  api.asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${accountId}`);

export async function pageOwners(accountIds) {
  const emails = [];
  for (const accountId of accountIds) {
    const res = await fetchOwner(accountId);
    if (res.status !== 200) continue;
    const { email } = await res.json();
    if (email) emails.push(email);
  }
  return emails;
}
