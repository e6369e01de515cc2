//! A place that gets an address for a use that nobody has named.

use std::collections::BTreeSet;

use crate::catalog::Verdict;
use crate::facts::{Access, AccessKind, AppType, DeclaredUse, Facts};
use crate::findings::{Confidence, Edit, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "undeclared-access",
    summary: "an address is read and nothing says what it is used for",
    group: Group::Uses,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("undeclared_access.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let (mut accesses, mut open) = (0, false);
    // One annotation does for all that is read on a line.
    let mut told = BTreeSet::new();
    for access in questions::sure_accesses(facts) {
        accesses += 1;
        let line = (access.place.file.as_ref(), access.place.line, access.kind);
        if !access.uses.is_empty() || !told.insert(line) {
            continue;
        }
        open = true;
        let finding = finding(facts, access).edit(annotation(facts, access));
        match worth(facts, access) {
            Severity::Error => sink.report(finding),
            less => sink.report_at_most(less, finding),
        }
    }
    let guessed = !open && maybe(facts, sink);
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None if accesses == 0 && !guessed => {
            Outcome::NotApplicable("no place that reads an address was found".to_owned())
        }
        None => Outcome::Checked,
    }
}

/// The edit that annotates an access, when exactly one declared use fits all that the annotation would cover.
fn annotation(facts: &Facts, access: &Access) -> Option<Edit> {
    let site = facts.edits.annotations.get(&access.id)?;
    let name = only_use(facts, access)?;
    let covered = |a: &&Access| {
        a.place.file == access.place.file && (site.covers.0..=site.covers.1).contains(&a.place.line)
    };
    let all = |a: &Access| a.uses.iter().any(|u| u == name) || only_use(facts, a) == Some(name);
    facts.accesses.iter().filter(covered).all(all).then(|| site.at.edit(name))
}

/// The name of the declared use that an access may be for, when there is exactly one. A use fits when Atlassian
/// allows it, its name can be written, and it says nothing else of where its addresses come from.
fn only_use<'f>(facts: &'f Facts, access: &Access) -> Option<&'f str> {
    let fits = |declared: &&DeclaredUse| {
        let known = facts.catalogue.get(&declared.functionality.value);
        let source = access.source();
        known.is_some_and(|k| k.verdict != Verdict::Invalid)
            && (declared.addresses_from.is_empty()
                || declared.addresses_from.iter().any(|from| {
                    // A product that could not be told may be any.
                    from.value == source || from.value.ends_with(&format!("-{source}"))
                }))
    };
    let mut all = facts.declaration.iter().flat_map(|d| &d.uses).filter(fits);
    let (only, None) = (all.next()?, all.next()) else { return None };
    let name = only.name.value.as_str();
    let written = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (written && !name.is_empty()).then_some(name)
}

/// Places that are named in what is said of reads that may be of Atlassian users.
const MOST_NAMED: usize = 5;

/// Says once that addresses may be read, when nothing surer is open.
fn maybe(facts: &Facts, sink: &mut Sink<'_>) -> bool {
    let mut guesses = facts.accesses.iter().filter(|a| a.uses.is_empty());
    let Some(first) = guesses.next() else { return false };
    let mut finding = Finding::new(first.place.clone(), "an address is read that may be an Atlassian user's")
        .label("whose is it?")
        .confidence(Confidence::Possible)
        .note("where the object comes from could not be followed; its name, or what stands around it, is all that says so")
        .help("if it is an Atlassian user's, write `@email-use USE` above the line and declare USE in `email-access.yaml`; if it is not, nothing has to be done");
    for access in guesses.take(MOST_NAMED) {
        finding = finding.related(access.place.clone(), "and here");
    }
    sink.report_at_most(Severity::Info, finding);
    true
}

/// A request answers for the addresses of others that the app reads through the product's APIs. A user's
/// own address is given by that user, an organization's by its admin: worth declaring, and no more. The
/// same goes for code of which nothing says that it is an app.
fn worth(facts: &Facts, access: &Access) -> Severity {
    let app = facts.app.kind != AppType::Unknown || facts.declaration_exists;
    match access.kind {
        AccessKind::EmailApi | AccessKind::UserObject if app => Severity::Error,
        _ => Severity::Warning,
    }
}

fn finding(facts: &Facts, access: &Access) -> Finding {
    let what = match access.kind {
        AccessKind::EmailApi => "addresses are fetched from the Email API",
        AccessKind::UserObject => "an address is read from a user object",
        AccessKind::OwnProfile => "a user's own address is read",
        AccessKind::OrgAdmin => "addresses are read from an organization's admin API",
    };
    let mut finding = Finding::new(access.place.clone(), format!("{what} and no use is named for it"))
        .label("for what?")
        .confidence(access.confidence)
        .note("addresses may be used only for the functionality that the request describes; a new use needs a new request or an update of it (Atlassian, Profile visibility, Guidelines for using email addresses)");
    let declared: Vec<&str> =
        facts.declaration.iter().flat_map(|d| &d.uses).map(|u| u.name.value.as_str()).collect();
    finding = if let Some(first) = declared.first().copied() {
        finding.help(format!(
            "write `@email-use {first}` in a comment on the line above, or another of the declared uses: {}",
            wording::names(declared)
        ))
    } else if facts.declaration_exists {
        finding.help("declare the use under `uses:` in `email-access.yaml`, and name it in a comment on the line above: `@email-use NAME`")
    } else {
        finding
            .help("run `mailpermit init --annotate`: it drafts `email-access.yaml` from what the code does, and writes the comments that name the uses")
            .help("or say it here alone: write `@email-use ID` in a comment on the line above; `mailpermit uses` lists the ids")
    };
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AnnotationSite, Caller, InputKind, Insertion, Product};
    use crate::findings::Confidence;
    use crate::rules::testing::{check, found, not_applicable, not_evaluated};

    fn with(kind: AccessKind) -> Facts {
        let mut facts = forge(&[]);
        facts.accesses.push(access(kind, Some(Product::Jira), Caller::AsApp, 7));
        facts
    }

    #[test]
    fn every_place_without_a_use_is_reported_by_what_it_reads() {
        for (kind, expected) in [
            (AccessKind::EmailApi, Severity::Error),
            (AccessKind::UserObject, Severity::Error),
            (AccessKind::OwnProfile, Severity::Warning),
            (AccessKind::OrgAdmin, Severity::Warning),
        ] {
            let mut facts = with(kind);
            assert_eq!(found(&RULE, &facts)[0].severity, expected, "{kind:?}");
            facts.accesses[0].uses = vec!["error-reports".to_owned()];
            assert!(found(&RULE, &facts).is_empty(), "{kind:?}");
        }
    }

    #[test]
    fn what_is_read_on_one_line_is_told_of_once() {
        let mut facts = with(AccessKind::UserObject);
        let mut again = facts.accesses[0].clone();
        again.id = "a7b".to_owned();
        again.place.column += 20;
        facts.accesses.push(again);
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.accesses[1].place.line += 1;
        assert_eq!(found(&RULE, &facts).len(), 2);
    }

    #[test]
    fn possible_accesses_are_told_of_once_where_nothing_is_surer() {
        let mut facts = with(AccessKind::UserObject);
        facts.accesses[0].confidence = Confidence::Possible;
        facts.accesses.push(facts.accesses[0].clone());
        let findings = found(&RULE, &facts);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].severity, findings[0].related.len()), (Severity::Info, 1));
        facts.accesses[0].confidence = Confidence::Likely;
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Error);
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.accesses[0].uses = vec!["error-reports".to_owned()];
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Info, "nothing surer is open any more");
    }

    #[test]
    fn an_annotation_is_offered_when_one_use_fits() {
        let site = |covers| AnnotationSite {
            at: Insertion {
                file: "src/app.ts".into(),
                span: crate::text::Span::at(0),
                before: "// @email-use ".to_owned(),
                after: "\n".to_owned(),
            },
            covers,
        };
        let fixes = |uses: Vec<DeclaredUse>, covers| {
            let mut facts = with_uses(with(AccessKind::EmailApi), uses);
            facts.edits.annotations.insert("a7".to_owned(), site(covers));
            let mut other = access(AccessKind::UserObject, Some(Product::Jira), Caller::AsApp, 9);
            other.uses = vec!["b".to_owned()];
            facts.accesses.push(other);
            found(&RULE, &facts)[0].fix.iter().map(|e| e.replacement.clone()).collect::<Vec<_>>()
        };
        let from = |name: &str, functionality: &str, source: &str| {
            let mut used = declared(name, functionality, 3);
            used.addresses_from = vec![located(source.to_owned(), "email-access.yaml", 5)];
            used
        };
        let one = vec!["// @email-use a\n".to_owned()];
        assert_eq!(fixes(vec![declared("a", "error-reports", 3)], (7, 7)), one);
        let two = vec![declared("a", "error-reports", 3), declared("b", "user-sync", 6)];
        assert!(fixes(two, (7, 7)).is_empty(), "either may be meant");
        let two = vec![declared("a", "error-reports", 3), declared("b", "marketing", 6)];
        assert_eq!(fixes(two, (7, 7)), one, "an invalid use is not offered");
        let two =
            vec![from("a", "error-reports", "jira-email-api"), from("b", "user-sync", "jira-user-object")];
        assert_eq!(fixes(two.clone(), (7, 7)), one, "their sources tell them apart");
        assert!(fixes(two, (7, 9)).is_empty(), "it would cover what is for another use");
        assert!(fixes(vec![from("a", "error-reports", "own-profile")], (7, 7)).is_empty());
    }

    #[test]
    fn code_that_may_be_no_app_gets_a_warning() {
        let mut app = facts(AppType::Unknown);
        app.accesses.push(jira_email_call(7));
        assert_eq!(found(&RULE, &app)[0].severity, Severity::Warning);
        app.declaration_exists = true;
        assert_eq!(found(&RULE, &app)[0].severity, Severity::Error, "its vendor says that it is one");
    }

    #[test]
    fn the_next_step_depends_on_what_is_there() {
        let first = |facts: &Facts| found(&RULE, facts)[0].help[0].clone();
        assert!(first(&with(AccessKind::EmailApi)).contains("`mailpermit init --annotate`"));
        let empty = with_uses(with(AccessKind::EmailApi), Vec::new());
        assert!(first(&empty).contains("under `uses:`"));
        let declared =
            with_uses(with(AccessKind::EmailApi), vec![declared("failed-export", "error-reports", 3)]);
        assert!(first(&declared).contains("`@email-use failed-export`"));
    }

    #[test]
    fn an_incomplete_check_does_not_pass() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.problems.push(problem(InputKind::Source, "src/a.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        facts.accesses.push(jira_email_call(7));
        let (outcome, findings) = check(&RULE, &facts);
        assert!(findings.len() == 1 && matches!(outcome, Outcome::NotEvaluated(_)));
    }
}
