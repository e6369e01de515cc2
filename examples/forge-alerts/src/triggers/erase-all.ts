import { forgetSite } from '../lib/site';
import { eraseEverything } from '../lib/subscriptions';

export async function eraseAll(): Promise<void> {
  const erased = await eraseEverything();
  await forgetSite();
  console.info(`uninstalling: ${erased} records erased`);
}
