import Resolver, { type Request } from '@forge/resolver';

import { rememberSite } from '../lib/site';
import { isSubscribed, subscribe, subscriberCount, unsubscribe } from '../lib/subscriptions';
import type { Item } from '../types';

interface PanelState {
  subscribed: boolean;
  others: number;
}

function itemOf({ context }: Request): Item {
  const { issue, content } = context.extension;
  return issue ? { product: 'jira', id: issue.id } : { product: 'confluence', id: content.id };
}

async function panelState(item: Item, accountId: string): Promise<PanelState> {
  const subscribed = await isSubscribed(item, accountId);
  const count = await subscriberCount(item);
  return { subscribed, others: subscribed ? count - 1 : count };
}

// Who asks comes from the context that Forge vouches for, never from the payload.
const definitions = new Resolver()
  .define('state', (request) => panelState(itemOf(request), request.context.accountId))
  .define('subscribe', async (request) => {
    const item = itemOf(request);
    await rememberSite(request.context.siteUrl);
    await subscribe(item, request.context.accountId);
    return panelState(item, request.context.accountId);
  })
  .define('unsubscribe', async (request) => {
    const item = itemOf(request);
    await unsubscribe(item, request.context.accountId);
    return panelState(item, request.context.accountId);
  });

export const resolver = definitions.getDefinitions();
