//! What is found in an app in C#, line by line; what is not in the table must not be found.
//!
//! The app comes to Atlassian through HttpClient, RestSharp and Atlassian.SDK. What it has of GitHub's users, of a
//! project's sender, of its own tables and of its own credentials is none of Atlassian's users.

#[path = "support/found.rs"]
mod found;

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    found::compare(
        "csharp",
        "src/",
        &[
            "Jira/JiraGateway.cs:21 jira.user likely",
            "Jira/JiraGateway.cs:30 jira.group-member likely asked",
            "Jira/JiraGateway.cs:30 jira.group-member likely asked",
            "Jira/JiraGateway.cs:35 jira.user-email likely asked",
            "Jira/JiraGateway.cs:47 jira.myself likely",
            "Jira/JiraGateway.cs:53 jira.issue likely asked",
            "Jira/JiraRest.cs:19 jira.user-assignable-search likely",
            "Jira/SdkReader.cs:11 jira.user certain",
            "Web/UsersController.cs:38 jira.user likely",
        ],
        &[
            "Jira/JiraGateway.cs:21 log.csharp-microsoft likely",
            "Jira/JiraRest.cs:19 log.csharp-console likely",
            "Web/UsersController.cs:24 response.aspnet likely",
            "Web/UsersController.cs:39 storage.ef likely",
        ],
    );
}
