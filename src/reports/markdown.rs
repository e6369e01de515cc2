//! Markdown for a pull request's comment or a job summary: the answer first, then the findings, and for a
//! Forge app the page on its email scopes.
//!
//! Every text from a repository is made inert (`request::escape`); structure comes from here alone. A
//! comment on GitHub takes 65,536 characters, so the findings stop before that and say so.

mod scopes;

use std::fmt::Write as _;

use super::excerpt::{prepared, whole_file};
use super::human::word;
use super::verdict::{Answer, verdict};
use super::wrap::count;
use super::{Checked, apps};
use crate::findings::run::{AppRun, Counts, RuleState};
use crate::findings::{Confidence, Finding, Severity};
use crate::request::escape::{markdown_code, markdown_prose};
use crate::request::{self, Fields, Request};
use crate::text::Place;
use crate::text::redact::mask_addresses;

/// How long the findings of all apps may become, in bytes; the scopes of Forge apps come behind them.
const MOST_OF_FINDINGS: usize = 40_000;
/// How long the whole report may become.
const MOST: usize = 60_000;
/// Places of one rule.
const MOST_PLACES: usize = 20;

/// The report over all checked roots.
pub(super) fn render(checked: &[Checked]) -> String {
    let mut out = String::new();
    let mut left_out = 0;
    let mut pages = String::new();
    for (root, app) in apps(checked) {
        let request = request::build(app, &root.run, &Fields::builtin());
        heading(root, app, &request, &mut out);
        left_out += findings(root, app, &mut out);
        suppressed(root, app, &mut out);
        not_evaluated(app, &mut out);
        scopes::page(root, app, &request, &mut pages);
    }
    if left_out > 0 {
        let _ =
            writeln!(out, "{} left out to keep this short; `mailpermit check` shows them.\n", said(left_out));
    }
    // Half a page would read like a whole one.
    let whole: &str = if out.len() + pages.len() > MOST {
        "## Email scopes\n\nThe page on the email scopes has no room here: run `mailpermit check --format markdown` on \
         one app at a time.\n\n"
    } else {
        &pages
    };
    if !pages.is_empty() {
        out.push_str(whole);
    }
    let _ = writeln!(out, "---\n\nWritten by mailpermit {}.", env!("CARGO_PKG_VERSION"));
    out
}

fn said(findings: usize) -> String {
    let are = if findings == 1 { "is" } else { "are" };
    format!("{} {are}", count(findings, "more finding"))
}

fn heading(root: &Checked, app: &AppRun, request: &Request, out: &mut String) {
    let facts = &app.facts;
    let folder = root.path(&facts.app.root);
    let name = match &facts.app.name {
        Some(name) => prose(name),
        None => code(&folder),
    };
    let verdict = verdict(app, request);
    let sign = match verdict.answer {
        Answer::Yes => "✅",
        Answer::NotYet => "❌",
        Answer::Nothing => "➖",
    };
    let _ = writeln!(out, "# {name}: use of email addresses\n");
    let _ = writeln!(out, "**{}** {sign} {}.\n", verdict.question, prose(&verdict.headline));
    for more in &verdict.more {
        let _ = writeln!(out, "{}\n", prose(more));
    }
    let counts = Counts::of(app.findings.iter());
    let state = |s: fn(&RuleState) -> bool| app.rules.iter().filter(|(_, r)| s(r)).count();
    let _ = writeln!(
        out,
        "| errors | warnings | advice | suppressed | rules passed | not evaluated | places that read addresses |{}",
        if counts.baselined > 0 { " in the baseline |" } else { "" }
    );
    let _ = writeln!(
        out,
        "|---:|---:|---:|---:|---:|---:|---:|{}",
        if counts.baselined > 0 { "---:|" } else { "" }
    );
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} |{}\n",
        counts.errors,
        counts.warnings,
        counts.infos,
        counts.suppressed_in_place(),
        state(|s| *s == RuleState::Passed),
        state(|s| matches!(s, RuleState::NotEvaluated(_))),
        facts.accesses.len(),
        if counts.baselined > 0 { format!(" {} |", counts.baselined) } else { String::new() }
    );
}

/// The findings by severity and rule; how many found no room.
fn findings(root: &Checked, app: &AppRun, out: &mut String) -> usize {
    let mut left_out = 0;
    for (severity, title) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Advice")]
    {
        let of = |rule: &str| -> Vec<&Finding> {
            let all = app.findings.iter();
            all.filter(|f| f.rule == rule && f.severity == severity && f.suppressed.is_none()).collect()
        };
        // In the order of the rules; what no rule of the list reported comes last.
        let mut rules: Vec<&str> = app.rules.iter().map(|(rule, _)| *rule).collect();
        for finding in &app.findings {
            if !rules.contains(&finding.rule) {
                rules.push(finding.rule);
            }
        }
        let mut titled = false;
        for rule in rules {
            let found = of(rule);
            if found.is_empty() {
                continue;
            }
            let section = group(root, rule, &found);
            if out.len() + section.len() > MOST_OF_FINDINGS {
                left_out += found.len();
                continue;
            }
            if !std::mem::replace(&mut titled, true) {
                let _ = writeln!(out, "## {title}\n");
            }
            out.push_str(&section);
        }
    }
    left_out
}

fn group(root: &Checked, rule: &str, found: &[&Finding]) -> String {
    let mut out = String::new();
    let summary = crate::rules::find(rule).map_or("", |r| r.summary);
    let _ = writeln!(out, "### {}: {}\n", code(rule), prose(summary));
    for finding in found.iter().take(MOST_PLACES) {
        let sure = match finding.confidence {
            Confidence::Certain => "",
            Confidence::Likely => " (likely)",
            Confidence::Possible => " (possible)",
        };
        let _ = writeln!(out, "- {} {}{sure}", at(root, &finding.place), prose(&finding.message));
    }
    if found.len() > MOST_PLACES {
        let _ = writeln!(out, "- and {} more", found.len() - MOST_PLACES);
    }
    out.push('\n');
    if let Some(first) = found.first() {
        for note in &first.notes {
            let _ = writeln!(out, "Why: {}\n", prose(note));
        }
        for help in &first.help {
            help_lines(help, &mut out);
        }
    }
    out
}

/// A next step, with its lines to copy as a block.
fn help_lines(help: &str, out: &mut String) {
    let mut lines = help.lines();
    let _ = writeln!(out, "Help: {}\n", prose(lines.next().unwrap_or("")));
    // Indented, so that no fence in a text could end it.
    let mut any = false;
    for line in lines {
        let _ = writeln!(out, "    {}", prepared(line));
        any = true;
    }
    if any {
        out.push('\n');
    }
}

fn suppressed(root: &Checked, app: &AppRun, out: &mut String) {
    // What a baseline holds is counted above; nobody gave a reason for each of it.
    let here = app.findings.iter().filter(|f| !f.baselined);
    let all: Vec<(&Finding, &str)> =
        here.filter_map(|f| Some((f, f.suppressed.as_ref()?.reason.as_str()))).collect();
    if all.is_empty() || out.len() > MOST_OF_FINDINGS {
        return;
    }
    let _ = writeln!(out, "## Suppressed\n");
    for (finding, reason) in all.iter().take(MOST_PLACES) {
        let severity = word(finding.severity);
        let at = at(root, &finding.place);
        let _ = writeln!(out, "- {severity} {} {at} because: {}", code(finding.rule), prose(reason));
    }
    if all.len() > MOST_PLACES {
        let _ = writeln!(out, "- and {} more", all.len() - MOST_PLACES);
    }
    out.push('\n');
}

fn not_evaluated(app: &AppRun, out: &mut String) {
    let open = app.rules.iter().filter_map(|(rule, state)| match state {
        RuleState::NotEvaluated(why) => Some((*rule, why)),
        _ => None,
    });
    let open: Vec<_> = open.collect();
    if open.is_empty() || out.len() > MOST_OF_FINDINGS {
        return;
    }
    let _ = writeln!(out, "## Not evaluated\n");
    for (rule, why) in open {
        let _ = writeln!(out, "- {}: {}", code(rule), prose(why));
    }
    out.push('\n');
}

/// `file:line` as code, or the file alone when nothing in it is meant.
fn at(root: &Checked, place: &Place) -> String {
    if whole_file(place) {
        return code(&root.path(&place.file));
    }
    code(&format!("{}:{}", root.path(&place.file), place.line))
}

/// One of the tool's sentences, or a text from a file.
fn prose(text: &str) -> String {
    markdown_prose(&mask_addresses(text))
}

fn code(text: &str) -> String {
    markdown_code(&mask_addresses(text))
}
