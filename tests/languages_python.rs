//! What is found in an app in Python, line by line; what is not in the table must not be found.

mod support;

use mailpermit::facts::{AccessKind, Caller, SinkKind};
use mailpermit::findings::Confidence;
use support::languages::{Access, Flow, check};

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
