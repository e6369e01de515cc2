const REST = '/rest/api/3';
const EMAIL = '/user/email';

export const issuePath = (key) => `${REST}/issue/${encodeURIComponent(key)}`;

export const watchersPath = (key) => `${issuePath(key)}/watchers`;

export const emailPath = (accountId) => REST + EMAIL + '?accountId=' + encodeURIComponent(accountId);
