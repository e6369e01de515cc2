import api, { route } from '@forge/api';
import { kvs } from '@forge/kvs';

import { profileKey } from '../lib/recipient-cache';

// @email-use crash-mail
export async function currentProfile(accountId) {
  const res = await api.asUser().requestJira(route`/rest/api/3/user/email?accountId=${accountId}`); // breaks: wrong-caller
  const { email } = await res.json();
  return email ? kvs.get(profileKey(email)) : null; // breaks: email-as-identity
}
