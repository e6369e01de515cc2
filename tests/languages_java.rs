//! What is found in an app in Java, line by line; what is not in the table must not be found.
//!
//! The app comes to Atlassian through Atlassian's Spring and REST clients, java.net.http, OkHttp and Retrofit. What it has of GitHub's users, of a
//! project's sender, of its own tables and of its own credentials is none of Atlassian's users.

#[path = "support/found.rs"]
mod found;

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    found::compare(
        "java",
        "src/main/java/org/example/roster/",
        &[
            "jira/AddonUsers.java:28 jira.user certain asked",
            "jira/AddonUsers.java:29 jira.user certain asked",
            "jira/AddonUsers.java:41 jira.user-email certain asked",
            "jira/AddonUsers.java:49 jira.user-search likely",
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
