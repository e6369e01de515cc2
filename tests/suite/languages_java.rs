//! What is found in an app in Java, line by line; what is not in the table must not be found.
//!
//! The app comes to Atlassian through Atlassian's Spring and REST clients, java.net.http, OkHttp and Retrofit. What it has of GitHub's users, of a
//! project's sender, of its own tables and of its own credentials is none of Atlassian's users.

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    crate::support::found::compare(
        "java",
        "src/main/java/org/example/roster/",
        &[
            "jira/AddonUsers.java:28 jira.user certain asked",
            "jira/AddonUsers.java:29 jira.user certain asked",
            "jira/AddonUsers.java:41 jira.user-email certain asked",
            "jira/AddonUsers.java:49 jira.user-search certain",
            "jira/Assignees.java:15 jira.user-assignable-search likely asked",
            "jira/Assignees.java:16 jira.user-assignable-search likely asked",
            "jira/HttpReader.java:30 jira.myself likely",
            "jira/HttpReader.java:38 jira.issue likely",
            "jira/RestReader.java:19 jira.user certain",
            "jira/RestReader.java:24 jira.issue certain",
            "jira/RestReader.java:30 - likely",
            "web/UserController.java:35 jira.user certain",
        ],
        &[
            "jira/AddonUsers.java:29 log.slf4j likely",
            "jira/RestReader.java:25 log.java-util-logging likely",
            "web/UserController.java:23 response.spring likely",
            "web/UserController.java:36 storage.jpa likely",
        ],
    );
}

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "java-web",
        "src/main/java/org/acme/people/",
        &[
            "JdbcKeep.java:18 jira.user likely",
            "JdbcKeep.java:24 jira.user likely",
            "JdbcKeep.java:30 jira.user likely",
            "MemberService.java:25 jira.user likely",
            "MemberService.java:31 jira.user likely",
            "MemberService.java:36 jira.user likely",
            "MemberService.java:48 jira.users-search likely",
            "MemberService.java:54 jira.users-search likely",
            "MemberService.java:58 jira.user likely",
            "MemberService.java:63 jira.user likely",
            "MemberView.java:9 - likely",
            "ServerPlugin.java:32 jira.data-center-user certain",
            "ServerPlugin.java:34 jira.data-center-user certain",
            "ServerPlugin.java:41 jira.data-center-user certain",
            "src/main/resources/templates/own.vm:3 jira.data-center-user certain",
            "src/main/resources/templates/person.html:3 jira.user likely",
        ],
        &[
            "JdbcKeep.java:18 storage.jdbc likely",
            "JdbcKeep.java:25 third-party.http likely",
            "JdbcKeep.java:30 storage.jdbc likely",
            "MemberService.java:26 storage.jpa likely",
            "MemberService.java:31 identity.by-email-name likely",
            "MemberService.java:36 response.spring likely",
            "MemberService.java:41 log.slf4j likely",
            "MemberService.java:42 log.slf4j likely",
            "MemberService.java:48 identity.map-key likely",
            "MemberService.java:54 identity.map-key likely",
            "MemberService.java:58 identity.equality likely",
            "MemberService.java:63 mail.spring-mail likely",
            "MemberService.java:65 mail.spring-mail likely",
            "PeopleApi.java:21 response.spring likely",
            "PeopleApi.java:21 response.spring likely",
            "ServerPlugin.java:32 log.slf4j likely",
            "ServerPlugin.java:41 response.servlet likely",
            "src/main/resources/templates/own.vm:2 ui.template likely",
            "src/main/resources/templates/own.vm:3 ui.template likely",
            "src/main/resources/templates/person.html:3 ui.template likely",
            "src/main/resources/templates/views.html:4 ui.template likely",
            "src/main/resources/templates/views.html:4 ui.template likely",
        ],
    );
}
