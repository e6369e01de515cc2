//! What is found in an app in C#, line by line; what is not in the table must not be found.
//!
//! The app comes to Atlassian through HttpClient, RestSharp and Atlassian.SDK. What it has of GitHub's users, of a
//! project's sender, of its own tables and of its own credentials is none of Atlassian's users.

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    crate::support::found::compare(
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

#[test]
fn addresses_in_web_frameworks_and_their_templates() {
    crate::support::found::compare(
        "csharp-web",
        "",
        &[
            "Controllers/PeopleController.cs:27 jira.user likely",
            "Controllers/PeopleController.cs:28 jira.user likely",
            "Controllers/PeopleController.cs:49 jira.user likely",
            "Data/Keeper.cs:28 jira.user likely",
            "Data/Keeper.cs:36 jira.myself likely",
            "Data/Keeper.cs:43 jira.user likely",
            "Data/Keeper.cs:49 jira.user likely",
            "Data/Keeper.cs:62 jira.user likely",
            "Data/Keeper.cs:69 jira.user-search likely",
            "Data/Keeper.cs:75 jira.user likely",
            "Jira/JiraService.cs:42 jira.user likely",
            "Jira/JiraService.cs:49 jira.user likely",
            "Pages/Card.razor:4 jira.user likely",
            "Pages/Own.cshtml:4 jira.myself likely",
            "Views/People/Index.cshtml:6 jira.user-search likely",
        ],
        &[
            "Controllers/PeopleController.cs:36 response.aspnet likely",
            "Controllers/PeopleController.cs:49 response.aspnet likely",
            "Data/Keeper.cs:28 storage.ef likely",
            "Data/Keeper.cs:36 storage.unit-of-work likely",
            "Data/Keeper.cs:43 identity.equality likely",
            "Data/Keeper.cs:49 storage.dapper likely",
            "Data/Keeper.cs:55 log.csharp-microsoft likely",
            "Data/Keeper.cs:62 mail.csharp likely",
            "Data/Keeper.cs:69 identity.map-key likely",
            "Data/Keeper.cs:75 identity.equality likely",
            "Data/Keeper.cs:75 identity.compare likely",
            "Jira/JiraService.cs:42 response.aspnet likely",
            "Pages/Card.razor:4 ui.template likely",
            "Pages/Own.cshtml:4 ui.template likely",
            "Views/People/Details.cshtml:3 ui.template likely",
            "Views/People/Details.cshtml:3 ui.template likely",
            "Views/People/Details.cshtml:4 ui.template likely",
            "Views/People/Index.cshtml:6 ui.template likely",
        ],
    );
}
