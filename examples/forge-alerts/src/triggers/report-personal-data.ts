import { privacy } from '@forge/api';

import { eraseAccount, storedAccounts, touchAccount } from '../lib/subscriptions';

// The most that Atlassian takes in one report. Sent one after the other, so that a
// report which fails costs one batch and not the whole week.
const BATCH = 90;

export async function reportPersonalData(): Promise<void> {
  const accounts = [...(await storedAccounts())].map(([accountId, updatedAt]) => ({
    accountId,
    updatedAt,
  }));

  let closed = 0;
  let updated = 0;
  let failed = 0;
  for (let start = 0; start < accounts.length; start += BATCH) {
    const batch = accounts.slice(start, start + BATCH);
    try {
      for (const { accountId, status } of await privacy.reportPersonalData(batch)) {
        if (status === 'closed') {
          await eraseAccount(accountId);
          closed += 1;
        } else if (status === 'updated') {
          await touchAccount(accountId);
          updated += 1;
        }
      }
    } catch {
      failed += 1;
    }
  }

  console.info(
    `personal data: ${accounts.length} reported, ${closed} closed, ${updated} updated, ` +
      `${failed} batches failed`,
  );
}
