import api, { route } from '@forge/api';

interface Owner {
  accountId: string;
  email: string;
}

export async function ownerEmail(accountId: string): Promise<string> {
  const path = route`/rest/api/3/user/email?accountId=${accountId}`;
  const res = await api.asApp().requestJira(path); // breaks: undeclared-access
  const owner: Owner = await res.json();
  return owner.email.toLowerCase(); // breaks: assumes-email-present
}
