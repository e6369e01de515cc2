import api, { route } from '@forge/api';

import type { Product } from '../types';

interface EmailRecord {
  accountId: string;
  email?: string | null;
}

/**
 * The address is for the mail that is about to be sent. Nobody but the sender may
 * see it, so do not return it from a resolver, keep it or log it.
 *
 * `undefined` stands for every reason why there is none: a closed account, an app's
 * or a portal customer's account, or an administrator who did not consent.
 */
// @email-use watched-item-alerts, exposed-issue-alerts
export async function jiraEmail(accountId: string): Promise<string | undefined> {
  const response = await api
    .asApp()
    .requestJira(route`/rest/api/3/user/email?accountId=${accountId}`);
  if (!response.ok) {
    console.warn(`Jira gave no address, status ${response.status}`);
    return undefined;
  }
  const { email } = (await response.json()) as EmailRecord;
  return email || undefined;
}

// @email-use watched-item-alerts
export async function confluenceEmail(accountId: string): Promise<string | undefined> {
  const response = await api
    .asApp()
    .requestConfluence(route`/wiki/rest/api/user/email?accountId=${accountId}`);
  if (!response.ok) {
    console.warn(`Confluence gave no address, status ${response.status}`);
    return undefined;
  }
  const { email } = (await response.json()) as EmailRecord;
  return email || undefined;
}

// @email-use watched-item-alerts
export function emailFor(product: Product, accountId: string): Promise<string | undefined> {
  return product === 'jira' ? jiraEmail(accountId) : confluenceEmail(accountId);
}
