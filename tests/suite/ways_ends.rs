//! Where the program itself ends: an address of which nothing else is known is handed to somebody else's code, or given
//! to whoever calls. Marked as in `mechanisms`; the lines without a mark beside them are the traps.

use crate::mechanisms::check;

#[test]
fn what_is_handed_to_code_of_others() {
    check(
        "ends in go",
        &[
            ("go.mod", "module example.com/app\n"),
            (
                "users/users.go",
                r#"package users

import (
	jira "github.com/andygrunwald/go-jira"
	"example.org/registry"
	"strings"
)

type Person struct {
	Name string
	Mail string
}

func Sync(client *jira.Client, d *registry.Data) error {
	user, _, err := client.User.GetByAccountID("x")
	if err != nil {
		return err
	}
	mail := strings.TrimSpace(user.EmailAddress)
	d.Put("mail", mail) // ~> other
	d.Put("name", user.DisplayName)
	return nil
}

func Find(client *jira.Client, id string) *Person {
	found, _, _ := client.User.GetByAccountID(id)
	return convert(found) // ~> other
}

func convert(from *jira.User) *Person {
	return &Person{
		Name: from.DisplayName,
		Mail: from.EmailAddress, // ~> other
	}
}
"#,
            ),
        ],
    );
}

#[test]
fn what_is_given_to_whoever_calls() {
    check(
        "ends in scripts",
        &[(
            "src/users.js",
            r#"import api, { route } from '@forge/api';
import { register } from 'people-registry';
export async function profileOf(id) {
  const answer = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`);
  const user = await answer.json();
  return { id, mail: user.emailAddress }; // ~> other
}
export async function tell(id) {
  const answer = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`);
  const user = await answer.json();
  register(user.accountId);
  register(user.emailAddress.toLowerCase()); // ~> other
}
export async function known(id) {
  const answer = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`);
  const user = await answer.json();
  console.log(user.emailAddress); // -> log
  return user.emailAddress;
}
"#,
        )],
    );
}
