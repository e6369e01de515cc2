//! Hidden addresses, and what code assumes about them.

pub(crate) mod assumes_email_present;
pub(crate) mod bulk_result_by_position;
pub(crate) mod email_as_identity;
pub(crate) mod lookup_by_email;

/// The help line that names the scenario by which a test shows the fault. A test compares the names with what
/// `fixtures` writes.
pub(crate) fn scenario(file: &str) -> String {
    match file.split_once('/').and_then(|(_, f)| f.strip_suffix(".json")) {
        Some(id) if crate::visibility::scenarios::Scenarios::embedded().get(id).is_some() => format!(
            "to see it break, answer your test with `{file}` of `mailpermit fixtures`, or run it against `mailpermit mock --scenario {id}`"
        ),
        _ => format!(
            "to see it break, answer your test with `{file}` of `mailpermit fixtures`; `mailpermit mock` answers the same"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_that_rules_name_are_there() {
        let files = crate::visibility::fixtures::all();
        for file in [
            "jira/default-managed.json",
            "jira/email-bulk.json",
            "jira/email-not-found.json",
            "jira/search-by-hidden-address.json",
            "confluence/default-managed.json",
            "confluence/email-bulk.json",
            "confluence/email-not-found.json",
        ] {
            assert!(files.iter().any(|f| f.path == file), "{file}");
            let sources = concat!(
                include_str!("assumes_email_present.rs"),
                include_str!("bulk_result_by_position.rs"),
                include_str!("email_as_identity.rs"),
                include_str!("lookup_by_email.rs"),
            );
            assert!(sources.contains(file), "no rule names {file}");
        }
        assert!(scenario("jira/default-managed.json").contains("--scenario default-managed"));
        assert!(scenario("jira/email-bulk.json").contains("answers the same"));
    }
}
