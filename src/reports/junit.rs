//! JUnit XML: a suite an app, a case for each rule that is in order or has nothing to say, and one for each
//! finding.
//!
//! What a rule could not look at is skipped with the reason, never passed.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::excerpt::{location, prepared};
use super::human::word;
use super::{Checked, apps, fails};
use crate::findings::Finding;
use crate::findings::run::{AppRun, RuleState};
use crate::settings::FailOn;
use crate::text::redact::one_line;

/// Longest text, in characters.
const LONGEST: usize = 2000;

/// Writes the report; a finding that does not fail the run is a passed case whose output says it.
pub(super) fn write(checked: &[Checked], fail_on: FailOn, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("mailpermit");
    for (root, app) in apps(checked) {
        report.add_test_suite(suite(root, app, fail_on));
    }
    let text = known_attributes(&report.to_string().map_err(io::Error::other)?);
    out.write_all(text.as_bytes())?;
    if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") }
}

/// The report without the count of skipped cases in its root element: each suite has its own, and the schema
/// that Jenkins checks reports with (`junit-10.xsd`) does not know it there and refuses the file.
fn known_attributes(text: &str) -> String {
    let whole = || {
        let (before, rest) = text.split_once("<testsuites ")?;
        let (attributes, rest) = rest.split_once('>')?;
        let kept: Vec<&str> = attributes.split(' ').filter(|a| !a.starts_with("skipped=")).collect();
        Some(format!("{before}<testsuites {}>{rest}", kept.join(" ")))
    };
    whole().unwrap_or_else(|| text.to_owned())
}

fn suite(root: &Checked, app: &AppRun, fail_on: FailOn) -> TestSuite {
    let folder = one_line(&root.path(&app.facts.app.root), LONGEST);
    let name = match &app.facts.app.name {
        Some(name) => format!("{} ({folder})", one_line(name, 80)),
        None => folder,
    };
    let mut suite = TestSuite::new(name.as_str());
    for (rule, state) in &app.rules {
        let skipped = match state {
            RuleState::Failed => continue,
            RuleState::Passed => None,
            RuleState::NotApplicable(why) => Some(format!("does not apply: {}", one_line(why, LONGEST))),
            RuleState::NotEvaluated(why) => Some(format!("not evaluated: {}", one_line(why, LONGEST))),
            RuleState::Off => Some("switched off".to_owned()),
        };
        let status = match skipped {
            None => TestCaseStatus::success(),
            Some(why) => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(why.as_str());
                status
            }
        };
        let mut case = TestCase::new(*rule, status);
        case.set_classname(*rule);
        suite.add_test_case(case);
    }
    for finding in &app.findings {
        suite.add_test_case(case(root, finding, fail_on));
    }
    suite
}

fn case(root: &Checked, finding: &Finding, fail_on: FailOn) -> TestCase {
    let at = location(root, &finding.place);
    let message = one_line(&finding.message, LONGEST);
    let mut text = format!("{at}: {}[{}]: {message}", word(finding.severity), finding.rule);
    for (lead, all) in [("why", &finding.notes), ("help", &finding.help)] {
        for one in all {
            let mut lines = one.lines();
            text.push_str(&format!("\n{lead}: {}", one_line(lines.next().unwrap_or(""), LONGEST)));
            lines.for_each(|line| text.push_str(&format!("\n    {}", prepared(line))));
        }
    }
    let status = match &finding.suppressed {
        Some(suppressed) => {
            let mut status = TestCaseStatus::skipped();
            let reason = one_line(&suppressed.reason, LONGEST);
            status.set_message(match finding.baselined {
                true => reason,
                false => format!("suppressed: {reason}"),
            });
            status
        }
        None if fails(finding.severity, fail_on) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message.as_str());
            status.set_type(word(finding.severity));
            status.set_description(text.as_str());
            status
        }
        None => TestCaseStatus::success(),
    };
    let passed = matches!(status, TestCaseStatus::Success { .. });
    let mut case = TestCase::new(format!("{at} {message}"), status);
    case.set_classname(finding.rule);
    if passed {
        case.set_system_out(text.as_str());
    }
    case
}
