use super::*;
use crate::facts::testing::manifest;
use crate::inputs::{connect, forge};

/// The text with a scope added as the tool would add it.
fn added(text: &str) -> Option<String> {
    let file = SourceFile::new("manifest.yml", text);
    let manifest = forge::read(&file).manifest.unwrap_or_else(|| manifest(ManifestKind::Forge, &[]));
    let mut edits = Edits::default();
    find(&manifest, &file, true, &mut edits);
    let edit = edits.add_scope.get("manifest.yml")?.edit("read:email-address:jira");
    crate::fix::apply(text, &[edit])
}

const APP: &str = "app:\n  id: ari:cloud:ecosystem::app/1\n";

#[test]
fn a_scope_is_added_in_the_shape_that_is_there() {
    for (rest, expected) in [
        (
            "permissions:\n  scopes:\n    - read:jira-work # issues\n  external: {}\n",
            "permissions:\n  scopes:\n    - read:jira-work # issues\n    - read:email-address:jira\n  external: {}\n",
        ),
        (
            "permissions:\n  scopes:\n  - 'a'\n  - \"b\"",
            "permissions:\n  scopes:\n  - 'a'\n  - \"b\"\n  - read:email-address:jira",
        ),
        ("permissions:\n  scopes: [a, b]\n", "permissions:\n  scopes: [a, b, read:email-address:jira]\n"),
        (
            "permissions:\n  scopes: [\n    a,\n    b\n  ]\n",
            "permissions:\n  scopes: [\n    a,\n    b,\n    read:email-address:jira\n  ]\n",
        ),
        (
            "permissions:\n  scopes: [] # none yet\n",
            "permissions:\n  scopes: [read:email-address:jira] # none yet\n",
        ),
        (
            "permissions:\n  scopes:\n    a:\n      allowImpersonation: true # why\n# end\n",
            "permissions:\n  scopes:\n    a:\n      allowImpersonation: true # why\n    read:email-address:jira:\n      allowImpersonation: false\n# end\n",
        ),
        (
            "permissions:\n  scopes: # none\n  external: {}\n",
            "permissions:\n  scopes: # none\n    - read:email-address:jira\n  external: {}\n",
        ),
        (
            "permissions:\n  # what it may reach\n  external: {}\n",
            "permissions:\n  # what it may reach\n  scopes:\n    - read:email-address:jira\n  external: {}\n",
        ),
        ("# end", "# end\npermissions:\n  scopes:\n    - read:email-address:jira\n"),
    ] {
        assert_eq!(added(&format!("{APP}{rest}")), Some(format!("{APP}{expected}")), "{rest}");
        let windows = |text: &str| format!("{APP}{text}").replace('\n', "\r\n");
        assert_eq!(added(&windows(rest)), Some(windows(expected)), "{rest} with \\r\\n");
    }
}

#[test]
fn nothing_is_added_where_it_would_change_more() {
    for rest in [
        "permissions: read\n",
        "permissions:\n  scopes: read\n",
        "permissions:\n  scopes: {}\n",
        "permissions:\n",
        "permissions: {}\n",
    ] {
        assert_eq!(added(&format!("{APP}{rest}")), None, "{rest}");
    }
    assert_eq!(added("{app: {id: x}}"), None);
}

/// The text without its scopes of the Email API.
fn removed(kind: ManifestKind, text: &str) -> Option<String> {
    let (file, read) = match kind {
        ManifestKind::Forge => {
            let file = SourceFile::new("manifest.yml", text);
            let read = forge::read(&file);
            (file, read)
        }
        ManifestKind::Connect => {
            let file = SourceFile::new("atlassian-connect.json", text);
            let read = connect::read(&file);
            (file, read)
        }
    };
    let mut edits = Edits::default();
    find(&read.manifest?, &file, false, &mut edits);
    let edits: Vec<Edit> = edits.remove_scope.into_values().collect();
    if edits.is_empty() { None } else { crate::fix::apply(text, &edits) }
}

#[test]
fn a_scope_is_taken_out_and_nothing_else() {
    let e = "read:email-address:jira";
    for (rest, expected) in [
        (
            format!("permissions:\n  scopes:\n    - a # one\n    - {e} # two\n    - c\n"),
            "permissions:\n  scopes:\n    - a # one\n    - c\n",
        ),
        (format!("permissions:\n  scopes:\n    - {e}\n    - c"), "permissions:\n  scopes:\n    - c"),
        (format!("permissions:\n  scopes:\n    - a\n    - {e}"), "permissions:\n  scopes:\n    - a"),
        (
            format!("permissions:\n  scopes:\n    - {e}\n  external: {{}}\n"),
            "permissions:\n  scopes: []\n  external: {}\n",
        ),
        (format!("permissions:\n  scopes: [a, {e}, c]\n"), "permissions:\n  scopes: [a, c]\n"),
        (format!("permissions:\n  scopes: ['{e}', c]\n"), "permissions:\n  scopes: [c]\n"),
        (format!("permissions:\n  scopes: [ {e} ]\n"), "permissions:\n  scopes: []\n"),
        (
            format!(
                "permissions:\n  scopes:\n    a:\n      b: true\n    {e}:\n      allowImpersonation: true\n    c:\n      d: 1\n"
            ),
            "permissions:\n  scopes:\n    a:\n      b: true\n    c:\n      d: 1\n",
        ),
    ] {
        let text = format!("{APP}{rest}");
        assert_eq!(removed(ManifestKind::Forge, &text), Some(format!("{APP}{expected}")), "{rest}");
    }
    let remark = format!("{APP}permissions:\n  scopes:\n    # why\n    - {e}\n");
    assert_eq!(removed(ManifestKind::Forge, &remark), None, "a remark would be lost");
    for (scopes, expected) in [
        ("[\"READ\", \"ACCESS_EMAIL_ADDRESSES\"]", "[\"READ\"]"),
        ("[\"access_email_addresses\", \"read\"]", "[\"read\"]"),
        ("[\n    \"READ\",\n    \"ACCESS_EMAIL_ADDRESSES\"\n  ]", "[\n    \"READ\"\n  ]"),
        ("[\n    \"ACCESS_EMAIL_ADDRESSES\",\n    \"READ\"\n  ]", "[\n    \"READ\"\n  ]"),
        ("[ \"ACCESS_EMAIL_ADDRESSES\" ]", "[]"),
    ] {
        let with = |scopes: &str| {
            format!(
                "{{\n  \"key\": \"k\",\n  \"baseUrl\": \"https://x.example\",\n  \"scopes\": {scopes}\n}}\n"
            )
        };
        assert_eq!(removed(ManifestKind::Connect, &with(scopes)), Some(with(expected)), "{scopes}");
    }
}
