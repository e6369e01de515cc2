import api, { route } from '@forge/api';

const options = {
  method: 'GET',
  headers: { Accept: 'application/json', 'X-Force-Accept-Language': 'true' },
};

// @email-use activity-mail
export async function mentionEmail(accountId) {
  const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${accountId}`, options);
  return res.ok ? (await res.json()).email : undefined;
}
