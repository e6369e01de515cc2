//! The flows as a tree for people: by declared use, then by access, then where its address goes and how.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{at, goal, said, source, sure, uses};
use crate::facts::{Access, Facts, Flow, told_best};
use crate::findings::run::AppRun;
use crate::findings::{Confidence, Finding, Severity};
use crate::reports::Checked;
use crate::reports::human::{Palette, word};
use crate::reports::wrap::{count, wrap};
use crate::text::redact::one_line;

/// How the tree looks.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Columns to use; less than 40 is taken for 40.
    pub width: usize,
    /// Whether to write colours.
    pub color: bool,
}

/// How much of a sink's source is shown.
const EXPRESSION: usize = 72;

/// The tree of all apps.
#[must_use]
pub fn render(checked: &[Checked], options: &Options) -> String {
    let page = Page { width: options.width.clamp(40, 400), palette: Palette::new(options.color) };
    let mut out = String::new();
    for root in checked {
        for app in &root.run.apps {
            page.app(root, app, &mut out);
        }
    }
    out
}

struct Page {
    width: usize,
    palette: Palette,
}

impl Page {
    fn app(&self, root: &Checked, app: &AppRun, out: &mut String) {
        let facts = &app.facts;
        let strong = self.palette.strong;
        let name =
            facts.app.name.as_ref().map_or_else(|| root.path(&facts.app.root).into_owned(), |n| n.clone());
        let name = if name.is_empty() { ".".to_owned() } else { name };
        let title = format!(
            "{}: {}, {}",
            one_line(&name, 80),
            match facts.accesses.len() {
                1 => "1 place reads addresses".to_owned(),
                n => format!("{n} places read addresses"),
            },
            count(told_best(&facts.flows).len(), "flow"),
        );
        for line in wrap(&title, 0, self.width) {
            let _ = writeln!(out, "{strong}{line}{strong:#}");
        }
        let groups = groups(facts);
        let shown = told_best(&facts.flows);
        if groups.is_empty() {
            self.line("", "", "no place was found that reads people's addresses", out);
        }
        for (names, accesses) in groups {
            out.push('\n');
            self.heading(facts, &names, &accesses, out);
            for (index, access) in accesses.iter().enumerate() {
                let last = index + 1 == accesses.len();
                self.access(root, app, &shown, access, last, out);
            }
        }
        out.push('\n');
    }

    fn heading(&self, facts: &Facts, names: &str, accesses: &[&Access], out: &mut String) {
        let (strong, warning) = (self.palette.strong, self.palette.severity(Severity::Warning));
        if names.is_empty() {
            let _ = writeln!(out, "{warning}no use is named{warning:#}");
            return;
        }
        let known: Vec<String> = accesses
            .first()
            .map(|a| a.uses.as_slice())
            .unwrap_or_default()
            .iter()
            .filter_map(|u| facts.declaration.as_ref()?.use_named(u))
            .map(|u| one_line(&u.functionality.value, 40))
            .collect();
        let text = match known.as_slice() {
            [] => format!("{names} (not declared)"),
            some => format!("{names} ({})", some.join(", ")),
        };
        for line in wrap(&text, 0, self.width) {
            let _ = writeln!(out, "{strong}{line}{strong:#}");
        }
    }

    fn access(
        &self,
        root: &Checked,
        app: &AppRun,
        shown: &[&Flow],
        access: &Access,
        last: bool,
        out: &mut String,
    ) {
        let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let text = format!("{}: {}{}", at(root, &access.place), source(access), doubt(access.confidence));
        self.line(branch, below, &text, out);
        let flows: Vec<&&Flow> = shown.iter().filter(|f| f.access == access.id).collect();
        if flows.is_empty() {
            self.line(&format!("{below}└─ "), below, "no place was found where it goes", out);
        }
        for (index, flow) in flows.iter().enumerate() {
            let last = index + 1 == flows.len();
            self.flow(root, &app.findings, flow, below, last, out);
        }
    }

    fn flow(
        &self,
        root: &Checked,
        findings: &[Finding],
        flow: &Flow,
        indent: &str,
        last: bool,
        out: &mut String,
    ) {
        let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let said = said(findings, flow);
        let tone = said.first().map_or(self.palette.good, |f| self.palette.severity(f.severity));
        let goal = format!("{} ({})", goal(flow), sure(flow.confidence));
        let (first, rest) = (format!("{indent}{branch}"), format!("{indent}{below}"));
        self.painted(&first, &rest, &goal, tone, out);
        for finding in said {
            let tone = self.palette.severity(finding.severity);
            self.painted(&rest, &rest, &format!("{}[{}]", word(finding.severity), finding.rule), tone, out);
        }
        // The first step is the access, which stands above.
        let between = flow.path.iter().skip(1).filter(|s| s.place != flow.place);
        for step in between {
            let text = format!("{}: {}", at(root, &step.place), one_line(&step.what, 200));
            self.line(&rest, &format!("{rest}  "), &text, out);
        }
        let text = format!("{}: {}", at(root, &flow.place), one_line(&flow.expression, EXPRESSION));
        self.line(&rest, &format!("{rest}  "), &text, out);
    }

    /// A line, wrapped; later lines start with `rest`.
    fn line(&self, first: &str, rest: &str, text: &str, out: &mut String) {
        self.painted(first, rest, text, anstyle::Style::new(), out);
    }

    fn painted(&self, first: &str, rest: &str, text: &str, tone: anstyle::Style, out: &mut String) {
        let dim = self.palette.dim;
        let room = self.width.saturating_sub(first.chars().count().max(rest.chars().count())).max(20);
        for (index, line) in wrap(text, 0, room).iter().enumerate() {
            let guide = if index == 0 { first } else { rest };
            let _ = writeln!(out, "{}", format!("{dim}{guide}{dim:#}{tone}{line}{tone:#}").trim_end());
        }
    }
}

/// Accesses by their uses, those without one last; the uses in the order of the declaration.
fn groups(facts: &Facts) -> Vec<(String, Vec<&Access>)> {
    let order = |access: &Access| {
        let declared = facts.declaration.iter().flat_map(|d| &d.uses);
        let position =
            access.uses.first().and_then(|first| declared.clone().position(|u| u.name.value == *first));
        match (access.uses.is_empty(), position) {
            (true, _) => usize::MAX,
            (false, None) => usize::MAX - 1,
            (false, Some(n)) => n,
        }
    };
    let mut groups: BTreeMap<(usize, String), Vec<&Access>> = BTreeMap::new();
    for access in &facts.accesses {
        groups.entry((order(access), uses(access))).or_default().push(access);
    }
    groups.into_iter().map(|((_, names), accesses)| (names, accesses)).collect()
}

fn doubt(confidence: Confidence) -> String {
    match confidence {
        Confidence::Certain => String::new(),
        other => format!(" ({})", sure(other)),
    }
}
