//! A document that is named and cannot be read.

use crate::facts::{Document, DocumentKind, DocumentState, Facts, Flaw};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::words;

pub(crate) static RULE: Rule = Rule {
    name: "unreachable-document",
    summary: "a document is named and cannot be read",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unreachable_document.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    const WHY: &str = "a document that is not there for the check is not there for a reviewer either (Atlassian, Profile visibility, Requirements)";
    for document in &facts.documents {
        let called = called(document);
        if let Some((flaw, detail)) = document.flaw() {
            sink.report(at_address(document, flaw, detail).note(WHY));
        }
        let file = wording::name(document.file.as_deref().unwrap_or_default());
        let finding = match &document.state {
            DocumentState::MissingFile => Finding::new(
                document.place.clone(),
                format!("{called} should be in {file}, and there is no such file"),
            )
            .label("no such file")
            .help("write the path relative to the app's root, or add the file"),
            DocumentState::Unreadable(why) => {
                Finding::new(document.place.clone(), format!("{called} in {file} cannot be read: {why}"))
                    .label("cannot be read")
                    .help("mend the file, or name another: Markdown, HTML, plain text and PDF can be read")
            }
            DocumentState::AddressOnly | DocumentState::Read { .. } => continue,
        };
        sink.report(finding.note(WHY));
    }
    if facts.documents.is_empty() {
        return Outcome::NotApplicable("no document is named or found".to_owned());
    }
    let reported = facts.documents.iter().any(|d| {
        d.flaw().is_some() || matches!(d.state, DocumentState::MissingFile | DocumentState::Unreadable(_))
    });
    if reported {
        return Outcome::Checked;
    }
    if let Some(document) = facts.documents.iter().find(|d| d.unverified().is_some()) {
        let detail = document.unverified().unwrap_or_default();
        return Outcome::NotEvaluated(format!("{} at {} {detail}", called(document), address(document)));
    }
    // A file in the repository says nothing about the address that people are sent to.
    if facts
        .documents
        .iter()
        .any(|d| d.fetched.is_none() && (d.url.is_some() || d.state == DocumentState::AddressOnly))
    {
        return Outcome::NotEvaluated(super::NOT_FETCHED.to_owned());
    }
    Outcome::Checked
}

fn called(document: &Document) -> &'static str {
    match document.kind {
        DocumentKind::PrivacyPolicy => "the privacy policy",
        DocumentKind::CustomerTerms => "the customer terms",
    }
}

fn address(document: &Document) -> String {
    wording::name(document.url.as_deref().unwrap_or_default())
}

/// What is wrong with what an address gives.
fn at_address(document: &Document, flaw: Flaw, detail: &str) -> Finding {
    let message = match flaw {
        Flaw::Refused => format!("{} at {} is not asked for: {detail}", called(document), address(document)),
        _ => format!("{} at {} {detail}", called(document), address(document)),
    };
    let place = document.address_place().clone();
    let finding = Finding::new(place, message).label("this address").help(help(flaw));
    let Some(fetched) = document.fetched.as_ref().filter(|f| f.redirects > 0) else { return finding };
    let Some(last) = &fetched.final_url else { return finding };
    let redirects = words::count(fetched.redirects, "redirect", "redirects");
    finding.note(format!("this came from {} after {redirects}", wording::name(last)))
}

/// What to do about it.
fn help(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Refused => {
            "name an address of the public web that every customer can open; `--allow-host` lets the check ask a host of an intranet"
        }
        Flaw::UnknownHost | Flaw::NoConnection | Flaw::Slow => {
            "open the address in a browser, mend the host or name another"
        }
        Flaw::BadCertificate => {
            "mend the certificate of the host; `--ca-cert` names an authority of your own"
        }
        Flaw::BadRedirect => "name the address where the document stands",
        Flaw::NotFound | Flaw::SoftNotFound => {
            "publish the document there, or name the address where it stands"
        }
        Flaw::Parked => "name an address on a domain of yours",
        Flaw::Login => "publish the document where everybody can read it without an account",
        Flaw::SiteRoot => "name the address of the document itself",
        Flaw::ScriptOnly => {
            "publish a page whose text is there without scripts: customers' tools and reviewers' archives read it too"
        }
        Flaw::TooLarge | Flaw::WrongType | Flaw::Unreadable | Flaw::Empty => {
            "publish it as a page, Markdown, plain text or a PDF with text"
        }
        _ => "open the address in a browser, mend what is wrong there or name another",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn named_and_not_there() {
        for (state, expected) in [
            (DocumentState::MissingFile, Some("no such file")),
            (DocumentState::Unreadable("it is a folder".to_owned()), Some("it is a folder")),
            (document(DocumentKind::PrivacyPolicy).state, None),
        ] {
            let mut facts = forge(&[]);
            facts.documents.push(document(DocumentKind::PrivacyPolicy));
            facts.documents[0].state = state;
            let findings = found(&RULE, &facts);
            match expected {
                Some(text) => {
                    assert!(findings[0].message.contains(text), "{findings:?}");
                    assert_eq!(findings[0].severity, Severity::Error);
                }
                None => assert!(findings.is_empty()),
            }
        }
    }

    fn fetched(flaw: Option<Flaw>) -> Document {
        let mut policy = document(DocumentKind::PrivacyPolicy);
        policy.url = Some("https://vendor.io/privacy".to_owned());
        policy.file = None;
        policy.state = DocumentState::AddressOnly;
        let detail = "is a page that says that there is none".to_owned();
        policy.fetched = Some(Box::new(crate::facts::Fetched { flaw, detail, ..Default::default() }));
        policy
    }

    #[test]
    fn what_an_address_gives_is_judged() {
        let mut facts = forge(&[]);
        facts.documents.push(fetched(Some(Flaw::SoftNotFound)));
        let findings = found(&RULE, &facts);
        let expected =
            "the privacy policy at `https://vendor.io/privacy` is a page that says that there is none";
        assert_eq!((findings.len(), findings[0].message.as_str(), findings[0].notes.len()), (1, expected, 1));
        // A file beside it does not make up for the address.
        facts.documents[0].state = document(DocumentKind::PrivacyPolicy).state;
        assert_eq!(found(&RULE, &facts).len(), 1);
        // Named apart, each has its own line.
        facts.documents[0].url_place = Some(place("email-access.yaml", 9));
        assert_eq!(found(&RULE, &facts)[0].place.line, 9);
        let moved = facts.documents[0].fetched.as_mut().expect("it was fetched");
        (moved.redirects, moved.final_url) = (2, Some("https://vendor.io/".to_owned()));
        assert!(found(&RULE, &facts)[0].notes[0].contains("`https://vendor.io/` after 2 redirects"));
        facts.documents[0] = fetched(None);
        facts.documents[0].state = document(DocumentKind::PrivacyPolicy).state;
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn what_could_not_be_verified_is_neither_passed_nor_failed() {
        for flaw in [Flaw::NoNetwork, Flaw::Offline, Flaw::RobotWall, Flaw::RateLimited] {
            let mut facts = forge(&[]);
            facts.documents.push(fetched(Some(flaw)));
            assert!(not_evaluated(&RULE, &facts), "{flaw:?}");
            let mut read = document(DocumentKind::CustomerTerms);
            facts.documents.push(read.clone());
            assert!(not_evaluated(&RULE, &facts), "one that was read says nothing of the other");
            read.state = DocumentState::MissingFile;
            facts.documents.push(read);
            assert_eq!(found(&RULE, &facts).len(), 1);
        }
    }

    #[test]
    fn every_flaw_says_what_to_do() {
        for flaw in [Flaw::Refused, Flaw::Parked, Flaw::ServerError, Flaw::TooLarge, Flaw::BadCertificate] {
            let mut facts = forge(&[]);
            facts.documents.push(fetched(Some(flaw)));
            assert_eq!(found(&RULE, &facts)[0].help.len(), 1, "{flaw:?}");
        }
    }

    #[test]
    fn addresses_are_not_fetched_offline() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.documents.push(document(DocumentKind::PrivacyPolicy));
        facts.documents[0].state = DocumentState::AddressOnly;
        assert!(not_evaluated(&RULE, &facts));
        // A file that was read beside it does not verify the address.
        facts.documents[0] = document(DocumentKind::PrivacyPolicy);
        facts.documents[0].url = Some("https://vendor.io/privacy".to_owned());
        assert!(not_evaluated(&RULE, &facts));
    }
}
