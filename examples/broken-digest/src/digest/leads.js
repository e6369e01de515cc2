import api, { route } from '@forge/api';

export async function leadEmail(accountId) {
  const res = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${accountId}`);
  const user = await res.json();
  return user.emailAddress.trim(); // breaks: assumes-email-present, undeclared-access
}
