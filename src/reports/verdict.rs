//! What a report for people says first: may the request be submitted?
//!
//! The request decides that (`draft`), the counts say why; here it is put into words.

use super::wrap::{count, listing};
use crate::facts::AppType;
use crate::findings::run::{AppRun, Counts, RuleState};
use crate::request::Request;
use crate::request::model::PathState;

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It may.
    Yes,
    /// Something stands against it.
    NotYet,
    /// There is nothing to submit.
    Nothing,
}

/// The answer with its words.
pub(super) struct Verdict {
    pub(super) answer: Answer,
    /// What is asked.
    pub(super) question: &'static str,
    /// The answer in a few words.
    pub(super) headline: String,
    /// More of it, one sentence each.
    pub(super) more: Vec<String>,
}

/// The verdict on one app.
pub(super) fn verdict(app: &AppRun, request: &Request) -> Verdict {
    let facts = &app.facts;
    let counts = Counts::of(app.findings.iter());
    let missing = request.gaps.iter().filter(|g| g.required).count();
    let open = app.rules.iter().filter(|(_, s)| matches!(s, RuleState::NotEvaluated(_))).count();
    let question = match request.access_path.state {
        PathState::AdminConsent => "May the app be published with its email scopes?",
        _ => "May the access request be submitted?",
    };
    let asks = !facts.accesses.is_empty() || !request.access_path.scopes.is_empty();
    let mut more = Vec::new();
    let (answer, headline) = if !asks && counts.errors == 0 {
        let unseen = !facts.coverage.unfollowed.is_empty() || facts.problems.iter().any(|p| p.matters);
        let headline = match (facts.app.kind, unseen) {
            (AppType::Unknown, _) => "Nothing to submit: no Atlassian app was recognised",
            (_, false) => "Nothing to submit: no place was found that reads people's addresses",
            (_, true) => "Nothing to submit as far as the code could be followed",
        };
        (Answer::Nothing, headline.to_owned())
    } else if request.access_path.state == PathState::NotAvailable && counts.errors == 0 {
        (Answer::Nothing, "Nothing to submit: this kind of app cannot use the Email API".to_owned())
    } else if counts.errors > 0 || request.draft {
        let mut against = Vec::new();
        if counts.errors > 0 {
            let stands = if counts.errors == 1 { "stands" } else { "stand" };
            against.push(format!("{} {stands}", count(counts.errors, "error")));
        }
        if missing > 0 {
            let is = if missing == 1 { "is" } else { "are" };
            against.push(format!("{} {is} missing", count(missing, "thing")));
        }
        let against: Vec<&str> = against.iter().map(String::as_str).collect();
        (Answer::NotYet, format!("Not yet: {}", listing(&against)))
    } else {
        (Answer::Yes, "Yes: no error stands, and nothing that is required is missing".to_owned())
    };
    more.push(request.access_path.summary.clone());
    if counts.warnings > 0 && answer == Answer::Yes {
        more.push(format!("{} should be looked at first.", count(counts.warnings, "warning")));
    }
    if open > 0 {
        let were = if open == 1 { "was" } else { "were" };
        more.push(format!("{} {were} not evaluated for want of input.", count(open, "rule")));
    }
    Verdict { answer, question, headline, more }
}
