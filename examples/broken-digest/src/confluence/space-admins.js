import api, { route } from '@forge/api';

// @email-use(people-graph)
export async function spaceAdmins(accountIds) {
  const emails = await Promise.all(
    accountIds.map(async (id) => {
      const res = await api.asApp().requestConfluence(route`/rest/api/user/email?accountId=${id}`); // breaks: wrong-email-path
      return res.ok ? (await res.json()).email : null;
    })
  );
  return emails.filter((email) => email);
}
