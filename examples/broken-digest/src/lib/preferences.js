import { kvs } from '@forge/kvs';

const DEFAULTS = { weekday: 'monday', includeDone: false };

export const loadPreferences = async (accountId) => ({
  ...DEFAULTS,
  ...(await kvs.get(`preferences:${accountId}`)),
});

export async function savePreferences(accountId, { weekday, includeDone }) {
  const preferences = { weekday, includeDone: Boolean(includeDone) };
  await kvs.set(`preferences:${accountId}`, preferences);
  return preferences;
}
