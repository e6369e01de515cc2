//! Ways of addresses in JavaScript and TypeScript: tools that a language model calls, what chat libraries send, pages
//! that are filled by hand, texts that are filled in. Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn tools_answer_where_the_answer_is_made() {
    check(
        "mcp tools",
        &[
            (
                "src/jira.ts",
                r#"import axios from 'axios';
const client = axios.create({ baseURL: 'https://acme.atlassian.net' });
export async function getUser(id: string) {
  const response = await client.get(`/rest/api/3/user?accountId=${id}`);
  return response.data;
}
"#,
            ),
            (
                "src/format.ts",
                r#"import { encode } from '@toon-format/toon';
export function simple(user: any) {
  return { id: user.accountId, mail: user.emailAddress };
}
export function toon(data: unknown) {
  return encode(data);
}
export function success(data: unknown) {
  return { content: [{ type: 'text', text: JSON.stringify(data) }] };
}
"#,
            ),
            (
                "src/tools.ts",
                r#"import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { getUser } from './jira';
import { simple, toon } from './format';
async function handle(input: any): Promise<string> {
  switch (input.action) {
    case 'full': {
      const user = await getUser(input.id);
      return JSON.stringify(user); // -> response
    }
    case 'name': {
      const user = await getUser(input.id);
      return toon(user.displayName);
    }
    default: {
      const user = await getUser(input.id);
      return toon(simple(user)); // -> response
    }
  }
}
export function register(server: McpServer) {
  server.tool('users', 'Users', {}, async (params) => {
    const result = await handle(params);
    return { content: [{ type: 'text', text: result }] }; // ~> response
  });
  server.resource('me', 'jira://me', async () => {
    const user = await getUser('me');
    return { contents: [{ uri: 'jira://me', text: JSON.stringify(user) }] }; // -> response
  });
}
"#,
            ),
            (
                "src/registry.ts",
                r#"import { getUser } from './jira';
import { simple, success } from './format';
import type { ToolResult } from './types';
export const tools = [
  {
    name: 'get_user',
    description: 'One user',
    inputSchema: {},
    handler: async (args: any) => {
      const user = await getUser(args.id);
      return { mail: user.emailAddress }; // -> response
    },
  },
  { name: 'job', handler: async (args: any) => ({ mail: (await getUser(args.id)).emailAddress }) },
];
export async function handleOne(args: any): Promise<ToolResult> {
  const user = await getUser(args.id);
  return success(simple(user)); // -> response
}
export async function paragraph(args: any) {
  const user = await getUser(args.id);
  return { type: 'paragraph', content: [{ type: 'text', text: user.emailAddress }] };
}
"#,
            ),
        ],
    );
}

#[test]
fn chats_strategies_and_jquery() {
    check(
        "chats",
        &[
            (
                "src/bot.ts",
                r#"import { Telegraf } from 'telegraf';
import { me } from './jira';
const bot = new Telegraf(process.env.TOKEN);
bot.command('who', async (ctx) => {
  const user = await me();
  await ctx.reply(user.displayName);
  await ctx.replyWithDocument({ source: Buffer.from(user.emailAddress), filename: 'a.csv' }); // -> third-party
});
"#,
            ),
            (
                "src/slack.ts",
                r#"import { App } from '@slack/bolt';
import { me } from './jira';
const app = new App({});
app.command('/who', async ({ ack, client, body }) => {
  await ack();
  const user = await me();
  await client.views.update({ view_id: body.id, view: { title: user.emailAddress } }); // -> third-party
  await client.chat.update({ channel: 'c', text: user.displayName });
});
"#,
            ),
            (
                "src/jira.ts",
                r#"export async function me() {
  const response = await fetch('https://acme.atlassian.net/rest/api/3/myself');
  return response.json();
}
"#,
            ),
            (
                "lib/strategy.js",
                r#"const OAuth2Strategy = require('passport-oauth2');
class Strategy extends OAuth2Strategy {
  userProfile(token, done) {
    fetch('https://api.atlassian.com/me').then((r) => r.json()).then((json) => {
      const profile = { id: json.account_id, email: json.email };
      done(null, profile); // -> identity
    });
  }
}
module.exports = Strategy;
"#,
            ),
            (
                "public/page.js",
                r#"async function show(state) {
  const user = await (await fetch('https://acme.atlassian.net/rest/api/3/myself')).json();
  state.$name.text(user.displayName);
  state.$email.text(user.emailAddress).show(); // -> ui
  $('#box').find('b').html(user.emailAddress); // -> ui
  state.list.append(user.emailAddress);
}
"#,
            ),
        ],
    );
}

#[test]
fn texts_that_are_filled_in() {
    check(
        "texts filled in",
        &[(
            "src/mail.js",
            r#"import api, { route } from '@forge/api';
import fs from 'fs';
import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses';
export async function feedback(id) {
  const user = await (await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`)).json();
  const page = fs.readFileSync('page.html', 'utf-8');
  const named = page.replaceAll('{{name}}', user.displayName);
  console.log(named);
  const body = page.replaceAll('{{mail}}', user.emailAddress).replaceAll('{{name}}', user.displayName);
  const client = new SESClient({});
  await client.send(new SendEmailCommand({ Message: { Body: { Text: { Data: body } } } })); // -> mail
}
"#,
        )],
    );
}

#[test]
fn requests_by_unknown_libraries_and_narrowed_answers() {
    check(
        "unknown libraries",
        &[
            (
                "src/client.ts",
                r#"import { httpRequest } from '@acme/transport';
export class JiraClient {
  constructor(private host: string) {}
  private buildUrl(path: string) {
    const url = new URL(`https://api.atlassian.com/ex/jira/${this.host}/rest/api/3${path}`);
    return url.toString();
  }
  async get<T>(path: string): Promise<T> {
    const response = await httpRequest(this.buildUrl(path), { method: 'GET' });
    const text = await response.text();
    const data = JSON.parse(text);
    return (data || {}) as T;
  }
}
"#,
            ),
            (
                "src/resources.ts",
                r#"import { JiraClient } from './client';
export async function read(client: JiraClient, uri: string) {
  let data: unknown;
  if (uri === 'jira://projects') {
    data = await client.get('/project/search');
  } else {
    data = await client.get('/myself');
  }
  return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(data) }] }; // -> response
}
"#,
            ),
            (
                "src/index.ts",
                r#"import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ReadResourceRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { JiraClient } from './client';
import { read } from './resources';
const server = new Server({ name: 'jira' });
const client = new JiraClient('https://acme.atlassian.net');
server.setRequestHandler(ReadResourceRequestSchema, async (request) => {
  return await read(client, request.params.uri); // ~> response
});
"#,
            ),
        ],
    );
    check(
        "narrowed answers",
        &[(
            "src/users.ts",
            r#"import { send } from './transport.js';
interface JiraUser { accountId: string; emailAddress?: string }
function narrow(row: unknown): JiraUser {
  return { accountId: row['accountId'], ...optional(row, 'emailAddress') };
}
function optional(row: Record<string, unknown>, key: string) {
  const value = row[key];
  return value !== '' ? { [key]: value } : {};
}
async function search(jira: any): Promise<{ users: JiraUser[] }> {
  const page = await jira({ path: '/user/search' });
  return { users: page.data.map((row) => narrow(row)) };
}
function project(user: JiraUser) {
  return { id: user.accountId, mail: user.emailAddress };
}
export const searchTool = defineTool({
  name: 'search_users',
  description: 'Finds users',
  input: {},
  handler(args, ctx) {
    return guarded(async () => {
      const result = await search(ctx.jira);
      const users = result.users.map((user) => project(user));
      return ok({ users, count: users.length }); // -> response
    });
  },
});
function ok(data) {
  return { ok: true, data };
}
async function guarded(run) {
  try {
    return await run();
  } catch (error) {
    return { ok: false };
  }
}
"#,
        )],
    );
}

#[test]
fn webhooks_that_are_kept_whole() {
    check(
        "webhooks",
        &[(
            "jira-hook.js",
            r#"const express = require('express');
const fs = require('fs');
const app = express();
app.post('/jira', (req, res) => {
  const event = req.body;
  if (event.webhookEvent === 'comment_created') {
    const mail = event.comment.author.emailAddress;
    console.log(mail); // -> log
  }
  fs.writeFile('last.json', JSON.stringify(event), () => {}); // ~> storage
  res.end();
});
"#,
        )],
    );
}

#[test]
fn tools_that_are_called_and_texts_for_pages() {
    check(
        "tools that are called",
        &[(
            "src/jira.ts",
            r#"import { Client } from '@modelcontextprotocol/sdk/client/index.js';
export class JiraTools {
  constructor(private client: Client) {}
  private async call(toolName: string, input: object) {
    const result = await this.client.callTool({ name: toolName, arguments: input });
    return JSON.parse(result.content[0].text);
  }
  async search(query: string) {
    const result = await this.call('jira_search_user', { query });
    return result.results.map((r) => r.user);
  }
  async projects() {
    return this.call('jira_get_all_projects', {});
  }
}
export async function show(tools: JiraTools) {
  const users = await tools.search('x');
  users.forEach((u) => console.log(`${u.displayName} ${u.emailAddress}`)); // -> log
  const projects = await tools.projects();
  console.log(projects[0].email);
}
"#,
        )],
    );
    check(
        "texts for pages",
        &[(
            "static/app.js",
            r#"async function load() {
  const user = await (await fetch('https://acme.atlassian.net/rest/api/3/myself')).json();
  const email = user.emailAddress || '';
  const name = user.displayName || '';
  let html = `<b>${name}</b>`;
  html += `<i>${email ? `<span>${email}</span>` : ''}</i>`; // ~> ui
  document.getElementById('who').innerHTML = html; // -> ui
}
"#,
        )],
    );
}

#[test]
fn steps_of_platforms_for_integrations() {
    check(
        "steps of platforms",
        &[
            (
                "integrations/jira/actions/get-myself.ts",
                r#"import { z } from 'zod';
import { createAction } from 'nango';
export default createAction({
  description: 'Who has connected Jira',
  version: '1.0.0',
  input: z.object({}),
  output: z.object({ email: z.string() }),
  exec: async (nango, input) => {
    const response = await nango.get({ endpoint: '/rest/api/3/myself' });
    const user = response.data;
    await nango.log(user.emailAddress); // -> log
    return { email: user.emailAddress }; // -> response
  },
});
"#,
            ),
            (
                "integrations/jira/syncs/users.ts",
                r#"import { createSync } from 'nango';
export default createSync({
  description: 'Users of Jira',
  models: {},
  exec: async (nango) => {
    const response = await nango.get({ endpoint: '/rest/api/3/users/search' });
    const users = response.data.map((u) => ({ id: u.accountId, email: u.emailAddress }));
    await nango.batchSave(users, 'User'); // -> storage
  },
});
"#,
            ),
        ],
    );
}

#[test]
fn fields_by_names_that_are_not_known() {
    check(
        "fields by name",
        &[(
            "src/table.js",
            r#"async function rows(column, id) {
  const user = await (await fetch('https://acme.atlassian.net/rest/api/3/myself')).json();
  const row = { name: user.displayName, mail: user.emailAddress };
  console.log(row.mail); // -> log
  console.log(row[column]); // ~> log
  console.log(row['name']);
  const all = {};
  all[id] = user.emailAddress;
  console.log(all[id]); // -> log
}
"#,
        )],
    );
}

#[test]
fn services_that_are_injected_under_a_name() {
    check(
        "injected services",
        &[(
            "src/sync.ts",
            r#"import { Injectable } from '@nestjs/common';
import { JiraApi } from './jira-api';
@Injectable()
export class SyncService {
  constructor(private readonly jira: JiraApi, private readonly slackClient, private readonly userRepository, private readonly mailer, private readonly clock) {}
  async run() {
    const user = await (await fetch('https://acme.atlassian.net/rest/api/3/myself')).json();
    await this.slackClient.postTo(user.emailAddress); // ~> third-party
    await this.slackClient.postTo(user.displayName);
    await this.userRepository.upsertOne({ mail: user.emailAddress }); // ~> storage
    await this.mailer.deliverTo(user.emailAddress); // ~> mail
    await this.clock.setZone(user.timeZone);
  }
}
"#,
        )],
    );
}
