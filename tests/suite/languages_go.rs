//! What is found in an app in Go, line by line; what is not in the table must not be found.

use crate::support::languages::{Access, Flow, check};
use mailpermit::facts::{AccessKind, Caller, SinkKind};
use mailpermit::findings::Confidence;

const CERTAIN: Confidence = Confidence::Certain;
const LIKELY: Confidence = Confidence::Likely;

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    use AccessKind::{OwnProfile, UserObject};
    let access = |at, kind, endpoint, caller, confidence, absent| Access {
        at,
        kind,
        endpoint,
        caller,
        confidence,
        absent,
    };
    let flow = |at, kind, access| Flow { at, kind, access };
    check(
        "go",
        &[
            // d.client.Get(ctx, question, page)
            access(
                "people/people.go:36:13",
                UserObject,
                Some("jira.users-search"),
                Caller::Token,
                LIKELY,
                None,
            ),
            // person.Email
            access(
                "people/people.go:63:80",
                UserObject,
                Some("jira.user"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // person.Email
            access(
                "people/people.go:70:19",
                UserObject,
                Some("jira.user"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // person.Email
            access(
                "people/people.go:73:29",
                UserObject,
                Some("jira.user"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // client.NewRequest("GET", "rest/api/3/users/search", nil)
            access(
                "table/users.go:26:14",
                UserObject,
                Some("jira.users-search"),
                Caller::Token,
                LIKELY,
                None,
            ),
            // hook.Fields.Assignee.EmailAddress
            access("web/hooks.go:19:8", UserObject, None, Caller::Unknown, LIKELY, Some(true)),
            // hook.User.EmailAddress
            access("web/hooks.go:32:26", UserObject, None, Caller::Unknown, LIKELY, Some(false)),
            // self.EmailAddress
            access(
                "web/hooks.go:42:12",
                OwnProfile,
                Some("jira.myself"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // user.EmailAddress
            access("web/hooks.go:60:19", UserObject, None, Caller::Unknown, LIKELY, None),
        ],
        &[
            flow("people/people.go:63", SinkKind::Storage, "people/people.go:63:80"),
            flow("people/people.go:73", SinkKind::Log, "people/people.go:73:29"),
            flow("people/serve.go:15", SinkKind::Response, "people/people.go:36:13"),
            flow("table/users.go:35", SinkKind::Ui, "table/users.go:26:14"),
            flow("web/hooks.go:23", SinkKind::Mail, "web/hooks.go:19:8"),
        ],
    );
}

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "go-web",
        "",
        &[
            "store/store.go:35 jira.user likely",
            "store/store.go:44 jira.user likely",
            "store/store.go:51 jira.user likely",
            "store/store.go:57 jira.user likely",
            "store/store.go:64 jira.user likely",
            "store/store.go:71 jira.users-search likely",
            "store/store.go:84 jira.users-search likely",
            "templates/person.tmpl:2 jira.user likely",
            "web/handlers.go:33 jira.users-search likely",
            "web/handlers.go:57 jira.user likely",
            "web/handlers.go:74 jira.user likely",
        ],
        &[
            "store/store.go:36 storage.gorm likely",
            "store/store.go:45 storage.gorm likely",
            "store/store.go:51 identity.look-up likely",
            "store/store.go:57 storage.go-sql likely",
            "store/store.go:63 log.go-slog likely",
            "store/store.go:64 storage.go-other likely",
            "store/store.go:71 identity.key likely",
            "store/store.go:84 storage.go-csv likely",
            "templates/people.html:3 ui.template likely",
            "templates/person.tmpl:2 ui.template likely",
            "web/handlers.go:33 response.go-http likely",
            "web/handlers.go:57 response.go-http likely",
            "web/handlers.go:62 response.go-http likely",
            "web/handlers.go:74 response.go-frameworks likely",
            "web/handlers.go:89 response.go-frameworks likely",
        ],
    );
}
