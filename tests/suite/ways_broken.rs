//! Texts that a parser makes sense of only in part: what stands around an error is followed nevertheless, and the place
//! where the parser gave up is told, once a file.

use crate::mechanisms::check;

#[test]
fn python_that_is_indented_wrongly() {
    check(
        "python errors",
        &[
            (
                "a/roles.py",
                r#"import requests
for item in requests.get("https://x.atlassian.net/rest/api/3/project/search").json()["values"]:
	if item:
		for actor in item:
			u = requests.get("https://x.atlassian.net/rest/api/3/user?accountId=" + actor).json()
			print(u["emailAddress"]) # -> log
			print(u["displayName"])
	  else:
		print(1)
	elif 1:
		print(u["emailAddress"]) # -> log
"#,
            ),
            (
                "a/older.py",
                r#"import requests
def show(user_id):
    u = requests.get("https://x.atlassian.net/rest/api/3/user?accountId=" + user_id).json()
    print(u["emailAddress"]) # -> log
class Lister:
    def run(self):
        for u in requests.get("https://x.atlassian.net/rest/api/3/users/search").json():
            print(u["emailAddress"]) # -> log
    def other(self):
        raise ValueError, "of an older Python"
"#,
            ),
        ],
    );
}

#[test]
fn go_with_brackets_that_do_not_match() {
    check(
        "go errors",
        &[(
            "a/main.go",
            r#"package main
import (
	"encoding/json"
	"fmt"
	"net/http"
)
type User struct { EmailAddress string `json:"emailAddress"` }
func main() {
	resp, _ := http.Get("https://x.atlassian.net/rest/api/3/myself")
	var u User
	json.NewDecoder(resp.Body).Decode(&u)
	if u.EmailAddress != "" { ) ]
		fmt.Println(u.EmailAddress) // -> log
	}
	fmt.Println("mail", u.EmailAddress) // -> log
}
"#,
        )],
    );
}

#[test]
fn java_with_brackets_that_do_not_match() {
    check(
        "java errors",
        &[(
            "a/Show.java",
            r#"package a;
import com.atlassian.jira.user.ApplicationUser;
import org.slf4j.Logger;
class Show {
    private static final Logger log = null;
    void one(ApplicationUser user) {
        if (user != null) { ) ]
            log.info("mail {}", user.getEmailAddress()); // -> log
        }
    }
    void two(ApplicationUser user) {
        log.info("mail {}", user.getEmailAddress()); // -> log
"#,
        )],
    );
}

#[test]
fn csharp_with_brackets_that_do_not_match() {
    check(
        "csharp errors",
        &[(
            "a/Show.cs",
            r#"using System;
using Atlassian.Jira;
class Show {
    void One(JiraUser user) {
        if (user != null) { ) ]
            Console.WriteLine(user.Email); // -> log
        }
    }
    void Two(JiraUser user) {
"#,
        )],
    );
}

#[test]
fn php_with_brackets_that_do_not_match() {
    check(
        "php errors",
        &[(
            "a/show.php",
            r#"<?php
use GuzzleHttp\Client;
function show($id) {
    $client = new Client();
    $user = json_decode($client->get("https://x.atlassian.net/rest/api/3/user?accountId=" . $id)->getBody(), true);
    if ($user) { ) ]
        error_log($user['emailAddress']); // -> log
    }
    error_log("mail " . $user['emailAddress']); // -> log
"#,
        )],
    );
}

#[test]
fn ruby_with_brackets_that_do_not_match() {
    check(
        "ruby errors",
        &[(
            "a/show.rb",
            r#"require 'httparty'
def show(id)
  user = HTTParty.get("https://x.atlassian.net/rest/api/3/user?accountId=#{id}").parsed_response
  if user ) ]
    puts user['emailAddress'] # -> log
  end
  puts "mail #{user['emailAddress']}" # -> log
"#,
        )],
    );
}

#[test]
fn kotlin_with_brackets_that_do_not_match() {
    check(
        "kotlin errors",
        &[(
            "a/Show.kt",
            r#"package a
import com.atlassian.jira.user.ApplicationUser
class Show {
    fun other() {
        val x = ) @@
    }
    fun one(user: ApplicationUser) {
        println("mail " + user.emailAddress) // -> log
    }
}
"#,
        )],
    );
}

#[test]
fn where_the_parser_gave_up_is_told_once() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let broken = "import requests\nif requests:\n    print(1)\n  elif 2:\n    x = )\n\ndef f(:\n";
    for (name, text) in [
        ("a.py", format!("{broken}# jira emailAddress\n")),
        ("lost.py", "import jira\ndef f(a, b) user.emailAddress ( ] :\n".to_owned()),
        ("made.py", "# jira emailAddress\nclass {{ cookiecutter.name }}:\n    pass\n".to_owned()),
        // The grammar gives up on this one, which is sound.
        (
            "Routes.kt",
            "// jira\nfun Application.routes() {\n    routing {\n        val users: JiraUsers by inject()\n        \
             get(\"/users\") {\n            call.respond(users.all().map { it.emailAddress })\n        }\n    }\n}\n"
                .to_owned(),
        ),
        ("sound.py", "# jira emailAddress\nx = 1\n".to_owned()),
    ] {
        std::fs::write(folder.path().join(name), text).expect("there is room for a file");
    }
    let run = crate::support::languages::run(folder.path());
    let problems = run.apps.iter().flat_map(|a| &a.facts.problems);
    let told: Vec<String> = problems
        .map(|p| format!("{}:{}:{} {}", p.place.file, p.place.line, p.place.column, p.matters))
        .collect();
    assert_eq!(told, ["a.py:5:9 false", "lost.py:2:13 true"]);
}
