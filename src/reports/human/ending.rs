//! What comes after the findings: what was not looked at, the summary line, and the next step.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Page, group, safe};
use crate::facts::AppType;
use crate::findings::Severity;
use crate::findings::run::{AppRun, RuleState};
use crate::reports::wrap::{count, hanging, listing};
use crate::reports::{Checked, counts};
use crate::text::redact::one_line;

/// Skipped folders that are named.
const NAMED_FOLDERS: usize = 5;

/// The rules about files that could not be read.
const INPUTS: [&str; 3] = ["unreadable-input", "malformed-manifest", "malformed-declaration"];

/// The rules that lacked an input, by reason.
pub(super) fn not_evaluated(page: &Page, app: &AppRun, out: &mut String) {
    let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (rule, state) in &app.rules {
        let RuleState::NotEvaluated(why) = state else { continue };
        let at = *index.entry(why).or_insert(by_reason.len());
        match by_reason.get_mut(at) {
            Some((_, rules)) => rules.push(rule),
            None => by_reason.push((why, vec![rule])),
        }
    }
    if by_reason.is_empty() {
        return;
    }
    let strong = page.palette.strong;
    let n = by_reason.iter().map(|(_, rules)| rules.len()).sum();
    let _ = writeln!(out, "{strong}not evaluated{strong:#} ({})", count(n, "rule"));
    for (why, rules) in &by_reason {
        out.push_str(&hanging("  ", &format!("{}: {}", rules.join(", "), safe(why)), page.width));
    }
    out.push('\n');
}

/// The folders that were not entered and the languages that are not followed.
pub(super) fn not_read(page: &Page, root: &Checked, app: &AppRun, out: &mut String) {
    let coverage = &app.facts.coverage;
    let strong = page.palette.strong;
    let before = out.len();
    for (left, word, what, end) in [
        (&coverage.skipped_folders, "skipped", "folder", "/"),
        (&coverage.minified_files, "minified", "script", ""),
    ] {
        if left.is_empty() {
            continue;
        }
        let mut named: Vec<String> = left
            .iter()
            .take(NAMED_FOLDERS)
            .map(|f| format!("{}{end}", one_line(root.path(f).trim_end_matches('/'), 200)))
            .collect();
        if left.len() > NAMED_FOLDERS {
            named.push(format!("{} more", left.len() - NAMED_FOLDERS));
        }
        let text = format!(
            "{} (`--include-vendored` checks them too)",
            listing(&named.iter().map(String::as_str).collect::<Vec<_>>())
        );
        let _ = writeln!(out, "{strong}{word}{strong:#} ({})", count(left.len(), what));
        out.push_str(&hanging("  ", &text, page.width));
    }
    if !coverage.unfollowed.is_empty() {
        let languages: Vec<String> = coverage
            .unfollowed
            .iter()
            .map(|(language, n)| format!("{} ({})", one_line(language, 40), count(*n, "file")))
            .collect();
        let files = coverage.unfollowed.iter().map(|(_, n)| n).sum();
        let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
        let text = format!(
            "{}: this version does not follow these languages, and the files hold words that matter; look there yourself",
            listing(&languages)
        );
        let _ = writeln!(out, "{strong}not followed{strong:#} ({})", count(files, "file"));
        out.push_str(&hanging("  ", &text, page.width));
    }
    if out.len() > before {
        out.push('\n');
    }
}

/// The summary line and the next step.
pub(super) fn end(page: &Page, checked: &[Checked], out: &mut String) {
    let counted = counts(checked);
    let tone = match (counted.errors, counted.warnings, counted.infos) {
        (0, 0, 0) => page.palette.good,
        (0, 0, _) => page.palette.severity(Severity::Info),
        (0, ..) => page.palette.severity(Severity::Warning),
        _ => page.palette.severity(Severity::Error),
    };
    // One line whatever the width, so that it can be searched for.
    let _ = writeln!(out, "{tone}{}{tone:#}", summary(checked));
    if !page.quiet {
        let accent = page.palette.accent;
        let lead = "next: ";
        let text = hanging(lead, &next(checked), page.width);
        let _ = write!(out, "{accent}{lead}{accent:#}{}", text.get(lead.len()..).unwrap_or(""));
    }
}

/// The run in one line.
#[must_use]
pub fn summary(checked: &[Checked]) -> String {
    let counted = counts(checked);
    let mut found = Vec::new();
    for (n, thing) in [(counted.errors, "error"), (counted.warnings, "warning")] {
        if n > 0 {
            found.push(count(n, thing));
        }
    }
    if counted.infos > 0 {
        found.push(format!("{} advice", counted.infos));
    }
    if found.is_empty() {
        found.push("no findings".to_owned());
    }
    let (mut files, mut accesses, mut open) = (0, 0, 0);
    for app in apps(checked) {
        files += app.facts.coverage.files_seen;
        accesses += app.facts.accesses.len();
        open += app.rules.iter().filter(|(_, s)| matches!(s, RuleState::NotEvaluated(_))).count();
    }
    let mut line = format!("{} in {} ({})", found.join(", "), count(files, "file"), places(accesses));
    let mut rest = Vec::new();
    if open > 0 {
        rest.push(format!("{} not evaluated", count(open, "rule")));
    }
    if counted.suppressed_in_place() > 0 {
        rest.push(format!("{} suppressed", count(counted.suppressed_in_place(), "finding")));
    }
    if counted.baselined > 0 {
        rest.push(format!("{} in the baseline", count(counted.baselined, "finding")));
    }
    if !rest.is_empty() {
        let _ = write!(line, "; {}", rest.join(", "));
    }
    line
}

/// How many places read addresses, in words.
pub(super) fn places(n: usize) -> String {
    match n {
        0 => "no place found that reads addresses".to_owned(),
        1 => "1 place reads addresses".to_owned(),
        _ => format!("{n} places read addresses"),
    }
}

/// What to do next. What was not read comes first: everything else may change with it.
fn next(checked: &[Checked]) -> String {
    let worst = apps(checked)
        .flat_map(group::groups)
        .map(|g| (g.severity, g.rule))
        .reduce(|best, g| if g.0 > best.0 { g } else { best });
    let unread = apps(checked)
        .flat_map(group::groups)
        .find(|g| g.severity == Severity::Error && INPUTS.contains(&g.rule))
        .map(|g| g.rule.to_owned());
    if let Some(rule) = unread {
        return format!(
            "mend what could not be read, then check again: the rest may look different then \
             (`mailpermit explain {rule}` says more)"
        );
    }
    if let Some(app) = apps(checked).find(|a| !a.facts.accesses.is_empty() && !a.facts.declaration_exists) {
        return declare(app);
    }
    let held = |f: &crate::findings::Finding| f.baselined && f.severity == Severity::Error;
    match worst {
        None if checked.iter().flat_map(|c| c.run.findings()).any(held) => {
            "work off what the baseline holds: `mailpermit request` refuses while an error of it stands".to_owned()
        }
        Some((Severity::Error, rule)) => {
            format!("`mailpermit explain {rule}` says what it is about and how to mend it")
        }
        Some((_, rule)) if reads(checked) => format!(
            "`mailpermit request` writes the access request; `mailpermit explain {rule}` says more about the first finding"
        ),
        Some((_, rule)) => format!("`mailpermit explain {rule}` says more about it"),
        None if reads(checked) => "`mailpermit request` writes the access request".to_owned(),
        None if apps(checked).any(|a| !a.facts.coverage.unfollowed.is_empty()) => {
            "look through the files that were not followed: whether they read addresses was not checked".to_owned()
        }
        None if apps(checked).all(|a| a.facts.app.kind == AppType::Unknown) => {
            "nothing, if this is no Atlassian app; if it is one, run this on the folder of its `manifest.yml` or \
             Connect descriptor, or say in `email-access.yaml` what it is, such as `type: oauth2` under `app:`"
                .to_owned()
        }
        None => "nothing; an app that reads no addresses needs no access request".to_owned(),
    }
}

/// How to come to a declaration.
fn declare(app: &AppRun) -> String {
    let root = app.facts.app.root.as_ref();
    let folder = if root == "." { String::new() } else { format!("{}/", one_line(root, 200)) };
    let kind = match app.facts.app.kind {
        AppType::Unknown => ", and asks what kind of app this is",
        _ => "",
    };
    let path = if root == "." { String::new() } else { format!(" {}", one_line(root, 200)) };
    format!(
        "`mailpermit init{path}` drafts `{folder}email-access.yaml`, which says what the addresses are for{kind}; \
         `mailpermit uses` lists the uses that Atlassian allows"
    )
}

fn reads(checked: &[Checked]) -> bool {
    apps(checked).any(|a| !a.facts.accesses.is_empty())
}

fn apps(checked: &[Checked]) -> impl Iterator<Item = &AppRun> {
    checked.iter().flat_map(|c| &c.run.apps)
}
