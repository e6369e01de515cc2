use super::*;

#[test]
fn scripts_are_found_whatever_their_tags_look_like() {
    let lang = |lang: &str| Some(lang.to_owned());
    for (text, expected) in [
        ("<script>a</script>", vec![("a", None)]),
        ("<SCRIPT setup LANG='TS'>a</Script >", vec![("a", lang("ts"))]),
        ("<script lang=tsx generic=\"T extends A<B>\">a</script>", vec![("a", lang("tsx"))]),
        ("<script type=\"module\">a</script><script>b</script>", vec![("a", None), ("b", None)]),
        ("<script type=\"text/babel\">a</script>", vec![("a", lang("jsx"))]),
        ("<script lang=\"typescript\">a</script>", vec![("a", lang("ts"))]),
        ("<script type=\"application/json\">{}</script>", vec![]),
        ("<script type=\"text/x-template\"><p></script>", vec![]),
        ("<script src=\"a.js\" /><p>x</p>", vec![]),
        ("<!-- <script>a</script> --><script>b</script>", vec![("b", None)]),
        ("<p title=\"<script>\">x</p><script>b</script>", vec![("b", None)]),
        ("<button on:click={() => a}>x</button><script>b</script>", vec![("b", None)]),
        (
            "<p v-if=\"a > b\">{{ a < b }}</p><script>const x = '<!-- {/* <p>'</script>",
            vec![("const x = '<!-- {/* <p>'", None)],
        ),
        ("<script>a", vec![("a", None)]),
        ("<script>a</scrip", vec![("a</scrip", None)]),
        ("<p x={ ><script>b</script>", vec![("b", None)]),
        ("<p x=\" ><script>b</script>", vec![("b", None)]),
        ("<script", vec![]),
        ("<scripts>a</scripts>", vec![]),
    ] {
        let found = script_blocks(text);
        let found: Vec<_> =
            found.iter().map(|s| (text.get(s.body.range()).unwrap(), s.lang.clone())).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn comments_that_are_not_closed_reach_to_the_end() {
    for (template, text) in [
        (Template::Html, "<p>x</p><!-- a"),
        (Template::Handlebars, "{{!-- a"),
        (Template::Handlebars, "{{! a"),
        (Template::Ejs, "<%# a"),
        (Template::Jinja, "{# a"),
        (Template::Jinja, "{% comment %} a"),
        (Template::Velocity, "#* a"),
        (Template::Blade, "{{-- a"),
        (Template::Razor, "@* a"),
        (Template::Svelte, "{/* a"),
    ] {
        let found = comments(template, text).comments;
        let [comment] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!(comment.span.end as usize, text.len(), "{text}");
        assert_eq!(text.get(comment.body.range()).map(str::trim), Some("a"), "{text}");
    }
}

#[test]
fn names_of_files_tell_formats() {
    for (path, template) in [
        ("a/b.vue", Some(Template::Vue)),
        ("a/b.HTML", Some(Template::Html)),
        ("views/a.html.erb", Some(Template::Erb)),
        ("views/a.blade.php", Some(Template::Blade)),
        ("a.php", None),
        ("manifest.yml", Some(Template::Yaml)),
        ("vue", None),
        (".vue", Some(Template::Vue)),
    ] {
        assert_eq!(Template::from_path(path), template, "{path}");
    }
}

#[test]
fn every_format_has_a_style() {
    for template in Template::ALL {
        assert!(STYLES.iter().any(|s| s.template == template), "{template:?}");
    }
}

#[test]
fn hostile_markup_is_read_in_one_pass_and_keeps_its_order() {
    // Each of these makes a reader that looks ahead from every mark take the square of its length.
    for unit in [
        "<a ",
        "<a b=\"",
        "<a b={",
        "{{",
        "{#",
        "<!--",
        "<%",
        "</a",
        "<a></b>",
        "{% if %}{% endfor %}",
        "<script",
        "{{#a}}",
        "- ",
        "a: [",
        "'",
        "{% comment %}",
        "{/* a */}",
        "##",
        "é<é{",
        "@if@endif",
        "<% '\n",
    ] {
        let text = unit.repeat(40_000 / unit.len());
        for template in Template::ALL {
            let found = comments(template, &text);
            assert!(found.comments.is_sorted_by_key(|c| c.span.start), "{template:?} {unit}");
            assert!(
                found.items.is_sorted_by_key(|i| (i.start, std::cmp::Reverse(i.end))),
                "{template:?} {unit}"
            );
            for span in found.items.iter().chain(found.comments.iter().map(|c| &c.span)) {
                assert!(text.get(span.range()).is_some(), "{template:?} {unit}: {span:?}");
            }
        }
    }
}
