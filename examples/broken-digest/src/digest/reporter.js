import { asApp, route } from '@forge/api';

// @email-use crash-mail
export async function reporterEmail(accountId) {
  const response = await asApp().requestJira(route`/rest/api/2/user/email?accountId=${accountId}`, {
    headers: { Accept: 'application/json' },
  });
  if (!response.ok) {
    return null;
  }
  return (await response.json()).email;
}
