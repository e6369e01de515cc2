//! What templates show: each template language, filled in by the same few lines of code.

use mailpermit::facts::SinkKind;
use mailpermit::findings::Confidence;
use mailpermit::settings::Settings;

/// Hands everybody to a template called `people`.
const CODE: &str = "\
app.get('/people', async (req, res) => {
  const answer = await fetch('https://roster.atlassian.net/rest/api/3/users/search');
  const users = await answer.json();
  res.render('people', { users, first: users[0], title: 'People', company: { email: 'help@example.com' } });
});
";

/// The lines of a template that show an address, by what is at least likely.
fn shown(name: &str, template: &str, more: &[(&str, &str)]) -> Vec<u32> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    write("app.js", CODE);
    write(&format!("views/{name}"), template);
    for (path, text) in more {
        write(path, text);
    }
    let settings = Settings { threads: Some(1), ..Settings::of(folder.path().to_path_buf()) };
    let run = mailpermit::check(&settings).expect("the folder can be read");
    let mut lines: Vec<u32> = run
        .apps
        .iter()
        .flat_map(|app| &app.facts.flows)
        .filter(|f| f.kind == SinkKind::Ui && f.confidence > Confidence::Possible)
        .filter(|f| f.place.file.ends_with(name))
        .map(|f| f.place.line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

#[test]
fn every_template_language_shows_what_it_is_filled_in_with() {
    let table: &[(&str, &str, &[u32])] = &[
        (
            "people.j2",
            "<h1>{{ title }}</h1>\n{% for user in users %}\n{{ user.displayName }}\n{{ user.emailAddress|lower }}\n\
             {% endfor %}\n{{ company.email }}\n{# {{ first.emailAddress }} #}\n",
            &[4],
        ),
        (
            "people.twig",
            "{% set one = first %}\n{{ one.emailAddress }}\n{{ one.emailAddress|length }}\n",
            &[2],
        ),
        ("people.liquid", "{% assign one = users[0] %}\n<p>{{ one[\"emailAddress\"] }}</p>\n", &[2]),
        (
            "people.hbs",
            "{{#each users}}\n{{displayName}}\n{{emailAddress}}\n{{/each}}\n{{#with first}}{{this.emailAddress}}{{/with}}\n\
             {{company.email}}{{!-- {{first.emailAddress}} --}}\n",
            &[3, 5],
        ),
        ("people.hbs", "{{#each users as |user|}}\n<b>{{user.emailAddress}}</b>\n{{/each}}\n", &[2]),
        ("people.mustache", "{{#users}}\n{{emailAddress}}\n{{/users}}\n{{title}}\n", &[2]),
        (
            "people.ejs",
            "<% users.forEach(function (user) { %>\n<%= user.displayName %>\n<%- user.emailAddress %>\n<% }) %>\n\
             <%= title %>\n<%# first.emailAddress %>\n",
            &[3],
        ),
        ("people.ejs", "<% for (const user of users) { %>\n<%= user.emailAddress %>\n<% } %>\n", &[2]),
        (
            "people.html.erb",
            "<% users.each do |user| %>\n<%= user[\"displayName\"] %>\n<%= mail_to user[\"emailAddress\"] %>\n<% end %>\n\
             <%# first[\"emailAddress\"] %>\n",
            &[3],
        ),
        (
            "people.jsp",
            "<c:forEach items=\"${users}\" var=\"user\">\n<c:out value=\"${user.emailAddress}\"/>\n</c:forEach>\n\
             ${first.displayName}\n<%= first.getEmailAddress() %>\n<%-- ${first.emailAddress} --%>\n",
            &[2, 5],
        ),
        (
            "people.vm",
            "#foreach($user in $users)\n$user.displayName\n$!{user.emailAddress}\n#end\n#set($one = $first)\n\
             $one.emailAddress\n## $first.emailAddress\n",
            &[3, 6],
        ),
        (
            "people.ftl",
            "<#list users as user>\n${user.displayName}\n${user.emailAddress!\"-\"}\n</#list>\n<#assign one = first>\n\
             ${one.emailAddress}\n<#-- ${first.emailAddress} -->\n",
            &[3, 6],
        ),
        (
            "people.blade.php",
            "@foreach ($users as $user)\n{{ $user->displayName }}\n{{ $user['emailAddress'] }}\n@endforeach\n\
             {!! $first->emailAddress !!}\n{{-- {{ $first->emailAddress }} --}}\nme@example.com\n",
            &[3, 5],
        ),
        (
            "people.cshtml",
            "@foreach (var user in Model.users)\n{\n<li>@user.displayName</li>\n<li>@user.emailAddress</li>\n}\n\
             @(Model.first.emailAddress)\n@* @Model.first.emailAddress *@\nme@example.com\n",
            &[4, 6],
        ),
        (
            "people.html",
            "<p th:text=\"${title}\">x</p>\n<li th:each=\"user : ${users}\">\n<b th:text=\"${user.emailAddress}\">x</b>\n\
             [[${user.displayName}]] [(${user.emailAddress})]\n</li>\n<form th:object=\"${first}\">\n\
             <input th:value=\"*{emailAddress}\">\n</form>\n",
            &[3, 4, 7],
        ),
        (
            "people.gohtml",
            "{{ range .users }}\n{{ .displayName }}\n{{ .emailAddress }}\n{{ end }}\n\
             {{ with .first }}{{ .emailAddress | html }}{{ end }}\n{{ range $i, $u := .users }}\n{{ $u.emailAddress }}\n\
             {{ end }}\n{{/* .first.emailAddress */}}\n",
            &[3, 5, 7],
        ),
        (
            "people.tpl",
            "{foreach from=$users item=user}\n{$user.displayName}\n{$user.emailAddress}\n{/foreach}\n{$company.email}\n",
            &[3],
        ),
    ];
    for (name, template, expected) in table {
        assert_eq!(shown(name, template, &[]), *expected, "{name}:\n{template}");
    }
}

#[test]
fn a_template_that_another_takes_in_sees_what_that_one_has() {
    let table: &[(&str, &str, &str, &str)] = &[
        (
            "people.j2",
            "{% for user in users %}{% include \"card.j2\" %}{% endfor %}",
            "card.j2",
            "\n{{ user.emailAddress }}",
        ),
        ("people.hbs", "{{#each users}}{{> card}}{{/each}}", "card.hbs", "\n{{emailAddress}}"),
        (
            "people.ejs",
            "<% users.forEach(user => { %><%- include('card', { person: user }) %><% }) %>",
            "card.ejs",
            "\n<%= person.emailAddress %>",
        ),
        (
            "people.html.erb",
            "<%= render \"card\", person: first %>",
            "_card.html.erb",
            "\n<%= person[\"emailAddress\"] %>",
        ),
        (
            "people.blade.php",
            "@include('card', ['person' => $first])",
            "card.blade.php",
            "\n{{ $person->emailAddress }}",
        ),
        (
            "people.twig",
            "{% extends \"base.twig\" %}\n{{ title }}",
            "base.twig",
            "\n{{ first.emailAddress }}",
        ),
    ];
    for (name, template, inner, text) in table {
        let path = format!("views/{inner}");
        let found = {
            let folder: &[(&str, &str)] = &[(name, template)];
            let outer: Vec<(String, &str)> = folder.iter().map(|(n, t)| (format!("views/{n}"), *t)).collect();
            let outer: Vec<(&str, &str)> = outer.iter().map(|(n, t)| (n.as_str(), *t)).collect();
            shown(inner, text, &outer)
        };
        assert_eq!(found, [2], "{path}");
    }
}

#[test]
fn a_template_that_nobody_fills_in_shows_nothing_for_sure() {
    for (name, template) in [("other.j2", "{{ user.emailAddress }}"), ("other.hbs", "{{user.emailAddress}}")]
    {
        assert!(shown(name, template, &[]).is_empty(), "{name}");
    }
}
