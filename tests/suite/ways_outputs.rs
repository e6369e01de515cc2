//! Ways of addresses to who looks at them: terminals, views of terminal apps, an app's own loggers and printers, routes,
//! classes that only a framework calls, brokers; and answers that go on whole.

use crate::mechanisms::check;

#[test]
fn python_terminals_routes_and_whole_answers() {
    check(
        "python outputs",
        &[
            (
                "a/cli.py",
                r#"import requests
from rich.console import Console
from rich.table import Table
from bus import broker
class Printer:
    def __init__(self):
        self.console = Console()
    def show(self):
        table = Table()
        for u in requests.get("https://x.atlassian.net/rest/api/3/users/search").json():
            table.add_row(u["displayName"], u["emailAddress"]) # -> response
            self.console.print(f"[dim]{u['emailAddress']}[/dim]") # -> response
            self.console.print(u["displayName"])
            broker.publish({"mail": u["emailAddress"]}) # ~> third-party
            broker.publish({"name": u["displayName"]})
        self.console.print(table)
"#,
            ),
            ("a/bus.py", "from elsewhere import Broker\nbroker = Broker()\n"),
            (
                "a/api.py",
                r#"import logging
import requests
from fastapi import APIRouter
router = APIRouter()
logger = logging.getLogger(__name__)
def issues(key):
    r = requests.get("https://x.atlassian.net/rest/api/3/issue/" + key)
    logger.info("answer %s", r.text) # ~> log
    logger.info("key %s", key)
    return [r.json()["fields"]["assignee"]["emailAddress"]]
@router.get("")
def listed(key):
    return issues(key) # -> response
@router.delete("tasks")
def removed(key):
    return [i for i in issues(key)] # -> response
"#,
            ),
        ],
    );
}

#[test]
fn go_terminals() {
    check(
        "go outputs",
        &[
            (
                "a/tui.go",
                r#"package tui
import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"github.com/charmbracelet/lipgloss"
)
type User struct {
	Name string `json:"displayName"`
	Email string `json:"emailAddress"`
}
type Model struct { user User }
func load() User {
	resp, _ := http.Get("https://x.atlassian.net/rest/api/3/myself")
	var user User
	json.NewDecoder(resp.Body).Decode(&user)
	return user
}
func made(seen map[string]bool) Model {
	user := load()
	delete(seen, user.Email) // -> identity
	delete(seen, user.Name)
	return Model{user: user}
}
func (m *Model) View() string {
	var b strings.Builder
	style := lipgloss.NewStyle()
	b.WriteString(style.Render("mail " + m.user.Email)) // -> ui
	b.WriteString(style.Render("name " + m.user.Name))
	fmt.Fprintf(&b, " (%s)", m.user.Email) // ~> ui
	return b.String()
}
"#,
            ),
            (
                "a/view.go",
                r#"package tui
import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)
type Printer struct { Out io.Writer }
func NewPrinter() *Printer { return &Printer{Out: os.Stdout} }
func (p *Printer) Done(format string, args ...interface{}) {
	fmt.Fprintln(p.Out, fmt.Sprintf(format, args...)) // -> response
}
func (p *Printer) Table(rows [][]string) {
	w := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
}
func (m *Model) Show(p *Printer) {
	p.Done("you are %s", m.user.Name)
	p.Done("you are %s", m.user.Email) // ~> response
}
func (m *Model) Rows(o *Options) {
	v := o.View()
	v.Success("you are %s", m.user.Email) // ~> log
	v.Success("you are %s", m.user.Name)
}
"#,
            ),
        ],
    );
}

#[test]
fn what_an_apps_own_loggers_and_services_give() {
    check(
        "csharp outputs",
        &[(
            "a/Show.cs",
            r#"using Atlassian.Jira;
class Show {
    ILogService logService;
    void One(JiraUser user) {
        logService.Log(1, $"mail {user.Email}"); // -> log
        logService.Log(1, $"name {user.DisplayName}");
    }
}
"#,
        )],
    );
    check(
        "java outputs",
        &[(
            "a/UsersServiceImpl.java",
            r#"package a;
import com.atlassian.jira.user.ApplicationUser;
import b.commons.UserBean;
import b.commons.UsersService;
class UsersServiceImpl implements UsersService {
    @Override
    public UserBean getUser(String name) {
        ApplicationUser user = find(name);
        UserBean bean = new UserBean();
        bean.setMail(user.getEmailAddress()); // ~> response
        return bean;
    }
}
"#,
        )],
    );
}

#[test]
fn ruby_answers_and_tables_of_addresses() {
    check(
        "ruby outputs",
        &[(
            "a/users.rb",
            r#"require 'rest-client'
def one(id)
  user = JSON.parse(RestClient.get("https://x.atlassian.net/rest/api/3/user?accountId=#{id}").body)
  puts "user #{user.to_json}" # -> log
  EmailAddress.find_by(address: user['emailAddress']) # -> identity
  Street.find_by(address: user['emailAddress'])
end
"#,
        )],
    );
    // Whose field it is says the object that is made here: it is another service's.
    check(
        "an object made of another service's",
        &[(
            "a/import.rb",
            r#"JIRA_URL = "https://x.atlassian.net/rest/api/3"
people = []
load_people.each do |person|
  people << { 'name': person['name'], 'emailAddress': person['email'] }
end
others.each do |user|
  puts user[:emailAddress] # ?? of whom
end
"#,
        )],
    );
}

#[test]
fn php_owners_of_resources() {
    check(
        "php resource owner",
        &[(
            "a/Owner.php",
            r#"<?php
namespace A;
use League\OAuth2\Client\Provider\AbstractProvider;
class Jira extends AbstractProvider {
    public function getResourceOwnerDetailsUrl($token) {
        return $this->getApiUrl() . '/rest/api/3/myself';
    }
    protected function createResourceOwner(array $response, $token) {
        error_log($this->getValueByKey($response, 'emailAddress')); // -> log
        error_log($this->getValueByKey($response, 'displayName'));
    }
}
"#,
        )],
    );
}

#[test]
fn columns_that_a_tap_declares() {
    check(
        "singer tap",
        &[(
            "tap/streams.py",
            r#"from singer_sdk.typing import PropertiesList, Property, StringType
from tap.client import JiraStream
class UsersStream(JiraStream):
    """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/"""
    path = "/rest/api/3/users/search"
    schema = PropertiesList(
        Property("accountId", StringType),
        Property("emailAddress", StringType), # ?? ~> storage
    )
"#,
        )],
    );
}

#[test]
fn rows_that_are_filled_elsewhere_and_functions_named_for_services() {
    check(
        "csharp rows",
        &[
            (
                "a/Fill.cs",
                r#"using Atlassian.Jira;
public class WorklogRow { public string AuthorEmail { get; set; } public string Name { get; set; } }
public class Batch { public List<WorklogRow> Rows { get; set; } public List<string> Names { get; set; } }
public class Filler {
    void Fill(WorklogRow row, JiraUser user) {
        row.AuthorEmail = user.Email;
    }
}
"#,
            ),
            (
                "a/Keep.cs",
                r#"using Atlassian.Jira;
public class Keeper {
    public UnitOfWork Unit { get; set; }
    void Keep(Batch batch) {
        Unit.WorklogRepository.AddRange(batch.Rows); // ~> storage
        Unit.WorklogRepository.AddRange(batch.Names);
    }
}
"#,
            ),
        ],
    );
    check(
        "go functions",
        &[(
            "a/tell.go",
            r#"package main
import (
	"encoding/json"
	"net/http"
)
type User struct { EmailAddress string `json:"emailAddress"` }
func tell() {
	resp, _ := http.Get("https://x.atlassian.net/rest/api/3/myself")
	var u User
	json.NewDecoder(resp.Body).Decode(&u)
	slackGetUser(u.EmailAddress) // ~> third-party
	measure(u.EmailAddress)
}
"#,
        )],
    );
}

#[test]
fn pages_that_are_put_together_as_text() {
    check(
        "a page as text",
        &[(
            "src/page.js",
            r#"const axios = require('axios');
const escapeHtml = (text) => String(text).replace(/</g, '&lt;');
async function page() {
  const { data: users } = await axios.get('https://acme.atlassian.net/rest/api/3/users/search');
  return `
    <table>
      ${users
        .map(
          (user) => `
        <tr>
          <td>${escapeHtml(user.displayName)}</td>
          <td>${escapeHtml(user.emailAddress)}</td> <!-- ~> ui -->
        </tr>`,
        )
        .join('')}
    </table>`;
}
module.exports = { page };
"#,
        )],
    );
    check(
        "a mail as text",
        &[(
            "src/mail.py",
            r#"import smtplib
import requests
def tell(server):
    me = requests.get("https://acme.atlassian.net/rest/api/3/myself").json()
    text = f"<p>Hello {me['emailAddress']}</p>"
    smtplib.SMTP(server).sendmail("a@b.example", me["emailAddress"], text)  # -> mail
"#,
        )],
    );
}

#[test]
fn issues_that_go_on_whole() {
    check(
        "whole issues",
        &[
            (
                "a/issues.ts",
                r#"import { Version3Client } from 'jira.js';
import express from 'express';
const client = new Version3Client({ host: process.env.HOST! });
const app = express();
app.get('/issue', async (req, res) => {
  const issue = await client.issues.getIssue({ issueIdOrKey: 'A-1' });
  res.json(issue); // ~> response
});
app.get('/summary', async (req, res) => {
  const issue = await client.issues.getIssue({ issueIdOrKey: 'A-2' });
  console.log(`found ${issue.key} of ${issue.fields.project.name}`, issue.fields.status); // !!
  console.log(`found ${issue}`); // !!
  console.log(`found ${JSON.stringify(issue)}`); // ~> log
  res.json({ key: issue.key, summary: issue.fields.summary }); // !!
});
app.get('/fields', async (req, res) => {
  const meta = await fetch('https://acme.atlassian.net/rest/api/3/issue/createmeta');
  res.json(await meta.json()); // !!
});
app.get('/status', async (req, res) => {
  const few = await fetch('https://acme.atlassian.net/rest/api/3/search/jql?jql=x&fields=summary,status');
  res.json(await few.json()); // !!
});
app.get('/all', async (req, res) => {
  const all = await fetch('https://acme.atlassian.net/rest/api/3/search/jql?jql=x&fields=*all');
  res.json((await all.json()).issues); // ~> response
});
"#,
            ),
            (
                "a/src/Look.java",
                r#"package app;
import org.slf4j.*;
import org.springframework.web.client.RestTemplate;
public class Look {
    record Person(String displayName, String emailAddress) {}
    record Fields(Person assignee, String summary) {}
    record JiraIssue(String key, Fields fields) {}
    private static final Logger log = LoggerFactory.getLogger(Look.class);
    public void look(RestTemplate rest) {
        String url = "https://acme.atlassian.net/rest/api/3/issue/A-1";
        JiraIssue issue = rest.getForObject(url, JiraIssue.class);
        log.info("found {}", issue.key()); // !!
        log.info("all of it {}", issue); // ~> log
    }
}
"#,
            ),
            (
                "a/report.py",
                r#"from jira import JIRA
import requests

issue = JIRA("https://acme.atlassian.net").issue("A-1")
print(issue)  # !!
page = requests.get("https://acme.atlassian.net/wiki/rest/api/content/1").json()
print(page)  # ~> log
print(page["title"])  # !!
"#,
            ),
            (
                "a/main.go",
                r#"package main

import (
	"context"
	"encoding/json"
	"os"

	jira "github.com/ctreminiom/go-atlassian/jira/v3"
)

func printJSON(v any) {
	json.NewEncoder(os.Stdout).Encode(v) // ~> response
}

func main() {
	client, err := jira.New(nil, os.Getenv("HOST"))
	if err != nil {
		return
	}
	issue, _, err := client.Issue.Get(context.Background(), "A-1", nil, nil)
	if err != nil {
		return
	}
	printJSON(issue)
	json.NewEncoder(os.Stdout).Encode(issue.Key) // !!
}
"#,
            ),
        ],
    );
}
