//! The texts of `email-access.yaml` that have a form: one table that the schema and the reader share.
//!
//! A form is a pattern, the words that say what is expected, and examples. No reading happens here.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// What a text must look like.
pub struct Form {
    /// The pattern, in the part of the syntax that JSON Schema and the `regex` crate share.
    pub pattern: &'static str,
    /// What it is, to complete "must be …".
    pub what: &'static str,
    /// Texts that have the form; the first one is shown in help.
    pub examples: &'static [&'static str],
}

/// A text with a form.
pub trait Formed {
    /// Its form.
    const FORM: Form;
}

macro_rules! formed {
    ($($(#[doc = $doc:literal])+ $name:ident: $pattern:expr, $what:literal, [$($example:literal),+];)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl Formed for $name {
            const FORM: Form = Form { pattern: $pattern, what: $what, examples: &[$($example),+] };
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "pattern": Self::FORM.pattern,
                    "examples": Self::FORM.examples,
                })
            }
        }
    )+};
}

formed! {
    /// Any text that is not blank.
    Words: r"\S", "a text that is not empty", ["Reporter for Jira"];
    /// What the vendor says of a use, in whole sentences.
    Description: r"\S", "one or two sentences",
        ["When a scheduled export fails, the owner of the schedule gets one mail with the reason."];
    /// The key of an app: a Connect key, or the id of a Forge app.
    AppKey: r"^\S+$", "the key of the app, without blanks",
        ["com.example.reporter", "ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000"];
    /// The address of a page.
    Address: r"^https?://[^\s/]\S*$", "an address that begins with `https://`", ["https://vendor.example/privacy"];
    /// A path in the repository, relative to the folder of the declaration, with `/`.
    RepositoryPath: r"^(\./)?(\.{0,2}[^./\\:\s][^/\\:]*/)*\.{0,2}[^./\\:\s][^/\\:]*$",
        "a path in the repository, with `/` and without `..`", ["docs/PRIVACY.md"];
    /// Who answers questions: an email address, or the address of a page.
    Contact: r"^([^@\s]+@[^@\s]+|https?://[^\s/]\S*)$", "an email address or an address that begins with `https://`",
        ["security@vendor.example", "https://vendor.example/contact"];
    /// A host, without scheme and path.
    Host: r"^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]{1,5})?$", "a host, without `https://` and without a path",
        ["email.eu-west-1.amazonaws.com"];
    /// How long personal data is kept.
    Retention: r"^([1-9][0-9]{0,3} (day|days|week|weeks|month|months|year|years)|until uninstall|until erasure)$",
        "a duration, `until uninstall` or `until erasure`",
        ["30 days", "12 months", "until uninstall", "until erasure"];
    /// How often stored account ids are reported to Atlassian.
    Cycle: r"^[1-9][0-9]{0,2} (day|days|week|weeks)$", "a number of days or weeks", ["7 days"];
    /// A name in kebab-case: lower-case letters, digits and single hyphens.
    Kebab: r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "in kebab-case: lower-case letters, digits and single hyphens",
        ["failed-export-report"];
    /// A glob, relative to the folder of the declaration.
    GlobText: r"\S", "a glob", ["legacy/**"];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Formed>(good: &[&str], bad: &[&str]) {
        let pattern = regex::Regex::new(T::FORM.pattern).expect("a valid pattern");
        for text in T::FORM.examples.iter().chain(good) {
            assert!(pattern.is_match(text), "{text:?} should match {}", T::FORM.pattern);
        }
        for text in bad {
            assert!(!pattern.is_match(text), "{text:?} should not match {}", T::FORM.pattern);
        }
    }

    #[test]
    fn each_form_takes_its_examples_and_refuses_what_is_near() {
        check::<Words>(&["x"], &["", "  ", "\n"]);
        check::<Description>(&[], &[""]);
        check::<AppKey>(&[], &["a b", ""]);
        check::<Address>(&["http://a"], &["https://", "ftp://a", "a.example", "https:// a", "https:///x"]);
        check::<RepositoryPath>(
            &["./PRIVACY.md", ".github/PRIVACY.md", "a b/c d.md", "..odd/x", "x"],
            &["/etc/passwd", "../x", "a/../b", "a//b", "C:/x", "a\\b", "", ".", "..", "a/", "https://a/b"],
        );
        check::<Contact>(&[], &["security", "@", "a b@c"]);
        check::<Host>(&["localhost:8080", "*.vendor.example"], &["https://a.b", "a.b/c", "a..b", "", "a b"]);
        check::<Retention>(
            &["1 day", "2 years"],
            &["30", "0 days", "30days", "forever", "30 days ", "30 Days"],
        );
        check::<Cycle>(&["1 day", "2 weeks"], &["7", "0 days", "1 month"]);
        check::<Kebab>(&["a", "a1-b2"], &["A", "a_b", "a--b", "-a", "a-", "1a", "", "a b"]);
        check::<GlobText>(&[], &[" "]);
    }
}
