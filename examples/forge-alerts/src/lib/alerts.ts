import { emailFor, jiraEmail } from './emails';
import { sendMail, type Mail } from './mail';
import { subscribersOf } from './subscriptions';
import type { Item } from '../types';

/** Mails everybody who watches the item, except for the person who changed it. */
// @email-use watched-item-alerts
export async function alertSubscribers(item: Item, changedBy: string, mail: Mail): Promise<void> {
  let sent = 0;
  let skipped = 0;
  for (const accountId of await subscribersOf(item)) {
    if (accountId === changedBy) {
      continue;
    }
    const address = await emailFor(item.product, accountId);
    if (!address) {
      skipped += 1;
      continue;
    }
    if (await sendMail(address, mail)) {
      sent += 1;
    }
  }
  console.info(`alerts for ${item.product} ${item.id}: ${sent} sent, ${skipped} without address`);
}

// @email-use exposed-issue-alerts
export async function warnAssignee(accountId: string, mail: Mail): Promise<void> {
  const address = await jiraEmail(accountId);
  if (!address) {
    console.info('the assignee has no address, no security alert sent');
    return;
  }
  await sendMail(address, mail);
}
