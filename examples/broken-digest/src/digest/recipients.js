import api, { route } from '@forge/api';

// @email-use weekly-digest
export async function recipients(accountIds) {
  const query = new URLSearchParams(accountIds.map((id) => ['accountId', id]));
  const res = await api.asApp().requestJira(route`/rest/api/3/user/email/bulk?${query}`);
  const rows = await res.json();

  return accountIds.map((accountId, i) => ({
    accountId,
    email: rows[i].email, // breaks: bulk-result-by-position
  }));
}
