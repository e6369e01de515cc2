//! What is found in an app in Ruby, line by line; what is not in the table must not be found.

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
        "ruby",
        &[
            // params[:issue][:fields][:assignee][:emailAddress]
            access(
                "app/controllers/hooks_controller.rb:4:30",
                UserObject,
                None,
                Caller::Unknown,
                LIKELY,
                None,
            ),
            // member["emailAddress"]
            access(
                "app/jobs/mirror_job.rb:4:17",
                UserObject,
                Some("jira.group-member"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // client.user(account_id)["emailAddress"]
            access(
                "lib/directory.rb:12:5",
                UserObject,
                Some("jira.user"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // issue.dig("fields", "reporter", "emailAddress")
            access(
                "lib/directory.rb:17:5",
                UserObject,
                Some("jira.issue"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // user["emailAddress"]
            access(
                "lib/directory.rb:23:24",
                UserObject,
                Some("jira.user-assignable-search"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
            // JIRA::Client.new(options).User.myself.emailAddress
            access(
                "lib/directory.rb:27:5",
                OwnProfile,
                Some("jira.myself"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // client.get("/user/email?accountId=#{account_id}")
            access(
                "lib/directory.rb:31:13",
                EmailApi,
                Some("jira.user-email"),
                Caller::Token,
                LIKELY,
                Some(true),
            ),
        ],
        &[
            flow(
                "app/controllers/hooks_controller.rb:4",
                SinkKind::Response,
                "app/controllers/hooks_controller.rb:4:30",
            ),
            flow("app/jobs/mirror_job.rb:6", SinkKind::Log, "app/jobs/mirror_job.rb:4:17"),
            flow("app/jobs/mirror_job.rb:7", SinkKind::Storage, "app/jobs/mirror_job.rb:4:17"),
        ],
    );
}

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "ruby-web",
        "",
        &[
            "app/controllers/people_controller.rb:18 jira.user likely",
            "app/jobs/sync_job.rb:8 jira.users-search likely",
            "app/jobs/sync_job.rb:14 jira.user likely",
            "app/jobs/sync_job.rb:19 jira.user likely",
            "app/jobs/sync_job.rb:24 jira.user likely",
            "app/jobs/sync_job.rb:25 jira.user likely",
            "app/jobs/sync_job.rb:29 jira.users-search likely",
            "app/jobs/sync_job.rb:34 jira.user likely",
            "app/jobs/sync_job.rb:35 jira.user likely",
            "app/models/member.rb:4 jira.users-search likely",
            "app/views/people/_card.html.erb:1 jira.user likely",
            "app/views/people/index.html.erb:4 jira.users-search likely",
            "app/views/people/show.html.erb:2 jira.user likely",
        ],
        &[
            "app/controllers/people_controller.rb:12 response.rails likely",
            "app/controllers/people_controller.rb:18 response.rails likely",
            "app/jobs/sync_job.rb:8 storage.active-record likely",
            "app/jobs/sync_job.rb:14 storage.active-record likely",
            "app/jobs/sync_job.rb:19 identity.look-up likely",
            "app/jobs/sync_job.rb:24 log.ruby likely",
            "app/jobs/sync_job.rb:25 identity.look-up likely",
            "app/jobs/sync_job.rb:29 identity.map-key likely",
            "app/jobs/sync_job.rb:34 mail.rails likely",
            "app/jobs/sync_job.rb:35 mail.rails likely",
            "app/jobs/sync_job.rb:44 storage.active-record likely",
            "app/models/member.rb:5 storage.active-record likely",
            "app/views/people/_card.html.erb:1 ui.template likely",
            "app/views/people/index.html.erb:4 ui.template likely",
            "app/views/people/show.html.erb:2 ui.template likely",
        ],
    );
}
