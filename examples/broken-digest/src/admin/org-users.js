import { fetch } from '@forge/api';

const ORG = process.env.ATLASSIAN_ORG_ID;

// @email-use people-graph
export async function organisationMembers(accountIds) {
  // breaks: retired-endpoint
  const res = await fetch(`https://api.atlassian.com/admin/v1/orgs/${ORG}/users/search`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${process.env.ATLASSIAN_ORG_KEY}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ accountIds, expand: ['EMAIL'] }),
  });
  const { data } = await res.json();
  return data.filter((user) => user.email).map((user) => [user.accountId, user.email]);
}
