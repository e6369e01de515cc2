//! What is found in an app in PHP, line by line; what is not in the table must not be found.

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
        "php",
        &[
            // $user['emailAddress']
            access("src/Users.php:21:16", UserObject, Some("jira.user"), Caller::Token, LIKELY, Some(true)),
            // $user['emailAddress']
            access(
                "src/Users.php:27:66",
                UserObject,
                Some("jira.users-search"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // $user['emailAddress']
            access("src/Users.php:28:79", UserObject, Some("jira.users-search"), Caller::Token, LIKELY, None),
            // array_column($this->jira->get('/group/member'), 'emailAddress')
            access(
                "src/Users.php:33:16",
                UserObject,
                Some("jira.group-member"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // $mail
            access(
                "src/Users.php:43:28",
                OwnProfile,
                Some("jira.myself"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // $user->emailAddress
            access(
                "src/Users.php:51:30",
                UserObject,
                Some("jira.user-search"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // $me?->emailAddress
            access("src/curl.php:13:12", OwnProfile, Some("jira.myself"), Caller::Token, LIKELY, Some(true)),
            // $payload['issue']['fields']['assignee']['emailAddress']
            access("src/curl.php:18:10", UserObject, None, Caller::Unknown, LIKELY, Some(false)),
            // file_get_contents($site . '/rest/api/3/user/email?accountId=1')
            access(
                "src/curl.php:23:15",
                EmailApi,
                Some("jira.user-email"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
        ],
        &[
            flow("src/Users.php:38", SinkKind::Log, "src/Users.php:21:16"),
            flow("src/Users.php:53", SinkKind::Mail, "src/Users.php:51:30"),
            flow("src/curl.php:18", SinkKind::Ui, "src/curl.php:18:10"),
            flow("src/curl.php:24", SinkKind::Log, "src/curl.php:23:15"),
            flow("templates/people.php:7", SinkKind::Ui, "src/Users.php:28:79"),
        ],
    );
}
