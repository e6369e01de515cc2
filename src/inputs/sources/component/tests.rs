use super::{Flavor, code, component_class};
use crate::text::Span;

fn lines(source: &str, flavor: Flavor) -> String {
    let code = code(source, flavor, false);
    let text = code.text().trim_start_matches("\n;function $template() {\n");
    text.strip_suffix("}\n").unwrap_or(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_shown_becomes_code() {
    for (flavor, source, expected) in [
        (Flavor::Vue, "<p>{{ user.email }}</p>", "$vueTemplate(user.email);"),
        (Flavor::Vue, "<p>{{ user.email | short }}</p>", "$vueTemplate(user.email);"),
        (
            Flavor::Vue,
            "<ul><li v-for=\"(user, i) in users\" :key=\"i\" :title=\"user.email\">{{ user.name }}</li></ul>{{ a }}",
            "for (const user of (users)) { $vueTemplate(user.email); $vueTemplate(user.name); } $vueTemplate(a);",
        ),
        (
            Flavor::Vue,
            "<x><template #row=\"{ item }\">{{ item.email }}</template></x>",
            "{ const { item } = ({ item }); $vueTemplate(item.email); }",
        ),
        (Flavor::Vue, "<p @click=\"send(a)\">{{ a b }}</p><script>let x = '{{ no }}'</script>", ""),
        (Flavor::Vue, "{{ a < b ? c : d }}", "$vueTemplate(a < b ? c : d);"),
        (
            Flavor::Svelte,
            "{#each users as { email }, i (email)}<p title={email}>{email}</p>{/each}{@html note}",
            "for (const { email } of (users)) { $svelteTemplate(email); $svelteTemplate(email); } $svelteTemplate(note);",
        ),
        (
            Flavor::Svelte,
            "<b on:click={() => x}>{#if a}{a}{:else}{b}{/if}</b>",
            "{ $svelteTemplate(a); $svelteTemplate(b); }",
        ),
        (
            Flavor::Angular,
            "<li *ngFor=\"let user of users$ | async; trackBy: id\" [title]=\"user.email\">{{ user.name | upper }}</li>",
            "for (const user of (users$)) { $angularTemplate(user.email); $angularTemplate(user.name); }",
        ),
        (
            Flavor::Angular,
            "@for (user of users; track user.id) { <p [title]=\"user.name\">{{ user.email }}</p> } @if (me$ | async; as me) { {{ me.email }} }",
            "for (const user of (users)) { $angularTemplate(user.name); $angularTemplate(user.email); } { const me = (me$); $angularTemplate(me.email); }",
        ),
    ] {
        assert_eq!(lines(source, flavor), expected, "{source}");
    }
}

#[test]
fn code_knows_where_it_stands() {
    let source = "<p>{{ a }}</p>\n<p v-for=\"u in us\">{{ u.email }}</p>";
    let code = code(source, Flavor::Vue, false);
    let call = code.text().find("$vueTemplate(u.email)").expect("it is shown");
    let place = code.place(Span::new(call, call + "$vueTemplate(u.email)".len()));
    assert_eq!(&source[place.range()], "u.email");
    let inner = code.text().find("email").expect("it is there");
    assert_eq!(&source[code.place(Span::new(inner, inner + 5)).range()], "email");
}

#[test]
fn any_markup_is_read_to_its_end() {
    for source in [
        "<",
        "{{",
        "<p v-for=\"",
        "<p {",
        "@for (",
        "@for (x of y) {",
        "{#each",
        "<!--",
        "</",
        "<a =>",
        "é<p :x='é",
    ] {
        for flavor in [Flavor::Vue, Flavor::Svelte, Flavor::Angular] {
            let text = code(source, flavor, true);
            let braces = |c: char| text.text().matches(c).count();
            assert_eq!(braces('{'), braces('}'), "{source}");
        }
    }
}

#[test]
fn templates_name_their_classes() {
    let class = component_class("src/app/user-list/user-list.component.html");
    assert_eq!(class, Some(("./user-list.component".to_owned(), "UserListComponent".to_owned())));
    assert_eq!(component_class("src/index.html"), None);
}
