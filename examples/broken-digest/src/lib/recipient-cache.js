import { kvs } from '@forge/kvs';

export const profileKey = (email) => `profile:${email}`;

export async function rememberRecipient(accountId, email) {
  await kvs.set(`recipient:${accountId}`, { email, seen: Date.now() }); // breaks: email-stored
  await kvs.set(profileKey(email), { accountId }); // breaks: email-as-identity
}
