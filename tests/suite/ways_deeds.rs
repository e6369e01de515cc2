//! Ways of addresses in Python, PHP and Ruby: what names of objects, functions and columns say, signals, keys of maps
//! that are walked, widgets. Marked as in `mechanisms`; the lines without a mark beside them are the traps.

use crate::mechanisms::check;

#[test]
fn python_deeds() {
    check(
        "python deeds",
        &[
            (
                "a/app.py",
                r#"import requests
from directory.okta import OktaDirectory
from settings import HR_URL
from store import upsert_people, tidy
class Sync:
    def __init__(self, people_repo):
        self.people_repo = people_repo
    def run(self):
        for u in requests.get("https://x.atlassian.net/rest/api/3/users/search").json():
            OktaDirectory().manager_of(u["emailAddress"]) # ~> third-party
            OktaDirectory().manager_of(u["displayName"])
            self.people_repo.upsert_by_field("id", u["accountId"], {"mail": u["emailAddress"]}) # ~> storage
            upsert_people([{"mail": u["emailAddress"]}]) # ~> storage
            tidy(u["emailAddress"])
            requests.get(HR_URL + "/people", params={"mail": u["emailAddress"]}) # ~> third-party
            requests.get("https://hr.example.com/people", params={"mail": u["emailAddress"]}) # -> third-party
            if u["login"] == u["emailAddress"]: # ~> identity
                pass
            if u["emailAddress"].endswith("@example.com"): # ~> identity
                pass
"#,
            ),
            (
                "a/directory/okta.py",
                "class OktaDirectory:\n    def manager_of(self, mail):\n        return self.client.find(mail)\n",
            ),
        ],
    );
}

#[test]
fn python_widgets_and_signals() {
    check(
        "python widgets and signals",
        &[(
            "a/window.py",
            r#"from jira import JIRA
import pandas as pd
from PyQt6.QtCore import QThread, pyqtSignal
from PyQt6.QtWidgets import QLabel, QListWidgetItem
COLUMNS = [("key", lambda i: i.key)]
MORE = [("mail", lambda i: i.fields.assignee.emailAddress)]
class Worker(QThread):
    done = pyqtSignal(str, str)
    def run(self):
        me = JIRA("https://x.atlassian.net").myself()
        self.done.emit(me["displayName"], me["emailAddress"])
class Window:
    def start(self):
        self.worker = Worker()
        self.worker.done.connect(self.on_done)
    def on_done(self, name, mail):
        QLabel().setText(name)
        QLabel().setText(f"<{mail}>") # -> ui
def rows(known):
    for i in JIRA("https://x.atlassian.net").search_issues("x"):
        print([read(i) for _, read in COLUMNS])
        print([read(i) for _, read in COLUMNS + MORE]) # -> log
        QListWidgetItem(i.fields.reporter.emailAddress) # -> ui
        print(known.get(i.key, i.fields.creator.emailAddress)) # -> log
        print("%(mail)s" % dict(mail=i.fields.creator.emailAddress)) # -> log
    frame = pd.DataFrame([{"m": u.emailAddress, "n": u.displayName} for u in JIRA("x").search_users("a")])
    for _, row in frame.dropna().iterrows():
        print(row["n"])
        print(row["m"]) # -> log
"#,
        )],
    );
}

#[test]
fn php_maps_and_bodies() {
    check(
        "php maps and bodies",
        &[(
            "report.php",
            r#"<?php
function get($p) { return json_decode(file_get_contents('https://x.atlassian.net' . $p), true); }
$data = get('/rest/api/2/search');
foreach ($data['issues'] as $issue) {
    $count[$issue['fields']['assignee']['emailAddress']]++; // -> identity
    $keys[] = $issue['key'];
}
foreach ($count as $mail => $n) {
    error_log($n);
    mail($mail, 'open issues', 'x'); // -> mail
}
foreach ($keys as $i => $key) { error_log($i . $key); }
error_log(implode(', ', array_keys($count))); // -> log
$me = get('/rest/api/2/myself');
file_put_contents('me.json', json_encode($me)); // -> storage
error_log($me['displayName']);
mysqli_query($db, "insert into people values ('" . $me['emailAddress'] . "')"); // -> storage
Mail::send('x', [], function ($message) use ($me) {
    $message->to($me['emailAddress'])->subject('x'); // -> mail
});
die($me['emailAddress']); // -> ui
"#,
        )],
    );
}

#[test]
fn ruby_maps_and_rows() {
    check(
        "ruby maps and rows",
        &[(
            "report.rb",
            r#"require 'net/http'
require 'json'
me = JSON.parse(Net::HTTP.get(URI('https://x.atlassian.net/rest/api/2/myself')))
puts me # -> log
puts me['displayName']
counts = Hash.new(0)
JSON.parse(Net::HTTP.get(URI('https://x.atlassian.net/rest/api/2/search')))['issues'].each do |issue|
  counts[issue['fields']['assignee']['emailAddress']] += 1 # -> identity
  person = Person.find_or_initialize_by(email: issue['fields']['reporter']['emailAddress']) # -> identity
  person.name = issue['fields']['reporter']['displayName']
  person.save! # -> storage
end
counts.each_pair do |mail, n|
  puts n
  puts mail # -> log
end
counts.sort_by { |_, n| -n }.each { |mail, n| warn mail } # -> log
"#,
        )],
    );
}

#[test]
fn columns_that_pages_and_serializers_name() {
    check(
        "columns",
        &[
            (
                "a/sync.py",
                r#"import requests
from .models import Person
def sync():
    for u in requests.get("https://x.atlassian.net/rest/api/3/users/search").json():
        Person.objects.create(name=u["displayName"], email=u["emailAddress"]) # -> storage
"#,
            ),
            (
                "a/admin.py",
                r#"from django.contrib import admin
class PersonAdmin(admin.ModelAdmin):
    list_display = ("name", "email") # ~> ui
    list_filter = ("name",)
"#,
            ),
        ],
    );
    check(
        "columns of nova",
        &[
            (
                "app/Sync.php",
                r#"<?php
namespace App;
use App\Models\Person;
use Illuminate\Support\Facades\Http;
class Sync {
    public function handle() {
        foreach (Http::get('https://x.atlassian.net/rest/api/3/users/search')->json() as $u) {
            Person::create(['name' => $u['displayName'], 'email' => $u['emailAddress']]); // -> storage
        }
    }
}
"#,
            ),
            (
                "app/Nova/Person.php",
                r#"<?php
namespace App\Nova;
use Laravel\Nova\Fields\Text;
class Person extends Resource {
    public function fields() {
        return [
            Text::make('Name', 'name'),
            Text::make('Email', 'email'), // ~> ui
        ];
    }
}
"#,
            ),
        ],
    );
}

#[test]
fn answers_that_failed() {
    check(
        "answers that failed",
        &[(
            "a/me.py",
            r#"import logging, requests
log = logging.getLogger(__name__)
def me():
    r = requests.get("https://x.atlassian.net/rest/api/2/myself")
    if r.status_code != 200:
        log.warning("failed %s %s", r.status_code, r.text)
        print(f"failed: {r.status_code} {r.text}")
    print("ok", r.status_code)
    print(r.text) # -> log
    log.error("no account for %s", r.json()["emailAddress"]) # -> log
"#,
        )],
    );
}
