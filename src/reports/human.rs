//! The report for people: findings by app and by rule, with their source lines, and what to do next.
//!
//! Everything that comes from a file passes `text::redact` before it gets here or in here.

mod ending;
mod group;
mod palette;
mod snippet;

use std::fmt::Write as _;

use self::group::{Group, Shared};
pub(crate) use self::palette::{Palette, word};
use self::snippet::Said;
use super::excerpt::location;
use super::{Checked, wrap};
use crate::facts::{AccessKind, AppType, Facts, SinkKind};
use crate::findings::run::AppRun;
use crate::text::redact::one_line;

pub use self::ending::summary;

/// How the report looks.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Columns to use; less than 40 is taken for 40.
    pub width: usize,
    /// Whether to write colours.
    pub color: bool,
    /// Findings and the summary line only.
    pub quiet: bool,
    /// What a rule checks, in one sentence, by its name.
    pub rule_summary: fn(&str) -> Option<&'static str>,
    /// Where a rule's page is to be read, when the reader's terminal has links.
    pub rule_link: fn(&str) -> Option<String>,
}

/// The report over all checked roots.
#[must_use]
pub fn render(checked: &[Checked], options: &Options) -> String {
    let page = Page {
        width: options.width.clamp(40, 400),
        quiet: options.quiet,
        palette: Palette::new(options.color),
        rule_summary: options.rule_summary,
        rule_link: options.rule_link,
    };
    let mut out = String::new();
    let apps: Vec<(&Checked, &AppRun)> =
        checked.iter().flat_map(|c| c.run.apps.iter().map(move |a| (c, a))).collect();
    for (root, app) in &apps {
        let groups = group::groups(app);
        if !page.quiet {
            let named = (apps.len() > 1).then(|| root.path(&app.facts.app.root));
            page.heading(&app.facts, named.as_deref(), &mut out);
        } else if apps.len() > 1 && !groups.is_empty() {
            page.rule_off(&root.path(&app.facts.app.root), &mut out);
        }
        for group in &groups {
            page.group(root, group, &mut out);
        }
        if !page.quiet {
            ending::not_evaluated(&page, app, &mut out);
            ending::not_read(&page, root, app, &mut out);
        }
    }
    ending::end(&page, checked, &mut out);
    out
}

/// What every part of the report needs to know.
struct Page {
    width: usize,
    quiet: bool,
    palette: Palette,
    rule_summary: fn(&str) -> Option<&'static str>,
    rule_link: fn(&str) -> Option<String>,
}

impl Page {
    /// A line between apps.
    fn rule_off(&self, root: &str, out: &mut String) {
        let strong = self.palette.strong;
        let _ = writeln!(out, "{strong}== {} =={strong:#}\n", one_line(root, 400));
    }

    /// Which app it is, and what it does about addresses.
    fn heading(&self, facts: &Facts, root: Option<&str>, out: &mut String) {
        if let Some(root) = root {
            self.rule_off(root, out);
        }
        let app = &facts.app;
        let strong = self.palette.strong;
        // An id of Forge is for machines; the manifest's path says more.
        let key = app.key.as_ref().filter(|k| !k.starts_with("ari:"));
        let name = app.name.as_ref().or(key).map(|n| format!("{}: ", one_line(n, 60))).unwrap_or_default();
        let from = match app.manifest() {
            Some(manifest) => one_line(&manifest.file, 200),
            None => one_line(&app.kind_reason, 200),
        };
        let nothing = app.kind == AppType::Unknown && facts.accesses.is_empty();
        let rest = if nothing { format!(", and {}", addresses(facts)) } else { String::new() };
        let first = wrap::hanging("", &format!("{name}{} ({from}){rest}", kind(app.kind)), self.width);
        match first.strip_prefix(name.trim_end()) {
            Some(rest) => {
                let name = name.trim_end();
                let _ = write!(out, "{strong}{name}{strong:#}{rest}");
            }
            None => out.push_str(&first),
        }
        if !nothing {
            out.push_str(&wrap::hanging("", &addresses(facts), self.width));
        }
        out.push('\n');
    }

    fn group(&self, root: &Checked, group: &Group<'_>, out: &mut String) {
        self.title(group, out);
        self.shared(root, &group.shared, "  ", out);
        for section in &group.sections {
            out.push('\n');
            if let Some(message) = section.message {
                out.push_str(&wrap::hanging("  ", &safe(message), self.width));
            }
            self.shared(root, &section.shared, "    ", out);
            let mut labelled = false;
            for (index, finding) in section.shown.iter().enumerate() {
                if index > 0 || !section.shared.is_silent() {
                    out.push('\n');
                }
                let said = Said { group, section, label: labelled };
                labelled |= self.finding(root, &said, finding, out);
            }
            if !section.listed.is_empty() {
                if !section.shown.is_empty() {
                    out.push('\n');
                }
                let _ = writeln!(out, "  and {} more:", section.listed.len());
                self.list(root, section, out);
            }
        }
        out.push('\n');
    }

    /// What several findings say alike.
    fn shared(&self, root: &Checked, shared: &Shared<'_>, indent: &str, out: &mut String) {
        for note in &shared.notes {
            self.text(&format!("{indent}why: "), note, out);
        }
        for help in &shared.help {
            self.text(&format!("{indent}help: "), help, out);
        }
        for related in &shared.related {
            let there = location(root, &related.place);
            self.text(&format!("{indent}see: "), &format!("{there}: {}", related.message), out);
        }
    }

    fn title(&self, group: &Group<'_>, out: &mut String) {
        let lead = format!("{}[{}]", word(group.severity), group.rule);
        let summary = (self.rule_summary)(group.rule);
        let mut text = match (group.message, summary) {
            (Some(message), _) => safe(message),
            (None, Some(summary)) => summary.to_owned(),
            (None, None) => "several things are wrong".to_owned(),
        };
        if let Some(sure) = group.confidence {
            let _ = write!(text, " ({sure})");
        }
        if group.len > 1 {
            let _ = write!(text, " - {}", wrap::count(group.len, "place"));
        }
        let (tone, strong) = (self.palette.severity(group.severity), self.palette.strong);
        let lines = wrap::wrap(&text, wrap::columns(&lead) + 2, self.width.saturating_sub(2));
        match (self.rule_link)(group.rule) {
            Some(address) => {
                let rule = link(group.rule, &address);
                let _ = write!(out, "{tone}{}[{rule}]{tone:#}:", word(group.severity));
            }
            None => {
                let _ = write!(out, "{tone}{lead}{tone:#}:");
            }
        }
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { " " } else { "  " };
            let _ = writeln!(out, "{before}{strong}{line}{strong:#}");
        }
    }

    /// A reason or a next step. Lines after the first are to be copied and stay as they are.
    fn text(&self, lead: &str, text: &str, out: &mut String) {
        let dim = self.palette.accent;
        let mut lines = text.lines();
        let wrapped = wrap::hanging(lead, &safe(lines.next().unwrap_or("")), self.width);
        let _ = write!(out, "{dim}{lead}{dim:#}{}", wrapped.get(lead.len()..).unwrap_or(""));
        for line in lines {
            let _ = writeln!(out, "{:indent$}{}", "", copied(line), indent = lead.len());
        }
    }
}

/// A text that leads to an address, as terminals write it (OSC 8).
fn link(text: &str, address: &str) -> String {
    format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// A message or the like: visible, masked; white space as it is.
fn safe(text: &str) -> String {
    one_line(text, 2000)
}

/// A line to copy: keeps its indentation.
fn copied(line: &str) -> String {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    format!("{:indent$}{}", "", one_line(text, 400), indent = indent.min(40))
}

/// What an app of that kind is called.
fn kind(kind: AppType) -> &'static str {
    match kind {
        AppType::Forge => "Forge app",
        AppType::ForgeWithConnect => "Forge app with Connect modules",
        AppType::Connect => "Connect app",
        AppType::Oauth2 => "OAuth 2.0 (3LO) app",
        AppType::Unknown => "no Atlassian app was recognised",
    }
}

/// How the app obtains addresses, in one sentence.
fn addresses(facts: &Facts) -> String {
    if facts.accesses.is_empty() {
        return match facts.coverage.unfollowed.is_empty() {
            true => "no place was found that reads people's addresses".to_owned(),
            false => {
                "no place was found that reads people's addresses, in the files that were followed".to_owned()
            }
        };
    }
    let ways = [
        (AccessKind::EmailApi, "through the Email API"),
        (AccessKind::UserObject, "from user objects"),
        (AccessKind::OwnProfile, "of the user's own profile"),
        (AccessKind::OrgAdmin, "through admin APIs"),
    ];
    let ways: Vec<String> = ways
        .iter()
        .map(|(kind, way)| (facts.accesses.iter().filter(|a| a.kind == *kind).count(), way))
        .filter(|(n, _)| *n > 0)
        .map(|(n, way)| format!("{n} {way}"))
        .collect();
    let sinks = [
        (SinkKind::Ui, "the user interface"),
        (SinkKind::Log, "logs"),
        (SinkKind::Storage, "storage"),
        (SinkKind::ThirdParty, "third parties"),
        (SinkKind::Mail, "mails"),
        (SinkKind::Marketing, "marketing services"),
        (SinkKind::Identity, "the matching of accounts"),
        (SinkKind::Response, "responses"),
        (SinkKind::Other, "code that is not followed"),
    ];
    let reached: Vec<&str> = sinks
        .iter()
        .filter(|(kind, _)| facts.flows.iter().any(|f| f.kind == *kind))
        .map(|(_, name)| *name)
        .collect();
    let flows = match reached.as_slice() {
        [] => String::new(),
        some => format!("; addresses reach {}", wrap::listing(some)),
    };
    format!("{}: {}{flows}", ending::places(facts.accesses.len()), ways.join(", "))
}
