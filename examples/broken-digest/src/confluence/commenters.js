import api, { route } from '@forge/api';

// @email-use
export async function commenterEmail(accountId) {
  const res = await api.asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId={accountId}`); // breaks: wrong-email-path
  if (!res.ok) return undefined;
  const body = await res.json();
  return body.email;
}
