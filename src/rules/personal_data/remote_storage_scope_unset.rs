//! A Forge remote that stores, of which the manifest does not say whether it stores end-user data.

use crate::facts::{Facts, ManifestKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};

pub(crate) static RULE: Rule = Rule {
    name: "remote-storage-scope-unset",
    summary: "a remote stores and the manifest does not say whether that is end-user data",
    group: Group::PersonalData,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("remote_storage_scope_unset.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let manifests = facts.app.manifests.iter().filter(|m| m.kind == ManifestKind::Forge);
    let remotes: Vec<_> =
        manifests.flat_map(|m| &m.remotes).filter(|r| r.operations.iter().any(|o| o == "storage")).collect();
    if remotes.is_empty() {
        return Outcome::NotApplicable("no remote of a Forge manifest stores".to_owned());
    }
    for remote in remotes.into_iter().filter(|r| r.storage_in_scope_eud.is_none()) {
        let key = wording::name(&remote.key.value);
        sink.report(
            Finding::new(
                remote.key.place.clone(),
                format!("the remote {key} stores, and nothing says whether that is end-user data"),
            )
            .label("stores what?")
            .note("a remote with the operation `storage` has to set `storage.inScopeEUD`; `forge deploy` refuses the manifest without it (npm @forge/manifest 13.7.0)")
            .help("say it; addresses and account ids are end-user data:\nstorage:\n  inScopeEUD: true"),
        );
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Remote;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn a_remote_that_stores_says_what() {
        for (operations, in_scope, expected) in [
            (&["storage"][..], None, Some(1)),
            (&["storage", "fetch"], Some(false), Some(0)),
            (&["storage"], Some(true), Some(0)),
            (&["compute"], None, None),
        ] {
            let mut facts = forge(&[]);
            facts.app.manifests[0].remotes.push(Remote {
                key: located("back".to_owned(), "manifest.yml", 30),
                base_urls: Vec::new(),
                operations: operations.iter().map(|o| (*o).to_owned()).collect(),
                storage_in_scope_eud: in_scope,
            });
            match expected {
                Some(n) => assert_eq!(found(&RULE, &facts).len(), n, "{operations:?}"),
                None => assert!(not_applicable(&RULE, &facts)),
            }
        }
    }
}
