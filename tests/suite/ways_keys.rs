//! Where an address is a key, or is compared, and where it only looks so. Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn texts_in_which_an_address_is_a_part() {
    check(
        "texts as keys",
        &[(
            "src/report.ts",
            r#"import axios from 'axios';
export async function report() {
  const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
  const issues: string[] = [];
  const labels: Record<string, boolean> = {};
  for (const u of data) {
    issues.push(`user: ${u.emailAddress} is not mapped`);
    labels[`${u.displayName} (${u.emailAddress})`] = true; // ~> identity
  }
  const byPrefix = new Map<string, number>();
  for (const issue of issues) {
    const prefix = issue.split(':')[0];
    byPrefix.set(prefix, (byPrefix.get(prefix) || 0) + 1); // ~> identity
  }
  const plain = new Map<string, number>();
  for (const u of data) plain.set(`${u.emailAddress}`, 1); // -> identity
  data.sort((a: any, b: any) => a.emailAddress.localeCompare(b.emailAddress));
  return data.filter((u: any) => u.emailAddress.localeCompare('x') === 0); // -> identity
}
"#,
        )],
    );
}

#[test]
fn helpers_that_find_somebodys_entry() {
    check(
        "entries of maps",
        &[(
            "src/totals.ts",
            r#"import axios from 'axios';
export async function totals() {
  const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
  const sums = new Map<string, { hours: number }>();
  const entryOf = (address: string) => {
    const key = address.toLowerCase();
    if (!sums.has(key)) { // -> identity
      sums.set(key, { hours: 0 }); // ~> identity
    }
    return sums.get(key)!; // ~> identity
  };
  for (const u of data) {
    entryOf(u.emailAddress).hours += 1; // ~> identity
    entryOf(u.accountId).hours += 1;
  }
  return sums.size;
}
"#,
        )],
    );
}

#[test]
fn answers_that_failed_and_caches_by_address() {
    check(
        "failed answers",
        &[
            (
                "src/client.ts",
                r#"const kept: Map<string, any> = new Map();
export async function ask(path: string) {
  const url = `https://acme.atlassian.net${path}`;
  const hit = kept.get(url);
  if (hit) return hit.data;
  const response = await fetch(url);
  if (!response.ok) {
    const errorData = await response.json();
    return { ok: false, error: errorData };
  }
  const data = await response.json();
  kept.set(url, { data });
  return data;
}
export const users = () => ask('/rest/api/3/users/search');
export async function project(key: string) {
  const found = await ask(`/rest/api/3/project/${key}`);
  return { style: found.style };
}
"#,
            ),
            (
                "src/server.ts",
                r#"import express from 'express';
import { users, project } from './client';
const app = express();
app.get('/style', async (req, res) => { res.json(await project(String(req.query.key))); });
app.get('/users', async (req, res) => {
  const found = await users();
  if (found.error) console.error('failed', found.error);
  res.json(found.map((u: any) => u.emailAddress)); // -> response
});
"#,
            ),
        ],
    );
}

#[test]
fn functions_that_a_manifest_names() {
    check(
        "manifest functions",
        &[
            (
                "manifest.yml",
                r#"app:
  id: ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000
modules:
  action:
    - key: who
      function: who-fn
  webtrigger:
    - key: hook
      function: hook-fn
  jira:issueContext:
    - key: ctx
      title: x
      dynamicProperties:
        function: dyn-fn
  function:
    - key: who-fn
      handler: index.who
    - key: hook-fn
      handler: index.hook
    - key: dyn-fn
      handler: index.dyn
    - key: quiet-fn
      handler: index.quiet
permissions:
  scopes: [read:jira-user]
"#,
            ),
            ("src/index.js", "export * from './actions';\nexport { hook, dyn, quiet } from './hooks';\n"),
            (
                "src/actions.js",
                r#"import api, { route } from '@forge/api';
export const who = async ({ issueKey }) => {
  const res = await api.asUser().requestJira(route`/rest/api/3/issue/${issueKey}`);
  const issue = await res.json();
  const result = {
    name: issue.fields.assignee?.displayName,
    assignee: issue.fields.assignee?.emailAddress,
  };
  console.log('done');
  return result; // -> response
};
"#,
            ),
            (
                "src/hooks.js",
                r#"import api, { route } from '@forge/api';
const me = async () => (await api.asUser().requestJira(route`/rest/api/3/myself`)).json();
export async function hook() {
  const user = await me();
  return { statusCode: 200, body: JSON.stringify({ mail: user.emailAddress }) }; // -> response
}
export const dyn = async () => {
  const user = await me();
  return { status: { type: 'badge', value: { label: user.emailAddress } } }; // -> response
};
export const quiet = async () => {
  const user = await me();
  return user.emailAddress;
};
"#,
            ),
        ],
    );
}

#[test]
fn cells_picks_and_shapes() {
    check(
        "cells",
        &[
            (
                "src/columns.tsx",
                r#"import React from 'react';
import { requestJira } from '@forge/bridge';
import { Table, Select } from 'some-widgets';
export async function page() {
  const response = await requestJira('/rest/api/3/users/search');
  const users = await response.json();
  const columns = users.map((u) => ({ key: u.accountId, render: () => u.emailAddress || '-' })); // -> ui
  return (
    <div>
      <Table columns={columns} />
      <Select getOptionLabel={() => users[0].emailAddress} // -> ui
        getOptionKey={() => users[0].accountId} />
    </div>
  );
}
"#,
            ),
            (
                "src/picks.ts",
                r#"import * as vscode from 'vscode';
import axios from 'axios';
export async function pick() {
  const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
  const items = data.map((u: any) => ({ label: u.displayName, user: u }));
  await vscode.window.showQuickPick(items, { placeHolder: 'who' });
  const named = data.map((u: any) => ({ label: u.displayName, description: u.emailAddress }));
  await vscode.window.showQuickPick(named); // -> ui
}
"#,
            ),
            (
                "src/cache.ts",
                r#"import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import axios from 'axios';
const Users = z.object({ users: z.array(z.object({ mail: z.string() })) });
export class Cache {
  async save(data: unknown) {
    const checked = Users.safeParse(data);
    if (!checked.success) throw new Error('bad');
    await writeFile('cache.json', JSON.stringify(checked.data)); // -> storage
  }
  async sync() {
    const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
    await this.save({ users: data.map((u: any) => ({ mail: u.emailAddress })) }); // ~> storage
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn tools_that_a_switch_chooses() {
    check(
        "a switch of tools",
        &[
            ("package.json", r#"{"dependencies": {"@modelcontextprotocol/sdk": "1"}}"#),
            (
                "src/server.ts",
                r#"import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { count, whoIs } from './tools.js';
const server = new Server({ name: 'x', version: '1' });
async function dispatch(name: string, args: any) {
  switch (name) {
    case 'who':
      return whoIs(args.key);
    case 'count':
      return count(args.key);
    default:
      throw new Error('unknown');
  }
}
server.setRequestHandler({} as any, async (request: any) => {
  return dispatch(request.params.name, request.params.arguments);
});
"#,
            ),
            (
                "src/tools.ts",
                r#"import { assignee } from './connector.js';
export async function whoIs(key: string) {
  const mail = await assignee(key);
  return { content: [{ type: 'text', text: mail }] }; // -> response
}
export async function count(key: string) {
  return { content: [{ type: 'text', text: String(key.length) }] };
}
"#,
            ),
            (
                "src/connector.ts",
                r#"import axios from 'axios';
export async function assignee(key: string) {
  const { data } = await axios.get(`https://acme.atlassian.net/rest/api/3/issue/${key}`);
  return data.fields.assignee.emailAddress;
}
"#,
            ),
        ],
    );
}

#[test]
fn members_that_only_their_class_sees() {
    check(
        "private members",
        &[(
            "src/sync.ts",
            r#"import axios from 'axios';
import { writeFile } from 'node:fs/promises';
export class Store {
  readonly #path: string;
  constructor(path: string) { this.#path = path; }
  async save(rows: unknown[]) {
    await this.#write({ rows: [...rows] });
  }
  async #write(data: unknown) {
    await writeFile(this.#path, JSON.stringify(data)); // -> storage
  }
}
export class Sync {
  readonly #store: Store;
  #seen = 0;
  constructor(store: Store) { this.#store = store; }
  async run() {
    const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/search/jql?jql=x');
    await this.#store.save(data.issues.map((issue: any) => this.#row(issue))); // ~> storage
    this.#seen += data.issues.length;
    await writeFile('count.txt', String(this.#seen));
  }
  #row(issue: any) {
    return { key: issue.key, who: issue.fields.assignee?.emailAddress };
  }
}
"#,
        )],
    );
}

#[test]
fn requests_that_are_written_after_they_are_made() {
    check(
        "requests of node",
        &[(
            "src/notify.js",
            r#"const https = require('https');
const axios = require('axios');
function post(text) {
  const request = https.request({ hostname: 'hooks.slack.com', path: '/services/a', method: 'POST' });
  request.write(JSON.stringify({ text })); // -> third-party
  request.end();
}
async function comment(key) {
  const { data } = await axios.get(`https://acme.atlassian.net/rest/api/3/issue/${key}`);
  post(data.fields.assignee.emailAddress); // ~> third-party
  const back = https.request({ hostname: 'acme.atlassian.net', path: '/rest/api/3/issue/1/watchers', method: 'POST' });
  back.end(JSON.stringify(data.fields.assignee.emailAddress));
}
module.exports = { comment };
"#,
        )],
    );
}

#[test]
fn what_is_asked_for_somebody_and_is_not_known() {
    check(
        "lookups in what is not known",
        &[(
            "src/days.ts",
            r#"import axios from 'axios';
type Days = Map<string, Set<string>>;
export async function build(days?: Days) {
  const { data } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
  const out: unknown[] = [];
  for (const user of data) {
    const mail = user.emailAddress;
    out.push(days?.get(mail)); // ~> identity
    out.push(await axios.get(`https://acme.atlassian.net/x/${user.accountId}`));
  }
  return out.length;
}
"#,
        )],
    );
}
