import Resolver from '@forge/resolver';

import { matchAccounts } from './admin/match-accounts';
import { currentProfile } from './digest/me';
import { watcherEmails } from './digest/watchers';
import { loadPreferences, savePreferences } from './lib/preferences';

const resolver = new Resolver();

resolver.define('preferences', ({ context }) => loadPreferences(context.accountId));

resolver.define('savePreferences', ({ payload, context }) =>
  savePreferences(context.accountId, payload)
);

resolver.define('me', ({ context }) => currentProfile(context.accountId));

resolver.define('graph', async ({ payload }) => {
  const graph = await matchAccounts(payload.accountIds);
  return { people: graph.size };
});

resolver.define('recipients', async ({ payload }) => {
  const emails = await watcherEmails(payload.issueKey);
  return { emails }; // breaks: email-in-response
});

const definitions = resolver.getDefinitions();
export { definitions as resolver };
