//! Ways of addresses through what holds them: collections, objects that are handed over to be filled in, rows,
//! fields of one class in many objects. Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn java_collections() {
    check(
        "java collections",
        &[
            (
                "src/main/java/a/JiraUser.java",
                r#"package a;
public class JiraUser { private String accountId; private String emailAddress; public String getEmailAddress() { return emailAddress; } public String getAccountId() { return accountId; } }
"#,
            ),
            (
                "src/main/java/a/Jira.java",
                r#"package a;
import org.springframework.web.client.RestTemplate;
import java.util.*;
import java.util.stream.*;
import org.slf4j.*;
public class Jira {
  private static final Logger log = LoggerFactory.getLogger(Jira.class);
  private final RestTemplate rest = new RestTemplate();
  JiraUser[] users(String q) { return rest.getForObject("https://x.atlassian.net/rest/api/3/user/search?query=" + q, JiraUser[].class); }
  void a() {
    List<String> mails = new ArrayList<>();
    for (JiraUser u : users("a")) { mails.add(u.getEmailAddress()); }
    log.info("mails {}", mails); // -> log
    for (String m : mails) { log.info("one " + m); } // -> log
  }
  void b() {
    Map<String, String> byId = new HashMap<>();
    for (JiraUser u : users("a")) { byId.put(u.getAccountId(), u.getEmailAddress()); }
    log.info("map {}", byId.get("x")); // -> log
    log.info("map {}", byId); // -> log
  }
  void c() {
    List<String> mails = Arrays.stream(users("a")).map(JiraUser::getEmailAddress).collect(Collectors.toList());
    log.info("c {}", mails); // -> log
    String joined = String.join(",", mails);
    log.info("c {}", joined); // -> log
  }
  void d() {
    StringBuilder sb = new StringBuilder();
    for (JiraUser u : users("a")) { sb.append("x").append(u.getEmailAddress()); }
    log.info(sb.toString()); // -> log
  }
  void e() {
    Map<String, Object> m = Map.of("mail", users("a")[0].getEmailAddress());
    log.info("m {}", m); // -> log
  }
  void f() {
    List.of(users("a")).forEach(u->log.info("f " + u.getEmailAddress())); // -> log
  }
  void g() {
    Set<String> s = new HashSet<>();
    Stream.of(users("q")).filter(u->u.getEmailAddress() != null).map(u->u.getEmailAddress().toLowerCase()).forEach(s::add);
    System.out.println(s);
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn java_builder() {
    check(
        "java builder",
        &[
            (
                "src/main/java/a/Jira.java",
                r#"package a;
import com.fasterxml.jackson.databind.*;
import okhttp3.*;
import org.slf4j.*;
public class Jira {
  private static final Logger log = LoggerFactory.getLogger(Jira.class);
  private final OkHttpClient http = new OkHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  JsonNode user(String id) throws Exception {
    Request request = new Request.Builder().url("https://x.atlassian.net/rest/api/3/user?accountId=" + id).build();
    try (Response response = http.newCall(request).execute()) { return mapper.readTree(response.body().string()); }
  }
  void a() throws Exception {
    JsonNode u = user("1");
    Person p = Person.builder().name("x").mail(u.get("emailAddress").asText()).build();
    log.info("p {}", p.getMail()); // -> log
    log.info("p {}", p); // -> log
  }
  void b() throws Exception {
    Person p = new Person();
    fill(p, user("1"));
    log.info("p {}", p.getMail()); // -> log
  }
  void fill(Person p, JsonNode u) { p.setMail(u.path("emailAddress").asText()); }
}
"#,
            ),
            (
                "src/main/java/a/Person.java",
                r#"package a;
import lombok.*;
@Data @Builder
public class Person { private String name; private String mail; }
"#,
            ),
        ],
    );
}

#[test]
fn csharp_collections() {
    check(
        "csharp collections",
        &[(
            "Jira.cs",
            r#"using System.Net.Http.Json;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Logging;
namespace A;
public class JiraUser { public string AccountId { get; set; } public string EmailAddress { get; set; } }
public class Row { public string Mail { get; set; } }
public class Jira {
  private readonly HttpClient http; private readonly ILogger<Jira> log;
  public Jira(HttpClient http, ILogger<Jira> log) { this.http = http; this.log = log; }
  Task<List<JiraUser>> Users(string q) => http.GetFromJsonAsync<List<JiraUser>>($"https://x.atlassian.net/rest/api/3/user/search?query={q}");
  async Task A() {
    var mails = new List<string>();
    foreach (var u in await Users("a")) { mails.Add(u.EmailAddress); }
    log.LogInformation("mails {Mails}", mails); // -> log
    foreach (var m in mails) log.LogInformation("m {M}", m); // -> log
  }
  async Task B() {
    var mails = (await Users("a")).Select(u => u.EmailAddress).Where(m => m != null).ToList();
    log.LogInformation("mails {Mails}", string.Join(",", mails)); // -> log
  }
  async Task C() {
    var rows = (await Users("a")).Select(u => new Row { Mail = u.EmailAddress }).ToList();
    foreach (var r in rows) { log.LogInformation(r.Mail); } // -> log
  }
  async Task D() {
    var d = new Dictionary<string, string>();
    foreach (var u in await Users("a")) { d[u.AccountId] = u.EmailAddress; }
    log.LogInformation("d {D}", d["x"]); // -> log
    var e = (await Users("b")).ToDictionary(u => u.AccountId, u => u.EmailAddress);
    log.LogInformation("d {D}", e["x"]);
  }
  async Task E() {
    var row = new Row();
    Fill(row, (await Users("x"))[0]);
    log.LogInformation(row.Mail); // -> log
  }
  void Fill(Row row, JiraUser u) { row.Mail = u.EmailAddress; }
  async Task F() {
    var mail = new System.Net.Mail.MailMessage();
    var addresses = new List<string>();
    (await Users("x")).ForEach(u => addresses.Add(u.EmailAddress));
    foreach (var a in addresses) mail.To.Add(a); // -> mail
    new System.Net.Mail.SmtpClient("h").Send(mail);
  }
}
"#,
        )],
    );
}

#[test]
fn js_out_parameters() {
    check(
        "js out parameters",
        &[(
            "src/a.js",
            r#"import api, { route } from '@forge/api';
async function user(id) { const r = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`); return r.json(); }
async function fill(data) { const u = await user(data.id); data.mail = u.emailAddress; }
export async function run() { const data = { id: 1 }; await fill(data); console.log(data.mail); } // -> log
export async function run2() { const list = []; await collect(list); console.log(list); } // -> log
async function collect(list) { const u = await user(2); list.push(u.emailAddress); }
class Box { constructor(mail) { this.mail = mail; } show() { console.log(this.mail); } } // -> log
export async function run3() { const u = await user(3); new Box(u.emailAddress).show(); }
"#,
        )],
    );
}

#[test]
fn js_mongoose_row() {
    check(
        "js mongoose row",
        &[(
            "src/a.js",
            r#"const mongoose = require('mongoose');
const axios = require('axios');
const User = mongoose.model('User', new mongoose.Schema({ email: String }));
async function sync(id) {
  const { data } = await axios.get(`https://x.atlassian.net/rest/api/3/user?accountId=${id}`);
  const row = await User.findById(id);
  row.email = data.emailAddress;
  await row.save(); // -> storage
}
module.exports = { sync };
"#,
        )],
    );
}

#[test]
fn python_fields_apart() {
    check(
        "python fields apart",
        &[(
            "a/jira_service.py",
            r#"import logging
from jira import JIRA
log = logging.getLogger(__name__)
def entries(client, key):
    out = []
    for c in client.comments(key):
        out.append({"timestamp": c.created, "author": {"name": c.author.displayName, "email": c.author.emailAddress}})
    return out
def run():
    client = JIRA(server="https://x.atlassian.net")
    rows = entries(client, "A-1")
    for i, row in enumerate(rows):
        log.info("row %s", row.get("timestamp"))
        if i == len(rows) - 1:
            log.info(rows[i]["timestamp"])
        stamp = row["timestamp"]
        if stamp == rows[i - 1].get("timestamp"):
            log.info(stamp)
        log.info("%s", row["author"]["email"]) # -> log
    by = {}
    for name, members in by.items():
        log.info(name)
"#,
        )],
    );
}

#[test]
fn python_shared_dto() {
    check(
        "python shared dto",
        &[
            (
                "a/models.py",
                r#"from pydantic import BaseModel
class Ctx(BaseModel):
    key: str
    user_email: str
"#,
            ),
            (
                "a/jira_manager.py",
                r#"import logging, requests
from a.models import Ctx
logger = logging.getLogger(__name__)
def parse(payload):
    data = requests.get("https://x.atlassian.net/rest/api/3/user", params={"accountId": payload["id"]}).json()
    return Ctx(key="a", user_email=data["emailAddress"])
def run(payload):
    ctx = parse(payload)
    logger.info("from %s", ctx.user_email) # -> log
"#,
            ),
            (
                "a/linear_manager.py",
                r#"import logging
from a.models import Ctx
logger = logging.getLogger(__name__)
def parse(payload):
    return Ctx(key="a", user_email=payload["actor"]["email"])
def run(payload):
    ctx = parse(payload)
    logger.info("from %s", ctx.user_email)
    if ctx.user_email == payload["svc"]:
        return
"#,
            ),
        ],
    );
}

#[test]
fn python_sqlalchemy_row() {
    check(
        "python sqlalchemy row",
        &[
            (
                "a/jira_sync.py",
                r#"import httpx
from sqlalchemy import select
from a.db import async_session, Person
async def sync(id):
    async with httpx.AsyncClient() as client:
        r = await client.get(f"https://x.atlassian.net/rest/api/3/user?accountId={id}")
        ju = r.json()
    async with async_session() as db:
        row = (await db.execute(select(Person).where(Person.id == id))).scalar_one_or_none()
        if row is None:
            row = Person(id=id, email=ju.get("emailAddress"))
            db.add(row) # -> storage
        else:
            row.email = ju["emailAddress"] # ~> storage
        await db.commit()
"#,
            ),
            (
                "a/db.py",
                r#"from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.ext.asyncio import async_sessionmaker
class Base(DeclarativeBase): pass
class Person(Base):
    __tablename__ = "p"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
async_session = async_sessionmaker()
"#,
            ),
            (
                "a/admin.py",
                r#"from sqlalchemy import select
from a.db import async_session, Person
async def promote():
    async with async_session() as db:
        for mail in ["a@b.c"]:
            print(await db.execute(select(Person).where(Person.email == mail)))
"#,
            ),
        ],
    );
}

#[test]
fn ktor_kotlin() {
    check(
        "ktor kotlin",
        &[(
            "src/main/kotlin/a/Jira.kt",
            r#"package a
import io.ktor.client.*
import io.ktor.client.call.*
import io.ktor.client.request.*
import kotlinx.serialization.*
@Serializable data class JiraUser(val accountId: String, val emailAddress: String? = null)
class Jira(private val client: HttpClient) {
  suspend fun me(): JiraUser = client.get("https://x.atlassian.net/rest/api/3/myself").body()
  suspend fun run() {
    val u = me()
    println(u.emailAddress) // -> log
    with(u) { println(emailAddress) } // -> log
    u.apply { println(emailAddress) } // -> log
    println(u.label()) // -> log
    val rows = listOf(u).map { Row(it.accountId, it.emailAddress) }
    rows.forEach { println(it.mail) } // -> log
  }
}
data class Row(val id: String, val mail: String?)
fun JiraUser.label() = "$emailAddress!"
"#,
        )],
    );
}

#[test]
fn ktorfit_room() {
    check(
        "ktorfit room",
        &[
            (
                "src/a/Api.kt",
                r#"package a
import de.jensklingenberg.ktorfit.http.GET
interface JiraApi { @GET("rest/api/3/myself") suspend fun getMyself(): JiraUser }
"#,
            ),
            (
                "src/a/Model.kt",
                r#"package a
import kotlinx.serialization.*
@Serializable data class JiraUser(@SerialName("accountId") val accountId: String, @SerialName("emailAddress") val email: String)
"#,
            ),
            (
                "src/a/Dao.kt",
                r#"package a
import androidx.room.*
@Entity data class UserRow(@PrimaryKey val id: String, val email: String)
@Dao
interface UserDao {
  @Upsert
  suspend fun upsert(row: UserRow)
  @Query("SELECT * FROM UserRow")
  fun get(): Flow<UserRow>
}
fun JiraUser.toRow() = UserRow(id = accountId, email = email)
"#,
            ),
            (
                "src/a/Repo.kt",
                r#"package a
class Repo(private val api: JiraApi, private val dao: UserDao) {
  suspend fun sync() { api.getMyself().toRow().let { dao.upsert(it) } } // -> storage
  suspend fun sync2() { val me = api.getMyself(); dao.upsert(UserRow(me.accountId, me.email)) } // -> storage
}
"#,
            ),
        ],
    );
}

#[test]
fn js_storage_by_name() {
    check(
        "js storage by name",
        &[
            (
                "src/user-service.js",
                r#"import { JiraClient } from './jira';
export class UserService {
  constructor($storage, $jira) { this.$storage = $storage; this.$jira = $jira; }
  async add(id) {
    const r = await fetch(`https://x.atlassian.net/rest/api/3/user?accountId=${id}`);
    const { emailAddress } = await r.json();
    const user = { id, email: emailAddress };
    await this.$storage.addUser(user); // ~> storage
    if (compareIgnoreCase(emailAddress, id)) return 1; // -> identity
  }
}
"#,
            ),
            (
                "src/view.jsx",
                r#"import React from 'react';
export function Frame() {
  const [u, setU] = React.useState(null);
  React.useEffect(() => { fetch('https://x.atlassian.net/rest/api/3/myself').then(r => r.json()).then(setU); }, []);
  const url = `https://forms.example.com/f?mail=${encodeURIComponent(u.emailAddress)}`;
  return <iframe src={url} />; // -> ui ~> third-party
}
"#,
            ),
        ],
    );
}

#[test]
fn injected_repository() {
    check(
        "injected repository",
        &[
            (
                "src/repo.ts",
                r#"import { injectable } from 'inversify';
import ForgeSQL from 'forge-sql-orm';
const FORGE_SQL_ORM = new ForgeSQL();
import { notes } from './schema';
@injectable()
export class NoteRepository {
  async create(rows: Partial<any>[]): Promise<void> {
    await FORGE_SQL_ORM.modifyWithVersioning().insert(notes, rows as any[]); // -> storage
  }
}
"#,
            ),
            (
                "src/service.ts",
                r#"import { inject, injectable } from 'inversify';
import { NoteRepository } from './repo';
import { UserApi } from './api';
@injectable()
export class NoteService {
  constructor(@inject('NoteRepository') private readonly repo: NoteRepository, @inject('UserApi') private readonly users: UserApi) {}
  async add(id: string) {
    const user = await this.users.get(id);
    const rows = [{ id, targetEmail: user.emailAddress }];
    await this.repo.create(rows);
  }
}
"#,
            ),
            (
                "src/api.ts",
                r#"import api, { route } from '@forge/api';
export class UserApi { async get(id: string) { const r = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`); return await r.json(); } }
"#,
            ),
            (
                "src/schema.ts",
                r#"export const notes = {};
"#,
            ),
        ],
    );
}

#[test]
fn ruby_services() {
    check(
        "ruby services",
        &[(
            "app/services/sync.rb",
            r#"require 'jira-ruby'
class Sync
  def initialize(client)
    @client = JIRA::Client.new(site: 'https://x.atlassian.net')
  end
  def run
    issue = @client.Issue.find('A-1')
    mail = issue.assignee.emailAddress
    Rails.logger.info("assignee #{mail}") # -> log
    user = User.find_by(email: mail) # -> identity
    user.email = mail
    user.save! # -> storage
    UserMailer.with(to: mail).welcome.deliver_later # -> mail
    mails = @client.User.all.map(&:emailAddress)
    mails.each { |m| puts m } # -> log
    by = {}
    @client.User.all.each { |u| by[u.accountId] = u.emailAddress }
    puts by.values.join(",") # -> log
  end
end
"#,
        )],
    );
}

#[test]
fn go_slices_maps() {
    check(
        "go slices maps",
        &[(
            "main.go",
            r#"package main
import ("fmt"; jira "github.com/andygrunwald/go-jira"; "strings")
func run(c *jira.Client) {
	users, _, _ := c.User.Find("x")
	var mails []string
	byMail := map[string]jira.User{}
	for _, u := range users { mails = append(mails, u.EmailAddress); byMail[u.EmailAddress] = u } // -> identity
	fmt.Println(strings.Join(mails, ",")) // -> log
	var b strings.Builder
	for _, u := range users { b.WriteString(u.EmailAddress); fmt.Fprintf(&b, "%s", u.DisplayName) }
	fmt.Println(b.String()) // -> log
}
"#,
        )],
    );
}

#[test]
fn php_console() {
    check(
        "php console",
        &[(
            "src/Cmd.php",
            r#"<?php
namespace App;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Output\OutputInterface;
use GuzzleHttp\Client;
class Cmd extends Command {
    private $helper;
    protected function execute($input, OutputInterface $output) {
        $client = new Client(['base_uri' => 'https://x.atlassian.net']);
        $user = json_decode($client->get('/rest/api/3/myself')->getBody(), true);
        $rows = ['name' => $user['displayName'], 'mail' => $user['emailAddress']];
        foreach ($rows as $column => $info) {
            $output->writeln($this->helper->tabulate(sprintf('%s: %s', $column, $info))); // ~> ui
        }
        foreach ([1, 2] as $i) { $output->writeln((string) $i); }
    }
}
"#,
        )],
    );
}
