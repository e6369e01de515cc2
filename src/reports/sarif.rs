//! SARIF 2.1.0, as GitHub's code scanning takes it.
//!
//! One run for all roots. Suppressed findings are in it, marked, with their reason, and so are those that a
//! baseline holds, as suppressed from outside of the source. GitHub takes 25,000
//! results and shows 5,000, takes 10,000 steps of code flows a result and shows 1,000, and takes 10 MB
//! when compressed; what is left out to stay well below is counted in a notification.

mod log;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::log::{
    ArtifactLocation, BaseId, Change, CodeFlow, Driver, Fix, Invocation, Location, Log, Notification,
    Outcome, OutcomeProperties, PhysicalLocation, Region, Replacement, RuleReference, Run, Step, Suppression,
    Text, ThreadFlow, Tool,
};
use super::excerpt::{prepared, whole_file};
use super::wrap::count;
use super::{Checked, apps};
use crate::facts::{Flow, told_best};
use crate::findings::run::{AppRun, RuleState};
use crate::findings::{Finding, Suppressed};
use crate::text::redact::one_line;
use crate::text::{Place, Span};

/// What paths are relative to, as SARIF's readers name it.
const BASE: &str = "%SRCROOT%";
/// Results that GitHub shows.
const MOST_RESULTS: usize = 5_000;
/// Other places of one result that GitHub shows.
const MOST_RELATED: usize = 100;
/// Code flows of one result.
const MOST_FLOWS: usize = 10;
/// Steps of code flows of one result that GitHub shows.
const MOST_STEPS: usize = 1_000;
/// Steps of code flows in the whole report, some 300 bytes each.
const MOST_STEPS_OF_ALL: usize = 60_000;
/// Longest message, in characters.
const LONGEST: usize = 4_000;

/// Writes the log, indented, with a line break at its end.
pub(super) fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(checked))?;
    out.write_all(b"\n")
}

fn log(checked: &[Checked]) -> Log {
    let mut writer = Writer::new(checked);
    let mut all: Vec<(&Checked, &AppRun, &Finding)> =
        apps(checked).flat_map(|(root, app)| app.findings.iter().map(move |f| (root, app, f))).collect();
    let left_out = all.len().saturating_sub(MOST_RESULTS);
    if left_out > 0 {
        all.sort_by_key(|(_, _, f)| (f.suppressed.is_some(), std::cmp::Reverse(f.severity)));
        all.truncate(MOST_RESULTS);
    }
    let results = all.into_iter().map(|(root, app, finding)| writer.result(root, app, finding)).collect();
    let mut notifications: Vec<Notification> = Vec::new();
    for (_, app) in apps(checked) {
        notifications.extend(app.rules.iter().filter_map(|(rule, state)| writer.not_evaluated(rule, state)));
    }
    if left_out > 0 {
        notifications.push(warning(format!(
            "Left out, because GitHub shows {MOST_RESULTS}: {}. The JSON report has all of them.",
            count(left_out, "finding")
        )));
    }
    if writer.flows_left_out > 0 {
        notifications.push(warning(format!(
            "Left out to keep the report small: {}. `mailpermit flows` shows all of them.",
            count(writer.flows_left_out, "code flow")
        )));
    }
    let description = Text { text: "The top of the repository, or the folder that was checked.".to_owned() };
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    short_description: Text { text: format!("{}.", env!("CARGO_PKG_DESCRIPTION")) },
                    rules: rules::rules(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications,
            }],
            original_uri_base_ids: BTreeMap::from([(BASE, BaseId { description })]),
            column_kind: "utf16CodeUnits",
            results,
        }],
    }
}

fn warning(text: String) -> Notification {
    Notification { level: "warning", message: Text { text }, associated_rule: None }
}

/// What the results share.
struct Writer<'a> {
    /// The flows by root, app and the place where they end.
    flows: BTreeMap<(&'a str, &'a str, &'a Place), Vec<&'a Flow>>,
    /// Where each rule stands in the list.
    rules: BTreeMap<&'static str, usize>,
    /// Steps of code flows that may still be written.
    steps: usize,
    flows_left_out: usize,
    /// For each file of each root, the bytes where characters start that take two units of UTF-16.
    wide: BTreeMap<(String, std::sync::Arc<str>), Vec<u32>>,
}

impl<'a> Writer<'a> {
    fn new(checked: &'a [Checked]) -> Self {
        let mut flows: BTreeMap<_, Vec<&Flow>> = BTreeMap::new();
        for (root, app) in apps(checked) {
            for flow in &app.facts.flows {
                flows
                    .entry((root.prefix.as_str(), &*app.facts.app.root, &flow.place))
                    .or_default()
                    .push(flow);
            }
        }
        let rules = crate::rules::ALL.iter().enumerate().map(|(i, r)| (r.name, i)).collect();
        Self { flows, rules, steps: MOST_STEPS_OF_ALL, flows_left_out: 0, wide: BTreeMap::new() }
    }

    fn not_evaluated(&self, rule: &'static str, state: &RuleState) -> Option<Notification> {
        let RuleState::NotEvaluated(why) = state else { return None };
        let text = format!("The rule `{rule}` was not evaluated: {}.", one_line(why, LONGEST));
        let associated_rule = Some(RuleReference { id: rule, index: self.rules.get(rule).copied() });
        Some(Notification { level: "note", message: Text { text }, associated_rule })
    }

    fn result(&mut self, root: &Checked, app: &AppRun, finding: &Finding) -> Outcome {
        let mut related = Vec::new();
        for (index, other) in finding.related.iter().take(MOST_RELATED).enumerate() {
            related.push(Location {
                id: Some(index + 1),
                message: Some(Text { text: inert(&other.message) }),
                ..self.location(root, &other.place)
            });
        }
        let label = (!finding.label.is_empty()).then(|| Text { text: inert(&finding.label) });
        let code_flows = self.code_flows(root, app, finding);
        Outcome {
            rule_id: finding.rule,
            rule_index: self.rules.get(finding.rule).copied(),
            level: rules::level(finding.severity),
            message: Text { text: message(finding) },
            locations: [Location { message: label, ..self.location(root, &finding.place) }],
            related_locations: related,
            code_flows,
            partial_fingerprints: match finding.fingerprint.as_str() {
                "" => BTreeMap::new(),
                own => BTreeMap::from([("mailpermit/v1", own.to_owned())]),
            },
            suppressions: finding
                .suppressed
                .iter()
                .map(|s| self.suppression(root, s, finding.baselined))
                .collect(),
            fixes: self.fix(root, finding).into_iter().collect(),
            properties: OutcomeProperties {
                confidence: finding.confidence,
                app: root.path(&finding.app).into_owned(),
            },
        }
    }

    /// A baseline may lie anywhere and is named in the justification; a comment stands in what was checked.
    fn suppression(&mut self, root: &Checked, suppressed: &Suppressed, baselined: bool) -> Suppression {
        Suppression {
            kind: if baselined { "external" } else { "inSource" },
            status: "accepted",
            justification: one_line(&suppressed.reason, LONGEST),
            location: (!baselined).then(|| self.location(root, &suppressed.place)),
        }
    }

    /// The ways of addresses that a finding is about: those that end where it stands and begin where it
    /// points to.
    fn code_flows(&mut self, root: &Checked, app: &AppRun, finding: &Finding) -> Vec<CodeFlow> {
        let about = |flow: &&&Flow| {
            let source = flow.path.first().map(|s| &s.place);
            flow.place == finding.place && finding.related.iter().any(|r| Some(&r.place) == source)
        };
        let key = (root.prefix.as_str(), &*app.facts.app.root, &finding.place);
        let here: Vec<Flow> = self.flows.get(&key).into_iter().flatten().map(|f| (*f).clone()).collect();
        let mut left = MOST_STEPS;
        let mut out = Vec::new();
        for flow in told_best(&here).iter().filter(about) {
            let steps = flow.path.len() + 1;
            if out.len() == MOST_FLOWS || steps > left || steps > self.steps {
                self.flows_left_out += 1;
                continue;
            }
            left -= steps;
            self.steps -= steps;
            let mut locations: Vec<Step> = Vec::new();
            for step in &flow.path {
                locations.push(self.step(root, &step.place, &step.what));
            }
            if flow.path.last().is_none_or(|s| s.place != flow.place) {
                locations.push(self.step(root, &flow.place, &flow.expression));
            }
            out.push(CodeFlow { thread_flows: [ThreadFlow { locations }] });
        }
        out
    }

    fn step(&mut self, root: &Checked, place: &Place, what: &str) -> Step {
        let message = Some(Text { text: inert(what) }).filter(|t| !t.text.is_empty());
        Step { location: Location { message, ..self.location(root, place) } }
    }

    /// The safe edit, when every text that it touches is at hand.
    fn fix(&mut self, root: &Checked, finding: &Finding) -> Option<Fix> {
        let mut changes: BTreeMap<&str, Vec<Replacement>> = BTreeMap::new();
        for edit in &finding.fix {
            let place = root.run.files.get(&edit.file)?.place(edit.span);
            changes.entry(&edit.file).or_default().push(Replacement {
                deleted_region: self.region_of_span(root, &place),
                inserted_content: Text { text: edit.replacement.clone() },
            });
        }
        let text = finding.help.first().map_or_else(|| "Apply the safe edit.".to_owned(), |h| inert(h));
        let change = |(file, replacements): (&str, Vec<Replacement>)| Change {
            artifact_location: artifact(&root.path(file)),
            replacements,
        };
        let artifact_changes: Vec<Change> = changes.into_iter().map(change).collect();
        (!artifact_changes.is_empty()).then_some(Fix { description: Text { text }, artifact_changes })
    }

    fn location(&mut self, root: &Checked, place: &Place) -> Location {
        let region = self.region(root, place);
        let artifact_location = artifact(&root.path(&place.file));
        Location {
            id: None,
            physical_location: PhysicalLocation { artifact_location, region },
            message: None,
        }
    }

    fn region(&mut self, root: &Checked, place: &Place) -> Region {
        if whole_file(place) {
            return Region { start_line: 1, start_column: None, end_line: None, end_column: None };
        }
        self.region_of_span(root, place)
    }

    /// Lines and columns in units of UTF-16; lines alone when the text is not at hand to count in.
    fn region_of_span(&mut self, root: &Checked, place: &Place) -> Region {
        let (start_line, end_line) = (place.line.max(1), Some(place.end_line.max(place.line).max(1)));
        let Some(file) = root.run.files.get(&place.file) else {
            return Region { start_line, start_column: None, end_line, end_column: None };
        };
        let key = (root.prefix.clone(), place.file.clone());
        let wide = self.wide.entry(key).or_insert_with(|| wide_characters(&file.text));
        // A column counts characters; each wide one before it on its line counts once more.
        let column = |line: u32, column: u32, offset: u32| {
            let before = |end: u32| wide.partition_point(|w| *w < end);
            let more = before(offset).saturating_sub(before(file.line_span(line).start));
            column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)).max(1)
        };
        let Span { start, end } = place.span;
        Region {
            start_line,
            start_column: Some(column(place.line, place.column, start)),
            end_line,
            end_column: Some(column(place.end_line, place.end_column, end)),
        }
    }
}

/// Where characters beyond the basic plane start: UTF-8 says so by their first byte.
fn wide_characters(text: &str) -> Vec<u32> {
    let wide = text.bytes().enumerate().filter(|(_, b)| *b >= 0xf0);
    wide.map(|(i, _)| u32::try_from(i).unwrap_or(u32::MAX)).collect()
}

/// What is wrong, why and what to do.
fn message(finding: &Finding) -> String {
    let mut text = inert(&finding.message);
    for (lead, lines) in [("Why", &finding.notes), ("Help", &finding.help)] {
        for line in lines {
            // Only lines behind the first are to be copied, and keep their form.
            let mut parts = line.lines();
            text.push_str(&format!("\n{lead}: {}", inert(parts.next().unwrap_or(""))));
            for more in parts {
                text.push_str(&format!("\n    {}", prepared(more)));
            }
        }
    }
    text
}

/// A text for a message: one line, masked, and without what SARIF takes for a link.
fn inert(text: &str) -> String {
    one_line(text, LONGEST).replace("](", "] (")
}

/// A path as SARIF wants it: relative and percent-encoded.
fn artifact(path: &str) -> ArtifactLocation {
    // A person's address in a file's name stays: the name has to lead to the file.
    match path.strip_prefix('/') {
        Some(below) => ArtifactLocation { uri: format!("file:///{}", encoded(below)), uri_base_id: None },
        None => ArtifactLocation { uri: encoded(path), uri_base_id: Some(BASE) },
    }
}

fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_addresses() {
        for (path, uri, relative) in [
            ("src/a b.ts", "src/a%20b.ts", true),
            ("a:b/ü%.ts", "a%3Ab/%C3%BC%25.ts", true),
            ("../x.ts", "../x.ts", true),
            ("/srv/app/x.ts", "file:///srv/app/x.ts", false),
            (".", ".", true),
        ] {
            let found = artifact(path);
            assert_eq!((found.uri.as_str(), found.uri_base_id.is_some()), (uri, relative));
        }
    }

    #[test]
    fn wide_characters_are_found() {
        assert_eq!(wide_characters("aé日😀b𝒳"), [6, 11]);
    }

    #[test]
    fn no_text_becomes_a_link() {
        assert_eq!(
            inert("see [this](1) or [that](https://x.example)"),
            "see [this] (1) or [that] (https://x.example)"
        );
    }
}
