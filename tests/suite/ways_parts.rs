//! Ways of addresses through parts of objects (fields that are lists and maps, members that another function fills
//! in), through whoever calls a function for somebody, and into tables and terminals. Marked as in `mechanisms`;
//! the lines without a mark beside them are the traps.

use crate::mechanisms::check;

#[test]
fn python_fields_that_are_collections() {
    check(
        "python fields that are collections",
        &[(
            "a/report.py",
            r#"import logging, requests
log = logging.getLogger(__name__)
class Report:
    def __init__(self):
        self.by_id = {}
        self.rows = []
        self.names = []
    def load(self):
        for u in requests.get("https://x.atlassian.net/rest/api/3/users/search").json():
            self.by_id[u["accountId"]] = u
            self.rows.append({"id": u["accountId"], "mail": u["emailAddress"]})
            self.names.append(u["displayName"])
    def show(self):
        for n in self.names:
            log.info(n)
        for r in self.rows:
            log.info(r["id"])
            log.info(r["mail"]) # -> log
        for u in self.by_id.values():
            log.info(u["emailAddress"]) # -> log
        log.info(self.by_id.get("x", {}).get("emailAddress")) # ~> log
"#,
        )],
    );
}

#[test]
fn javascript_fields_that_are_collections() {
    check(
        "javascript fields that are collections",
        &[(
            "src/directory.ts",
            r#"import got from 'got';
export class Directory {
  private byId = new Map<string, any>();
  private mails: string[] = [];
  private names: string[] = [];
  async load() {
    for (const u of await got.get('https://x.atlassian.net/rest/api/3/users/search').json<any[]>()) {
      this.byId.set(u.accountId, u);
      this.mails.push(u.emailAddress);
      this.names.push(u.displayName);
    }
  }
  show() {
    console.log(this.names);
    console.log(this.mails.length);
    console.log(this.mails.join()); // -> log
    for (const u of this.byId.values()) {
      console.log(u.emailAddress); // -> log
    }
  }
}
const state = { people: [], names: [] };
export async function remember() {
  const d = await got.get('https://x.atlassian.net/rest/api/3/myself').json<any>();
  state.people.push(d.emailAddress);
  state.names.push(d.displayName);
}
export function recall() {
  console.log(state.names);
  console.log(state.people); // -> log
}
"#,
        )],
    );
}

#[test]
fn what_is_assigned_and_filled_in() {
    check(
        "what is assigned and filled in",
        &[(
            "src/service.ts",
            r#"import api, { route } from '@forge/api';
import { kvs } from '@forge/kvs';
async function me(): Promise<any> { const r = await api.asUser().requestJira(route`/rest/api/3/myself`); return r.json(); }
export async function assigned() {
  const user = await me();
  const whole: any = {};
  Object.assign(whole, { mail: user.emailAddress });
  console.log(whole); // -> log
  const named: any = {};
  Object.assign(named, { name: user.displayName });
  console.log(named);
}
export class Notes {
  private creator(data: any, user: any): void {
    data.createdEmail = user.emailAddress;
  }
  private title(data: any, user: any): void {
    data.title = user.displayName;
  }
  private async build(id: string, user: any): Promise<any> {
    const data: any = { id };
    this.creator(data, user);
    return data;
  }
  async create(ids: string[]): Promise<void> {
    const user = await me();
    const rows = await Promise.all(ids.map((id) => this.build(id, user)));
    await kvs.set('notes', rows); // -> storage
    const named: any = {};
    this.title(named, user);
    await kvs.set('titles', named);
  }
}
"#,
        )],
    );
}

#[test]
fn python_calls_for_somebody() {
    check(
        "python calls for somebody",
        &[(
            "a/tasks.py",
            r#"import logging, requests, threading
from concurrent.futures import ThreadPoolExecutor
from celery import shared_task
log = logging.getLogger(__name__)
def user(id):
    return requests.get("https://x.atlassian.net/rest/api/3/user", params={"accountId": id}).json()
def tell(mail, name=None):
    log.info(name)
    log.info(mail) # -> log
@shared_task(bind=True)
def task(self, mail, name):
    log.info(name)
    log.info(mail) # -> log
def start(id):
    u = user(id)
    threading.Thread(target=tell, args=(u["emailAddress"], u["displayName"])).start()
    task.delay(u["emailAddress"], u["displayName"])
    with ThreadPoolExecutor() as pool:
        for found in pool.map(user, ["a", "b"]):
            log.info(found["displayName"])
            log.info(found["emailAddress"]) # -> log
def whole(**fields):
    log.info(fields) # -> log
def names(**fields):
    log.info(fields)
def both(id):
    u = user(id)
    whole(id=id, mail=u["emailAddress"])
    names(id=id, name=u["displayName"])
class Base:
    def fetch(self): raise NotImplementedError
    def handle(self, item): pass
    def run(self):
        for item in self.fetch():
            self.handle(item)
class Mails(Base):
    def fetch(self): return requests.get("https://x.atlassian.net/rest/api/3/users/search").json()
    def handle(self, item): log.info(item["emailAddress"]) # -> log
class Names(Base):
    def fetch(self): return requests.get("https://x.atlassian.net/rest/api/3/users/search").json()
    def handle(self, item): log.info(item["displayName"])
"#,
        )],
    );
}

#[test]
fn javascript_calls_for_somebody() {
    check(
        "javascript calls for somebody",
        &[(
            "src/people.js",
            r#"const axios = require('axios');
const _ = require('lodash');
const EventEmitter = require('events');
const bus = new EventEmitter();
const all = async () => (await axios.get('https://x.atlassian.net/rest/api/3/users/search')).data;
bus.on('found', (user) => { console.log(user.emailAddress); }); // -> log
bus.on('counted', (count) => console.log(count));
exports.told = async () => { const us = await all(); bus.emit('found', us[0]); bus.emit('counted', us.length); };
exports.walked = async () => {
  const us = await all();
  _.each(us, (u) => { console.log(u.displayName); });
  _.each(us, (u) => { console.log(u.emailAddress); }); // -> log
  console.log(_.map(us, (u) => u.emailAddress)); // -> log
};
function tell(mail, name) {
  console.log(name);
  console.log(mail); // -> log
}
exports.later = async () => { const us = await all(); setTimeout(tell, 10, us[0].emailAddress, us[0].displayName); };
exports.store = async () => {
  const us = await all();
  $.each(us, (i, u) => { console.log(i); $('#names').append(u.displayName); });
  $.each(us, (i, u) => { $('#mails').append(u.emailAddress); }); // -> ui
};
exports.page = async () => {
  const us = await all();
  $('#names').text(us[0].displayName);
  $('#mail').text(us[0].emailAddress); // -> ui
};
"#,
        )],
    );
}

#[test]
fn stores_of_components() {
    check(
        "stores of components",
        &[
            (
                "src/store.ts",
                r#"import { create } from 'zustand';
import axios from 'axios';
export const useStore = create((set) => ({
  users: [],
  title: 'x',
  load: async () => { const r = await axios.get('https://x.atlassian.net/rest/api/3/users/search'); set({ users: r.data }); },
}));
"#,
            ),
            (
                "src/view.tsx",
                r#"import React from 'react';
import { useStore } from './store';
export function Mails() {
  const users = useStore((s) => s.users);
  const title = useStore((s) => s.title);
  return (
    <ul title={title}>
      <li>{users[0].displayName}</li>
      <li>{users[0].emailAddress}</li> {/* -> ui */}
    </ul>
  );
}
"#,
            ),
        ],
    );
}

#[test]
fn tables_and_terminals() {
    check(
        "tables of Python",
        &[(
            "a/export.py",
            r#"import csv, click, openpyxl
import pandas as pd
from dataclasses import dataclass, asdict
from jira import JIRA
jira = JIRA("https://x.atlassian.net")
@dataclass
class Person:
    id: str
    email: str
def rows():
    with open("x.csv", "w") as f:
        w = csv.writer(f)
        for u in jira.search_users(query="a"):
            w.writerow([u.accountId])
            w.writerow([u.accountId, u.emailAddress]) # -> storage
def frame():
    found = [{"id": u.accountId, "mail": u.emailAddress} for u in jira.search_users(query="a")]
    df = pd.DataFrame(found)
    df.to_csv("x.csv", index=False) # -> storage
    names = pd.DataFrame([{"id": u.accountId} for u in jira.search_users(query="a")])
    names.to_csv("y.csv")
def sheet():
    wb = openpyxl.Workbook()
    ws = wb.active
    seen = []
    for u in jira.search_users(query="a"):
        seen.append(u.accountId)
        ws.append([u.displayName])
        ws.append([u.emailAddress]) # -> storage
def said():
    for u in jira.search_users(query="a"):
        click.echo(u.displayName)
        click.echo(f"{u.emailAddress}") # -> response
def whole():
    u = jira.user("a")
    click.echo(asdict(Person(u.accountId, u.emailAddress))) # -> response
"#,
        )],
    );
    check(
        "tables of JavaScript",
        &[(
            "src/cli.js",
            r#"const fs = require('fs');
const { createObjectCsvWriter } = require('csv-writer');
const ExcelJS = require('exceljs');
const JiraConnector = require('jira-connector');
const jira = new JiraConnector({ host: 'x.atlassian.net' });
const users = async () => jira.user.search({ query: 'a' });
exports.rows = async () => {
  const w = createObjectCsvWriter({ path: 'x', header: [] });
  const us = await users();
  await w.writeRecords(us.map((u) => ({ name: u.displayName })));
  await w.writeRecords(us.map((u) => ({ mail: u.emailAddress }))); // -> storage
};
exports.sheet = async () => {
  const sheet = new ExcelJS.Workbook().addWorksheet('x');
  for (const u of await users()) {
    sheet.addRow({ name: u.displayName });
    sheet.addRow({ mail: u.emailAddress }); // -> storage
  }
};
exports.lines = async () => {
  const out = fs.createWriteStream('x');
  for (const u of await users()) {
    out.write(u.displayName);
    out.write(u.emailAddress); // -> storage
  }
};
"#,
        )],
    );
}

#[test]
fn a_handler_that_returns_its_answer() {
    check(
        "a handler that returns its answer",
        &[(
            "src/server.ts",
            r#"import Fastify from 'fastify';
import superagent from 'superagent';
const me = async () => (await superagent.get('https://x.atlassian.net/rest/api/3/myself').set('Authorization', 'x')).body;
const app = Fastify();
app.get('/name', async () => { const u = await me(); return { name: u.displayName }; });
app.get('/mail', async () => { const u = await me(); return { mail: u.emailAddress }; }); // -> response
"#,
        )],
    );
}

#[test]
fn paths_that_a_client_for_confluence_completes() {
    check(
        "paths that a client for confluence completes",
        &[(
            "a/wiki.py",
            r#"import logging
from atlassian import Confluence
log = logging.getLogger(__name__)
wiki = Confluence(url="https://x.atlassian.net")
def current():
    me = wiki.get("rest/api/user/current")
    log.info(me["displayName"])
    log.info(me["email"]) # -> log
def one():
    users = wiki.get("rest/api/search/user?cql=type=user")["results"]
    first = next((u["user"] for u in users if u["user"]["type"] == "known"), None)
    log.info(first["displayName"])
    log.info(first["email"]) # -> log
"#,
        )],
    );
}

#[test]
fn parts_of_requests_and_answers_of_the_platform() {
    check(
        "parts of a request",
        &[
            (
                "src/main/java/app/Bot.java",
                r#"package app;
import com.atlassian.jira.user.ApplicationUser;
import kong.unirest.*;
import okhttp3.FormBody;
public class Bot {
  private final UnirestInstance client = Unirest.spawnInstance();
  private final String base;
  public Bot(String base) { this.base = base; }
  public void tell(String chat, String text) {
    client.get(base + "/messages/sendText") // ~> third-party
        .queryString("chatId", chat)
        .queryString("text", text)
        .asString();
  }
  public void remind(ApplicationUser user) { tell(user.getEmailAddress(), "see you"); }
  public FormBody form(ApplicationUser user) {
    FormBody.Builder form = new FormBody.Builder();
    return new FormBody.Builder().add("name", user.getDisplayName()).add("to", user.getEmailAddress()).build(); // ~> third-party
  }
}
"#,
            ),
            (
                "app/api/people/route.ts",
                r#"import { loadPerson } from './person';
export async function GET() {
  const person = await loadPerson('x');
  if (!person) return new Response('nobody', { status: 404 });
  return Response.json({ person }); // -> response
}
"#,
            ),
            (
                "app/api/people/person.ts",
                r#"export async function loadPerson(id: string) {
  const res = await fetch(`https://acme.atlassian.net/rest/api/3/user?accountId=${id}`);
  const user = await res.json();
  return { mail: user.emailAddress };
}
"#,
            ),
        ],
    );
}

#[test]
fn one_helper_reads_the_users_of_many_answers() {
    check(
        "a helper for users",
        &[
            (
                "src/users.js",
                r#"const person = (u) => (u ? { name: u.displayName, mail: u.emailAddress } : undefined);
module.exports = { person };
"#,
            ),
            (
                "src/tools.js",
                r#"const { person } = require('./users');
const { client } = require('./client');
async function comment(key, body) {
  const { data } = await client.get(`/rest/api/3/issue/${key}/comment/1`);
  return { id: data.id, author: person(data.author) };
}
async function worklog(key, seconds) {
  const { data } = await client.post(`/rest/api/3/issue/${key}/worklog`, { seconds }); // ?? 
  return { id: data.id, author: person(data.author) };
}
async function plain(key) {
  const { data } = await client.get(`/rest/api/3/issue/${key}/worklog`);
  return data.total;
}
module.exports = { comment, worklog, plain };
"#,
            ),
            (
                "src/client.js",
                r#"const axios = require('axios');
const client = axios.create({ baseURL: 'https://acme.atlassian.net' });
module.exports = { client };
"#,
            ),
        ],
    );
}
