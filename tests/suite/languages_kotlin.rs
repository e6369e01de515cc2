//! What is found in an app in Kotlin, line by line; what is not in the table must not be found.
//!
//! The app comes to Atlassian through Ktor, OkHttp and Retrofit. What it has of GitHub's users, of a
//! project's sender, of its own tables and of its own credentials is none of Atlassian's users.

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    crate::support::found::compare(
        "kotlin",
        "src/main/kotlin/org/example/roster/",
        &[
            "jira/JiraClient.kt:17 jira.user likely",
            "jira/JiraClient.kt:24 jira.user-email likely",
            "jira/JiraClient.kt:33 jira.issue likely asked",
            "jira/JiraClient.kt:38 jira.users-search likely asked",
            "jira/JiraClient.kt:39 jira.users-search likely asked",
            "jira/Plain.kt:15 jira.myself likely",
            "jira/Service.kt:13 jira.issue likely",
            "web/Routes.kt:14 jira.user likely",
            "web/Routes.kt:22 jira.user likely asked",
        ],
        &[
            "jira/JiraClient.kt:17 log.slf4j likely",
            "jira/Service.kt:13 log.java-streams likely",
            "web/Routes.kt:14 response.ktor likely",
            "web/Routes.kt:22 storage.exposed likely",
        ],
    );
}
