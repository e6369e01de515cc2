//! What the page says, as plain data: every text is masked and visible here, and escaped by the template.

use std::collections::BTreeMap;

use serde::Serialize;

use super::diagram::{Diagram, diagram};
use crate::facts::{Access, AppType, Facts, Flow, told_best};
use crate::findings::run::{AppRun, Counts, RuleState};
use crate::findings::{Confidence, Finding, Severity};
use crate::readiness::{self, Table};
use crate::reports::excerpt::{ShownLine, location, prepared, whole_file};
use crate::reports::flows::{at, goal, source, sure};
use crate::reports::human::word;
use crate::reports::verdict::{Answer, verdict};
use crate::reports::wrap::count;
use crate::reports::{Checked, apps};
use crate::request::model::{Spot, Status, UseStatement};
use crate::request::{self, Fields, Request};
use crate::text::redact::{mask_addresses, one_line, visible};
use crate::text::words::noun;
use crate::text::{Place, SourceFile};

/// Findings of one app that are shown; the JSON report has all.
const MOST_FINDINGS: usize = 2_000;
/// Longest text, in characters.
const LONGEST: usize = 2_000;
/// Lines of one excerpt that are marked.
const MOST_MARKED: u32 = 6;
/// Longest line of an excerpt, in columns.
const WIDEST: usize = 160;
/// Ways of one use in its list.
const MOST_WAYS: usize = 200;
/// Steps of one way.
const MOST_STEPS: usize = 30;

#[derive(Serialize)]
pub(super) struct Page {
    title: String,
    version: &'static str,
    style_hash: &'static str,
    script_hash: &'static str,
    commits: Vec<String>,
    several: bool,
    apps: Vec<App>,
}

#[derive(Serialize)]
struct App {
    id: String,
    name: String,
    folder: String,
    kind: String,
    answer: &'static str,
    question: &'static str,
    headline: String,
    more: Vec<String>,
    tiles: Vec<Tile>,
    readiness: Option<Readiness>,
    todo: Vec<Todo>,
    uses: Vec<Use>,
    accesses: usize,
    groups: Vec<Group>,
    shown: usize,
    left_out: usize,
    request: State,
    documents: Vec<Document>,
    data: Vec<Row>,
    rules: Vec<Rule>,
    coverage: Vec<Row>,
}

#[derive(Serialize)]
struct Tile {
    class: &'static str,
    number: usize,
    label: &'static str,
}

/// What the Marketplace requires, the worst first.
#[derive(Serialize)]
struct Readiness {
    summary: String,
    rows: Vec<Requirement>,
}

#[derive(Serialize)]
struct Requirement {
    text: String,
    source: String,
    class: &'static str,
    status: &'static str,
    evidence: Vec<String>,
    todo: Vec<String>,
}

/// Something to do before the request can go out.
#[derive(Serialize)]
struct Todo {
    what: String,
    how: String,
    at: String,
    /// The part of the page that says more.
    link: String,
}

#[derive(Serialize)]
struct Use {
    title: String,
    named: bool,
    functionality: String,
    verdict: String,
    description: String,
    parties: Vec<String>,
    diagram: Option<Diagram>,
    ways: Vec<Way>,
    more: usize,
}

#[derive(Serialize)]
struct Way {
    source: String,
    at: String,
    goal: String,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    what: String,
    at: String,
}

#[derive(Serialize)]
struct Group {
    id: String,
    rule: String,
    severity: &'static str,
    word: &'static str,
    summary: String,
    number: usize,
    /// What all of its findings say alike, and so is said once.
    notes: Vec<String>,
    help: Vec<Help>,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    at: String,
    message: String,
    label: String,
    sure: &'static str,
    suppressed: String,
    /// Whether that is because a baseline holds it.
    baselined: bool,
    notes: Vec<String>,
    help: Vec<Help>,
    related: Vec<Step>,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    copy: String,
}

#[derive(Serialize)]
struct Line {
    number: u32,
    before: String,
    marked: String,
    after: String,
}

#[derive(Serialize)]
struct State {
    outcome: &'static str,
    path: String,
    statements: Vec<Row>,
    guidelines: Vec<Row>,
    wishes: Vec<Todo>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
    class: &'static str,
}

#[derive(Serialize)]
struct Document {
    label: String,
    url: String,
    place: String,
    state: String,
    missing: String,
}

#[derive(Serialize)]
struct Rule {
    name: String,
    summary: &'static str,
    state: &'static str,
    reason: String,
    findings: usize,
}

/// The page over all checked roots.
pub(super) fn page(
    checked: &[Checked],
    readiness: &[Table],
    style_hash: &'static str,
    script_hash: &'static str,
) -> Page {
    let each = apps(checked).enumerate();
    let apps: Vec<App> = each.map(|(i, (root, app))| one(i, root, app, readiness.get(i))).collect();
    let title = match apps.as_slice() {
        [only] => format!("{}: email addresses", only.name),
        _ => "Email addresses in several apps".to_owned(),
    };
    let commits = checked.iter().filter_map(|c| {
        let commit = one_line(c.run.commit.as_deref()?, 64);
        Some(if c.prefix.is_empty() { commit } else { format!("{commit} in {}", safe(&c.prefix)) })
    });
    Page {
        title,
        version: env!("CARGO_PKG_VERSION"),
        style_hash,
        script_hash,
        commits: commits.collect(),
        several: apps.len() != 1,
        apps,
    }
}

fn one(index: usize, root: &Checked, app: &AppRun, table: Option<&Table>) -> App {
    let facts = &app.facts;
    let request = request::build(app, &root.run, &Fields::builtin());
    let verdict = verdict(app, &request);
    let counts = Counts::of(app.findings.iter());
    let id = format!("app{}", index + 1);
    let folder = safe(&root.path(&facts.app.root));
    let left_out = app.findings.len().saturating_sub(MOST_FINDINGS);
    let groups = groups(&id, root, app);
    let open = app.rules.iter().filter(|(_, s)| matches!(s, RuleState::NotEvaluated(_))).count();
    App {
        name: facts.app.name.as_deref().map_or_else(|| nameless(&folder), |n| one_line(n, 120)),
        kind: match facts.app.kind {
            AppType::Unknown => "kind of app unknown".to_owned(),
            _ => safe(&request.app.kind.value),
        },
        answer: match verdict.answer {
            Answer::Yes => "yes",
            Answer::NotYet => "no",
            Answer::Nothing => "nothing",
        },
        question: verdict.question,
        headline: verdict.headline,
        more: verdict.more,
        tiles: tiles(counts, open, facts.accesses.len()),
        readiness: table.map(readiness),
        // Where nothing can be submitted, nothing is missing for it.
        todo: match verdict.answer {
            Answer::Nothing => Vec::new(),
            Answer::Yes | Answer::NotYet => todo(&id, root, &groups, &request),
        },
        uses: uses(root, app, &request),
        accesses: facts.accesses.len(),
        shown: app.findings.len() - left_out,
        groups,
        left_out,
        documents: documents(root, &request),
        data: data(root, &request),
        rules: rules(app),
        coverage: coverage(root, facts),
        request: state(root, &request, verdict.answer),
        folder,
        id,
    }
}

/// The counts of one app. A baseline is spoken of where there is one.
fn tiles(counts: Counts, open: usize, accesses: usize) -> Vec<Tile> {
    let mut tiles = vec![
        Tile { class: "error", number: counts.errors, label: noun(counts.errors, "error", "errors") },
        Tile {
            class: "warning",
            number: counts.warnings,
            label: noun(counts.warnings, "warning", "warnings"),
        },
        Tile { class: "info", number: counts.infos, label: "advice" },
        Tile { class: "muted", number: counts.suppressed_in_place(), label: "suppressed" },
    ];
    if counts.baselined > 0 {
        tiles.push(Tile { class: "muted", number: counts.baselined, label: "in the baseline" });
    }
    tiles.extend([
        Tile { class: "muted", number: open, label: noun(open, "rule not evaluated", "rules not evaluated") },
        Tile {
            class: "plain",
            number: accesses,
            label: noun(accesses, "place that reads addresses", "places that read addresses"),
        },
    ]);
    tiles
}

fn readiness(table: &Table) -> Readiness {
    let mut rows: Vec<&readiness::Row> = table.requirements.iter().collect();
    rows.sort_by_key(|r| r.status);
    let requirement = |row: &readiness::Row| Requirement {
        text: safe(&row.requirement),
        source: safe(&row.source),
        class: match row.status {
            readiness::Status::NotMet => "error",
            readiness::Status::Unverified => "warning",
            readiness::Status::Met => "yes",
            readiness::Status::NotApplicable => "muted",
        },
        status: row.status.words(),
        evidence: row.evidence.iter().map(|e| safe(e)).collect(),
        todo: row.to_do.iter().map(|t| safe(t)).collect(),
    };
    Readiness { summary: table.summary(), rows: rows.into_iter().map(requirement).collect() }
}

fn nameless(folder: &str) -> String {
    if folder == "." { "The app".to_owned() } else { folder.to_owned() }
}

/// The findings by severity and rule, suppressed ones last in their group.
fn groups(id: &str, root: &Checked, app: &AppRun) -> Vec<Group> {
    let order = |rule: &str| app.rules.iter().position(|(name, _)| *name == rule).unwrap_or(usize::MAX);
    let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, usize, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in app.findings.iter().take(MOST_FINDINGS) {
        let key = (std::cmp::Reverse(finding.severity), order(finding.rule), finding.rule);
        by_rule.entry(key).or_default().push(finding);
    }
    let group = |(number, ((severity, _, rule), mut findings)): (usize, (_, Vec<&Finding>))| {
        let std::cmp::Reverse(severity): std::cmp::Reverse<Severity> = severity;
        findings.sort_by_key(|f| f.suppressed.is_some());
        let alike = |list: fn(&Finding) -> &Vec<String>| common(&findings, list);
        let (notes, help) = (alike(|f| &f.notes), alike(|f| &f.help));
        Group {
            id: format!("{id}-finding{}", number + 1),
            rule: rule_name(rule),
            severity: class(severity),
            word: word(severity),
            summary: crate::rules::find(rule).map_or("", |r| r.summary).to_owned(),
            number: findings.len(),
            findings: findings.iter().map(|f| found(root, f, &notes, &help)).collect(),
            notes: notes.into_iter().map(safe).collect(),
            help: help.into_iter().map(next_step).collect(),
        }
    };
    by_rule.into_iter().enumerate().map(group).collect()
}

fn rule_name(rule: &str) -> String {
    one_line(rule, 80)
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// What several findings all say; nothing for one alone, which says it itself.
fn common<'a>(findings: &[&'a Finding], list: fn(&Finding) -> &Vec<String>) -> Vec<&'a str> {
    let Some((first, others)) = findings.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Vec::new();
    };
    let everywhere = |text: &&String| others.iter().all(|f| list(f).contains(text));
    list(first).iter().filter(everywhere).map(String::as_str).collect()
}

/// A next step, with the lines to copy that may follow it.
fn next_step(text: &str) -> Help {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    Help { text: safe(first), copy: copied(rest) }
}

/// One finding without the notes and the help that its group says for all.
fn found(root: &Checked, finding: &Finding, notes: &[&str], help: &[&str]) -> Found {
    let file = root.run.files.get(&finding.place.file);
    Found {
        at: safe(&location(root, &finding.place)),
        message: safe(&finding.message),
        label: safe(&finding.label),
        sure: match finding.confidence {
            Confidence::Certain => "",
            other => sure(other),
        },
        suppressed: finding.suppressed.as_ref().map(|s| safe(&s.reason)).unwrap_or_default(),
        baselined: finding.baselined,
        notes: finding.notes.iter().filter(|n| !notes.contains(&n.as_str())).map(|n| safe(n)).collect(),
        help: finding.help.iter().filter(|h| !help.contains(&h.as_str())).map(|h| next_step(h)).collect(),
        related: finding
            .related
            .iter()
            .take(MOST_STEPS)
            .map(|r| Step { what: safe(&r.message), at: safe(&location(root, &r.place)) })
            .collect(),
        lines: file
            .filter(|_| !whole_file(&finding.place))
            .map(|f| excerpt(f, &finding.place))
            .unwrap_or_default(),
    }
}

impl Line {
    /// How many blanks it starts with; `None` for a line that has nothing else.
    fn indent(&self) -> Option<usize> {
        let blanks = self.before.chars().take_while(|c| *c == ' ').count();
        let all = blanks == self.before.chars().count() && self.marked.is_empty() && self.after.is_empty();
        (!all).then_some(blanks)
    }
}

/// The marked lines with one before and one behind, without the blanks with which all of them start: a phone has no
/// room for them.
fn excerpt(file: &SourceFile, place: &Place) -> Vec<Line> {
    let last = place.end_line.min(place.line.saturating_add(MOST_MARKED - 1)).min(file.line_count());
    let around = place.line.saturating_sub(1).max(1)..=last.saturating_add(1).min(file.line_count());
    let mut lines: Vec<Line> = around
        .map(|number| {
            let marked = (place.line..=last).contains(&number).then_some(place);
            let shown = ShownLine::new(file, number, marked, WIDEST);
            // Without a mark all of a line stands before where it would be.
            Line { number, before: shown.before, marked: shown.marked, after: shown.after }
        })
        .collect();
    while lines
        .last()
        .is_some_and(|l| l.number > last && l.before.trim().is_empty() && l.after.trim().is_empty())
    {
        lines.pop();
    }
    let indent = lines.iter().filter_map(Line::indent).min().unwrap_or(0);
    for line in &mut lines {
        line.before = line.before.chars().skip(indent).collect();
    }
    lines
}

/// What to do before anything can be submitted: the errors by rule, then what is missing.
fn todo(id: &str, root: &Checked, groups: &[Group], request: &Request) -> Vec<Todo> {
    let open = |g: &&Group| g.severity == "error" && g.findings.iter().any(|f| f.suppressed.is_empty());
    let of_group = |g: &Group| {
        let standing: Vec<&Found> = g.findings.iter().filter(|f| f.suppressed.is_empty()).collect();
        let first = standing.first();
        let alike = standing.iter().all(|f| first.is_some_and(|one| one.message == f.message));
        let mut what = match first.filter(|_| alike) {
            Some(one) => one.message.clone(),
            None => g.summary.clone(),
        };
        if standing.len() > 1 {
            what.push_str(&format!(" ({})", count(standing.len(), "place")));
        }
        let at =
            if standing.len() == 1 { first.map(|f| f.at.clone()).unwrap_or_default() } else { String::new() };
        let how = first
            .and_then(|f| f.help.first())
            .map(|h| h.text.trim_end_matches(':').to_owned())
            .unwrap_or_default();
        Todo { what, how, at, link: g.id.clone() }
    };
    let missing = request.gaps.iter().filter(|g| g.required);
    let missing = missing.map(|g| gap(root, g, &format!("{id}-request")));
    groups.iter().filter(open).map(of_group).chain(missing).collect()
}

fn gap(root: &Checked, gap: &request::model::Gap, link: &str) -> Todo {
    Todo {
        what: format!("missing: {}", safe(&gap.what)),
        how: safe(&gap.todo),
        at: gap.at.as_ref().map(|at| spot(root, at)).unwrap_or_default(),
        link: link.to_owned(),
    }
}

fn uses(root: &Checked, app: &AppRun, request: &Request) -> Vec<Use> {
    let facts = &app.facts;
    let mut all: Vec<Use> = request
        .uses
        .iter()
        .map(|u| {
            let of: Vec<&Access> = facts.accesses.iter().filter(|a| a.uses.contains(&u.name)).collect();
            declared(root, app, u, &of)
        })
        .collect();
    let known = |name: &String| request.uses.iter().any(|u| u.name == *name);
    let rest: Vec<&Access> = facts.accesses.iter().filter(|a| !a.uses.iter().any(known)).collect();
    if !rest.is_empty() {
        let (diagram, ways, more) = drawn(root, app, &rest);
        all.push(Use {
            title: "No use is named".to_owned(),
            named: false,
            functionality: String::new(),
            verdict: String::new(),
            description: "These addresses are read, and no declared use covers them.".to_owned(),
            parties: Vec::new(),
            diagram,
            ways,
            more,
        });
    }
    all
}

fn declared(root: &Checked, app: &AppRun, statement: &UseStatement, of: &[&Access]) -> Use {
    let (diagram, ways, more) = drawn(root, app, of);
    let party = |p: &request::model::ThirdPartyRow| {
        let purpose = p.purpose.as_deref().map_or(String::new(), |p| format!(": {}", safe(p)));
        format!("{}{purpose}", safe(&p.name))
    };
    // What is in neither list has no words of Atlassian's.
    let listed = statement.functionality.as_deref();
    let listed = listed.filter(|_| matches!(statement.verdict.as_str(), "valid" | "invalid"));
    Use {
        title: one_line(&statement.name, 120),
        named: true,
        functionality: listed.map(safe).unwrap_or_default(),
        verdict: match statement.verdict.as_str() {
            "valid" => "on Atlassian's list of valid uses".to_owned(),
            "invalid" => "on Atlassian's list of invalid uses".to_owned(),
            "review" => "In neither of Atlassian's lists: a person has to decide".to_owned(),
            _ => format!("`{}` is not in the catalogue of uses", safe(&statement.functionality_id)),
        },
        description: statement.description.as_ref().map(|d| safe(&d.value)).unwrap_or_default(),
        parties: statement.third_parties.iter().map(party).collect(),
        diagram,
        ways,
        more,
    }
}

/// The flows of some accesses as a drawing and as a list, and how many the list lacks.
fn drawn(root: &Checked, app: &AppRun, of: &[&Access]) -> (Option<Diagram>, Vec<Way>, usize) {
    let facts = &app.facts;
    let best = told_best(&facts.flows);
    let mut pairs: Vec<(&Access, Option<&Flow>)> = Vec::new();
    for access in of {
        let before = pairs.len();
        pairs.extend(best.iter().filter(|f| f.access == access.id).map(|f| (*access, Some(*f))));
        if pairs.len() == before {
            pairs.push((access, None));
        }
    }
    let ways = pairs.iter().take(MOST_WAYS).map(|(access, flow)| way(root, access, *flow)).collect();
    (diagram(root, app, &pairs), ways, pairs.len().saturating_sub(MOST_WAYS))
}

fn way(root: &Checked, access: &Access, flow: Option<&Flow>) -> Way {
    let steps = flow.map(|f| &f.path[..]).unwrap_or_default();
    let mut steps: Vec<Step> = steps
        .iter()
        .skip(1)
        .take(MOST_STEPS)
        .map(|s| Step { what: one_line(&s.what, 200), at: mask(&at(root, &s.place)) })
        .collect();
    if let Some(flow) = flow
        && flow.path.last().is_none_or(|s| s.place != flow.place)
    {
        steps.push(Step { what: one_line(&flow.expression, 200), at: mask(&at(root, &flow.place)) });
    }
    Way {
        source: source(access),
        at: mask(&at(root, &access.place)),
        goal: flow.map_or_else(
            || "no place was found where it goes".to_owned(),
            |f| format!("{} ({})", mask(&goal(f)), sure(f.confidence)),
        ),
        steps,
    }
}

fn state(root: &Checked, request: &Request, answer: Answer) -> State {
    let statement = |s: &request::model::Statement| Row {
        name: safe(&s.text),
        value: format!("{}, confidence {}", safe(&s.source), safe(&s.confidence)),
        class: "",
    };
    let guideline = |g: &request::model::Guideline| Row {
        name: safe(&g.title),
        value: safe(&g.statement),
        class: match g.status {
            Status::Confirmed => "yes",
            Status::NotConfirmed => "no",
            Status::NotVerified => "open",
        },
    };
    let wishes = request.gaps.iter().filter(|g| !g.required && answer != Answer::Nothing);
    State {
        outcome: match answer {
            Answer::Nothing => "",
            _ if request.draft => "As it stands, `mailpermit request` would write a draft.",
            _ => "`mailpermit request` writes it.",
        },
        path: safe(&request.access_path.summary),
        statements: request.access_path.statements.iter().map(statement).collect(),
        guidelines: request.guidelines.iter().map(guideline).collect(),
        wishes: wishes.map(|g| gap(root, g, "")).collect(),
    }
}

fn documents(root: &Checked, request: &Request) -> Vec<Document> {
    let document = |d: &request::model::DocumentStatement| Document {
        label: safe(&d.label),
        url: d.url.as_deref().map(safe).unwrap_or_default(),
        place: d.file.as_deref().map(|f| safe(&root.path(f))).unwrap_or_default(),
        state: safe(&d.state),
        missing: d.missing.as_deref().map(safe).unwrap_or_default(),
    };
    request.documents.iter().map(document).collect()
}

fn data(root: &Checked, request: &Request) -> Vec<Row> {
    let data = &request.personal_data;
    let row = |name: &str, value: String| Row { name: name.to_owned(), value, class: "" };
    let unsaid = || "not said".to_owned();
    let yes = |b: bool| if b { "yes".to_owned() } else { "no".to_owned() };
    let stores = match data.stores.as_deref() {
        None => unsaid(),
        Some([]) => "nothing".to_owned(),
        Some(some) => some.iter().map(|s| safe(s)).collect::<Vec<_>>().join(", "),
    };
    let mut rows = vec![
        row("Collects personal data", data.collects.map_or_else(unsaid, yes)),
        row("Stores", stores),
        row("Keeps it", data.retention.as_ref().map_or_else(unsaid, |r| safe(&r.value))),
    ];
    for place in data.stored_at.items.iter().take(MOST_STEPS) {
        rows.push(row("Stores addresses in code at", spot(root, &place.at)));
    }
    rows.extend(data.reporting.iter().map(|s| row("Reporting", safe(s))));
    rows
}

fn rules(app: &AppRun) -> Vec<Rule> {
    let rule = |(name, state): &(&'static str, RuleState)| {
        let (state, reason) = match state {
            RuleState::Passed => ("passed", ""),
            RuleState::Failed => ("failed", ""),
            RuleState::NotApplicable(why) => ("does not apply", why.as_str()),
            RuleState::NotEvaluated(why) => ("not evaluated", why.as_str()),
            RuleState::Off => ("switched off", ""),
        };
        Rule {
            name: rule_name(name),
            summary: crate::rules::find(name).map_or("", |r| r.summary),
            state,
            reason: safe(reason),
            findings: app.findings.iter().filter(|f| f.rule == *name).count(),
        }
    };
    app.rules.iter().map(rule).collect()
}

fn coverage(root: &Checked, facts: &Facts) -> Vec<Row> {
    let coverage = &facts.coverage;
    let row = |name: &str, value: String| Row { name: name.to_owned(), value, class: "" };
    let mut rows = vec![
        row("Files seen", coverage.files_seen.to_string()),
        row("Files parsed, because they hold words that matter", coverage.files_parsed.to_string()),
    ];
    for (name, left) in [
        ("Folders not entered", &coverage.skipped_folders),
        ("Minified scripts, not analysed", &coverage.minified_files),
    ] {
        if !left.is_empty() {
            let named: Vec<String> = left.iter().take(20).map(|f| safe(&root.path(f))).collect();
            let more = left.len().saturating_sub(20);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            rows.push(row(name, format!("{}{more}", named.join(", "))));
        }
    }
    for (language, files) in &coverage.unfollowed {
        rows.push(row("Not followed", format!("{} in {}", count(*files, "file"), one_line(language, 40))));
    }
    for problem in facts.problems.iter().take(100) {
        rows.push(row(&safe(&location(root, &problem.place)), safe(&problem.message)));
    }
    rows
}

fn spot(root: &Checked, spot: &Spot) -> String {
    mask(&visible(&format!("{}:{}", root.path(&spot.file), spot.line)))
}

fn safe(text: &str) -> String {
    one_line(text, LONGEST)
}

fn mask(text: &str) -> String {
    mask_addresses(text).into_owned()
}

/// Lines to copy: their white space stays.
fn copied(text: &str) -> String {
    text.lines().take(40).map(prepared).collect::<Vec<_>>().join("\n")
}
