//! What is found in an app in Python, line by line; what is not in the table must not be found.

use crate::support::languages::{Access, Flow, check};
use mailpermit::facts::{AccessKind, Caller, SinkKind};
use mailpermit::findings::Confidence;

const CERTAIN: Confidence = Confidence::Certain;
const LIKELY: Confidence = Confidence::Likely;

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    use AccessKind::{EmailApi, OwnProfile, UserObject};
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
        "python",
        &[
            // me["email"]
            access(
                "directory/remote.py:8:12",
                OwnProfile,
                Some("identity.me"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // watcher["emailAddress"]
            access(
                "directory/remote.py:14:37",
                UserObject,
                Some("jira.issue-watchers"),
                Caller::Unknown,
                LIKELY,
                Some(false),
            ),
            // client.user(account_id).emailAddress
            access(
                "directory/sdk.py:7:11",
                UserObject,
                Some("jira.user"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // getattr(user, "emailAddress", None)
            access(
                "directory/sdk.py:16:17",
                UserObject,
                Some("jira.user-search"),
                Caller::Unknown,
                CERTAIN,
                Some(true),
            ),
            // details["email"]
            access(
                "directory/sdk.py:20:16",
                UserObject,
                Some("confluence.user"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // person["emailAddress"]
            access(
                "directory/sync.py:14:78",
                UserObject,
                Some("jira.users-search"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // fields.get("reporter", {}).get("emailAddress")
            access(
                "directory/sync.py:19:15",
                UserObject,
                Some("jira.issue"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // site.get(EMAIL_PATH % account_id)
            access(
                "directory/sync.py:26:16",
                EmailApi,
                Some("jira.user-email"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // user["emailAddress"]
            access(
                "directory/sync.py:32:13",
                UserObject,
                Some("jira.users-search"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // response.get("email", "")
            access(
                "login/backend.py:8:62",
                OwnProfile,
                Some("identity.me"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // event["comment"]["author"]["emailAddress"]
            access("web/hooks.py:13:31", UserObject, None, Caller::Unknown, LIKELY, None),
        ],
        &[
            flow("directory/sdk.py:7", SinkKind::Log, "directory/sdk.py:7:11"),
            flow("directory/sync.py:14", SinkKind::Storage, "directory/sync.py:14:78"),
            flow("directory/sync.py:20", SinkKind::Log, "directory/sync.py:19:15"),
            flow("directory/sync.py:32", SinkKind::Identity, "directory/sync.py:32:13"),
            flow("login/backend.py:8", SinkKind::Identity, "login/backend.py:8:62"),
            flow("web/hooks.py:13", SinkKind::Response, "web/hooks.py:13:31"),
        ],
    );
}

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "python-web",
        "",
        &[
            "core/jira_api.py:24 jira.users-search likely",
            "flask_app/app.py:20 jira.user likely",
            "flask_app/templates/person.html:2 jira.user likely",
            "sync/alchemy.py:12 jira.user likely",
            "sync/alchemy.py:14 jira.user likely",
            "sync/alchemy.py:16 jira.user likely",
            "sync/alchemy.py:22 jira.user likely",
            "sync/tasks.py:29 jira.user likely",
            "sync/tasks.py:35 jira.user likely",
            "sync/tasks.py:39 jira.user likely",
            "sync/tasks.py:41 jira.user likely",
            "sync/tasks.py:49 jira.user likely asked",
            "sync/tasks.py:77 jira.user likely",
            "web/views.py:17 jira.user likely",
            "web/views.py:23 jira.user likely",
        ],
        &[
            "flask_app/app.py:13 log.python-logger-name likely",
            "flask_app/app.py:20 response.flask likely",
            "flask_app/app.py:23 response.flask likely",
            "flask_app/app.py:26 response.flask likely",
            "flask_app/templates/person.html:2 ui.template likely",
            "sync/alchemy.py:12 identity.equality likely",
            "sync/alchemy.py:15 storage.sqlalchemy likely",
            "sync/alchemy.py:15 storage.sqlalchemy likely",
            "sync/alchemy.py:22 identity.look-up likely",
            "sync/alchemy.py:27 storage.python-tables likely",
            "sync/alchemy.py:31 storage.python-written likely",
            "sync/tasks.py:18 storage.django likely",
            "sync/tasks.py:31 storage.django likely",
            "sync/tasks.py:35 storage.django likely",
            "sync/tasks.py:39 identity.look-up likely",
            "sync/tasks.py:41 log.python-logging likely",
            "sync/tasks.py:52 mail.django likely",
            "sync/tasks.py:55 identity.key likely",
            "sync/tasks.py:66 storage.django likely",
            "sync/tasks.py:72 log.python-logging likely",
            "web/templates/people/list.html:7 ui.template likely",
            "web/templates/people/list.html:7 ui.template likely",
            "web/views.py:17 response.django likely",
            "web/views.py:19 response.django likely",
            "web/views.py:23 response.django likely",
        ],
    );
}
