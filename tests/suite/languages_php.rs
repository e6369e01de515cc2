//! What is found in an app in PHP, line by line; what is not in the table must not be found.

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
            flow("src/Users.php:45", SinkKind::Storage, "src/Users.php:43:28"),
            flow("src/Users.php:53", SinkKind::Mail, "src/Users.php:51:30"),
            flow("src/curl.php:18", SinkKind::Ui, "src/curl.php:18:10"),
            flow("src/curl.php:24", SinkKind::Log, "src/curl.php:23:15"),
            flow("templates/people.php:7", SinkKind::Ui, "src/Users.php:28:79"),
        ],
    );
}

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "php-web",
        "",
        &[
            "app/Http/Controllers/PeopleController.php:22 jira.user likely",
            "app/Http/Controllers/PeopleController.php:33 jira.user likely",
            "app/Jobs/SyncMembers.php:18 jira.users-search likely asked",
            "app/Jobs/SyncMembers.php:27 jira.user likely",
            "app/Jobs/SyncMembers.php:34 jira.user likely",
            "app/Jobs/SyncMembers.php:35 jira.user likely",
            "app/Jobs/SyncMembers.php:36 jira.user likely",
            "app/Jobs/SyncMembers.php:44 jira.users-search likely",
            "app/Services/JiraService.php:38 jira.user likely",
            "resources/views/people/index.blade.php:5 jira.users-search likely",
            "src/Controller/UsersController.php:33 jira.user likely",
            "src/Controller/UsersController.php:43 jira.user likely",
            "templates/users/show.html.twig:3 jira.user likely",
        ],
        &[
            "app/Http/Controllers/PeopleController.php:27 response.laravel likely",
            "app/Http/Controllers/PeopleController.php:33 response.laravel likely",
            "app/Jobs/SyncMembers.php:16 storage.eloquent likely",
            "app/Jobs/SyncMembers.php:28 storage.eloquent likely",
            "app/Jobs/SyncMembers.php:34 identity.look-up likely",
            "app/Jobs/SyncMembers.php:35 storage.laravel-facades likely",
            "app/Jobs/SyncMembers.php:36 mail.laravel likely",
            "app/Jobs/SyncMembers.php:44 identity.key likely",
            "app/Services/JiraService.php:38 log.php-laravel likely",
            "app/Services/JiraService.php:39 log.php-laravel likely",
            "resources/views/people/index.blade.php:5 ui.template likely",
            "resources/views/people/show.blade.php:2 ui.template likely",
            "src/Controller/UsersController.php:34 storage.doctrine likely",
            "src/Controller/UsersController.php:36 log.php-monolog likely",
            "src/Controller/UsersController.php:37 response.php likely",
            "src/Controller/UsersController.php:43 identity.look-up likely",
            "templates/users/show.html.twig:3 ui.template likely",
        ],
    );
}
