// jira.js, confluence.js and @forge/api against the mock whose address is the first argument.
// Run by .ci/conformance-clients, which copies this file to where the packages are installed.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createCloudClient, createServiceDeskClient } from 'jira.js';
import { createV1Client, createV2Client } from 'confluence.js';

const base = process.argv[2];
const { people } = await (await fetch(`${base}/__mailpermit/scenarios`)).json();
const id = (name) => people[name]['account-id'];
const set = async (change) => {
  const answer = await fetch(`${base}/__mailpermit/state`, { method: 'PATCH', body: JSON.stringify(change) });
  assert.equal(answer.status, 200, await answer.text());
};
const reset = () => fetch(`${base}/__mailpermit/reset`, { method: 'POST' });
// What a client does not understand of an answer is an error here, not a warning.
const config = {
  host: base,
  auth: { type: 'basic', email: 'me@corp.example', apiToken: 'token' },
  onSchemaMismatch: 'throw',
};

let calls = 0;
const call = async (promise) => {
  calls += 1;
  return promise;
};
const refused = async (status, run) => {
  calls += 1;
  await assert.rejects(run, (error) => {
    assert.equal(error.status ?? error.response?.status ?? error.statusCode, status, String(error));
    return true;
  });
};
const ids = [id('paul'), id('nadia'), id('gone'), '5d83f7c1a90b4e6632105a00'];

// --- jira.js
const jira = createCloudClient(config);
const hidden = await call(jira.users.getUser({ accountId: id('paul') }));
assert.equal(hidden.emailAddress, undefined);
assert.equal(hidden.timeZone, 'Europe/Berlin');
const shown = await call(jira.users.getUser({ accountId: id('nadia') }));
assert.equal(shown.emailAddress, 'nadia.okoro@corp.example');
assert.equal((await call(jira.users.getUser({ accountId: id('gone') }))).active, false);
await refused(404, () => jira.users.getUser({ accountId: ids[3] }));
assert.ok((await call(jira.myself.getCurrentUser())).accountId);
assert.deepEqual((await call(jira.userSearch.findUsers({ query: 'nadia' }))).map((u) => u.accountId), [id('nadia')]);
assert.deepEqual(await call(jira.userSearch.findUsers({ query: 'paul.imkers@example.com' })), []);
assert.ok((await call(jira.userSearch.findUsersByQuery({ query: 'is assignee of MOCK' }))).values.length > 3);
assert.ok((await call(jira.userSearch.findAssignableUsers({ project: 'MOCK' }))).length > 3);
assert.ok((await call(jira.userSearch.findBulkAssignableUsers({ projectKeys: 'MOCK' }))).length > 3);
assert.ok((await call(jira.userSearch.findUsersWithAllPermissions({ permissions: 'BROWSE' }))).length > 3);
assert.ok((await call(jira.userSearch.findUsersWithBrowsePermission({ issueKey: 'MOCK-1' }))).length > 3);
assert.equal((await call(jira.userSearch.findUsersForPicker({ query: 'nadia' }))).users.length, 1);
assert.ok((await call(jira.users.getAllUsers())).length > 8);
assert.ok((await call(jira.users.getAllUsersDefault({ maxResults: 2 }))).length === 2);
assert.ok((await call(jira.groups.getUsersFromGroup({ groupname: 'users' }))).values.length > 8);
assert.equal((await call(jira.users.getUserEmail({ accountId: id('paul') }))).email, 'paul.imkers@example.com');
await refused(404, () => jira.users.getUserEmail({ accountId: id('gone') }));
// Jira's description has one object as the answer of the bulk call, practice a list: the client believes the former.
await assert.rejects(() => jira.users.getUserEmailBulk({ accountId: ids }), 'the list is no surprise any more');
await set({ 'jira-email-bulk': 'object' });
assert.equal((await call(jira.users.getUserEmailBulk({ accountId: ids }))).email, 'paul.imkers@example.com');
await set({ 'email-api': 'not-approved' });
await refused(400, () => jira.users.getUserEmail({ accountId: id('paul') }));
await set({ 'email-api': 'unauthorized' });
await refused(401, () => jira.users.getUserEmail({ accountId: id('paul') }));
await set({ 'email-api': 'off' });
await refused(503, () => jira.users.getUserEmail({ accountId: id('paul') }));
await reset();
const issue = await call(jira.issues.getIssue({ issueIdOrKey: 'MOCK-1' }));
assert.ok(issue.fields.reporter.accountId);
await call(jira.issues.notify({ issueIdOrKey: 'MOCK-1', subject: 'hello', to: { users: [{ accountId: id('paul') }] } }));
for (const scenario of ['default-managed', 'hidden', 'unhidden', 'default-deleted', 'app-user', 'customer', 'deactivated']) {
  await set({ scenario });
  const user = await call(jira.users.getUser({ accountId: id('paul') }));
  assert.equal(Boolean(user.emailAddress), scenario === 'unhidden', scenario);
}
await reset();
const desk = createServiceDeskClient(config);
const members = await call(desk.organization.getUsersInOrganization({ organizationId: 1 }));
assert.ok(members.values.some((u) => u.accountId === id('kunde') && u.emailAddress === undefined));
console.log(`ok jira.js: ${calls} calls`);

// --- confluence.js
calls = 0;
const v1 = createV1Client(config);
const v2 = createV2Client(config);
const blank = await call(v1.users.getUser({ accountId: id('paul') }));
assert.equal(blank.email, '');
assert.equal((await call(v1.users.getUser({ accountId: id('nadia') }))).email, 'nadia.okoro@corp.example');
await refused(404, () => v1.users.getUser({ accountId: id('kunde') }));
assert.ok((await call(v1.users.getCurrentUser())).accountId);
assert.equal((await call(v1.users.getAnonymousUser())).type, 'anonymous');
assert.equal((await call(v1.users.getBulkUserLookup({ accountId: ids }))).results.length, 3);
assert.equal((await call(v1.users.getPrivacyUnsafeUserEmail({ accountId: id('paul') }))).email, 'paul.imkers@example.com');
const emails = await call(v1.users.getPrivacyUnsafeUserEmailBulk({ accountId: ids }));
assert.deepEqual(emails.map((e) => e.accountId), [id('paul'), id('nadia')]);
await set({ 'email-api': 'off' });
await refused(501, () => v1.users.getPrivacyUnsafeUserEmail({ accountId: id('paul') }));
await reset();
const found = await call(v1.search.searchUser({ cql: `user.accountid = "${id('nadia')}"` }));
assert.equal(found.results[0].user.accountId, id('nadia'));
const both = await call(v2.user.createBulkUserLookup({ body: { accountIds: ids } }));
assert.equal(both.results.length, 3);
assert.ok((await call(v1.group.getGroupMembersByGroupId({ id: 'users' }))).results.length > 3);
for (const scenario of ['default-managed', 'hidden', 'unhidden', 'default-deleted', 'app-user', 'deactivated']) {
  await set({ scenario });
  const user = await call(v1.users.getUser({ accountId: id('paul') }));
  assert.equal(Boolean(user.email), scenario === 'unhidden', scenario);
}
await reset();
console.log(`ok confluence.js: ${calls} calls`);

// --- @forge/api: its own code, with the platform's fetch pointed at the mock
calls = 0;
global.__forge_fetch__ = ({ provider }, path, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('x-mailpermit-caller', provider === 'app' ? 'forge-app' : 'forge-user');
  headers.set('authorization', 'Bearer forge');
  return fetch(`${base}${path}`, { ...init, headers });
};
const forge = createRequire(import.meta.url)('@forge/api');
const { route, privacy } = forge;
const read = async (response) => ({ status: response.status, body: await response.json() });
let got = await read(await call(forge.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id('paul')}`)));
assert.equal(got.body.email, 'paul.imkers@example.com');
got = await read(await call(forge.asUser().requestJira(route`/rest/api/3/user/email?accountId=${id('paul')}`)));
assert.equal(got.status, 401);
got = await read(await call(forge.asApp().requestConfluence(route`/wiki/rest/api/user?accountId=${id('paul')}`)));
assert.equal(got.body.email, '');
const now = new Date().toISOString();
const told = await call(privacy.reportPersonalData([
  { accountId: id('paul'), updatedAt: now },
  { accountId: id('gone'), updatedAt: now },
  { accountId: '5be24ba3f91c106033269289', updatedAt: now },
]));
assert.deepEqual(told.map((a) => a.status), ['closed', 'closed']);
assert.deepEqual(await call(privacy.reportPersonalData([{ accountId: id('paul'), updatedAt: now }])), []);
// More than 90: the package splits them.
const many = Array.from({ length: 200 }, (_, n) => ({ accountId: `a${n}`, updatedAt: now }));
await fetch(`${base}/__mailpermit/requests`, { method: 'DELETE' });
assert.deepEqual(await call(privacy.reportPersonalData(many)), []);
const asked = await (await fetch(`${base}/__mailpermit/requests`)).json();
assert.deepEqual(asked.requests.map((r) => r.accountIds.length).sort((a, b) => a - b), [20, 90, 90]);
await set({ report: { 'rate-limited': true, 'retry-after': 3 } });
await assert.rejects(() => privacy.reportPersonalData(many), (answer) => {
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get('retry-after'), '3');
  assert.equal(answer.headers.get('cycle-period'), '7');
  return true;
});
await reset();
console.log(`ok @forge/api: ${calls} calls`);
