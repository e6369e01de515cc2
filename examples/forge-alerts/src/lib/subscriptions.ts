import { WhereConditions, kvs } from '@forge/kvs';

import type { Item, Subscription } from '../types';

// Each subscription is stored under two keys, by item and by account. The values hold
// account ids and the ids of items, and nothing else.

const PAGE = 100;

const byItem = ({ product, id }: Item) => `item:${product}:${id}:`;
const byAccount = (accountId: string) => `account:${accountId}:`;

function keysOf(item: Item, accountId: string): [string, string] {
  return [
    `${byItem(item)}${accountId}`,
    `${byAccount(accountId)}${item.product}:${item.id}`,
  ];
}

async function* under(prefix: string): AsyncGenerator<{ key: string; value: Subscription }> {
  let cursor: string | undefined;
  do {
    let query = kvs.query().where('key', WhereConditions.beginsWith(prefix)).limit(PAGE);
    if (cursor) {
      query = query.cursor(cursor);
    }
    const page = await query.getMany<Subscription>();
    yield* page.results;
    cursor = page.nextCursor;
  } while (cursor);
}

export async function subscribe(item: Item, accountId: string): Promise<void> {
  const subscription: Subscription = { ...item, accountId, since: new Date().toISOString() };
  const [itemKey, accountKey] = keysOf(item, accountId);
  await kvs.transact().set(itemKey, subscription).set(accountKey, subscription).execute();
}

export async function unsubscribe(item: Item, accountId: string): Promise<void> {
  const [itemKey, accountKey] = keysOf(item, accountId);
  await kvs.transact().delete(itemKey).delete(accountKey).execute();
}

export async function isSubscribed(item: Item, accountId: string): Promise<boolean> {
  const [itemKey] = keysOf(item, accountId);
  return (await kvs.get<Subscription>(itemKey)) !== undefined;
}

export async function subscribersOf(item: Item): Promise<string[]> {
  const accountIds: string[] = [];
  for await (const { value } of under(byItem(item))) {
    accountIds.push(value.accountId);
  }
  return accountIds;
}

export async function subscriberCount(item: Item): Promise<number> {
  return (await subscribersOf(item)).length;
}

/** Each account once, with the date of the oldest thing that is stored about it. */
export async function storedAccounts(): Promise<Map<string, string>> {
  const oldest = new Map<string, string>();
  for await (const { value } of under('account:')) {
    const known = oldest.get(value.accountId);
    if (known === undefined || value.since < known) {
      oldest.set(value.accountId, value.since);
    }
  }
  return oldest;
}

/** Subscriptions hold no copy of the profile: all that can be renewed is the date. */
export async function touchAccount(accountId: string): Promise<void> {
  for await (const { value } of under(byAccount(accountId))) {
    await subscribe(value, accountId);
  }
}

export async function eraseAccount(accountId: string): Promise<void> {
  for await (const { value } of under(byAccount(accountId))) {
    await unsubscribe(value, accountId);
  }
}

export async function eraseEverything(): Promise<number> {
  let erased = 0;
  for (const prefix of ['item:', 'account:']) {
    for await (const { key } of under(prefix)) {
      await kvs.delete(key);
      erased += 1;
    }
  }
  return erased;
}
