//! Where rules put their findings; the only place that applies severities from the configuration.

use std::sync::Arc;

use super::{Confidence, Finding, Severity};

/// Collects the findings of one rule over one app.
pub struct Sink<'a> {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) app: Arc<str>,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl<'a> Sink<'a> {
    /// A sink for `rule`, whose findings get `severity` unless they ask for a lower one.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        app: Arc<str>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { rule, severity, app, findings }
    }

    /// Reports a finding at the rule's severity.
    pub fn report(&mut self, finding: Finding) {
        let severity = self.severity;
        self.push(finding, severity);
    }

    /// Reports a finding that matters less than the rule usually does.
    pub fn report_at_most(&mut self, severity: Severity, finding: Finding) {
        let severity = severity.min(self.severity);
        self.push(finding, severity);
    }

    fn push(&mut self, mut finding: Finding, severity: Severity) {
        finding.rule = self.rule;
        // What could not be followed fails no build, whatever the rule or the configuration says.
        finding.severity = match finding.confidence {
            Confidence::Possible => severity.min(Severity::Warning),
            Confidence::Likely | Confidence::Certain => severity,
        };
        finding.app = Arc::clone(&self.app);
        self.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Place;

    #[test]
    fn what_is_only_possible_is_no_error() {
        let mut findings = Vec::new();
        let mut sink = Sink::new("some-rule", Severity::Error, Arc::from("."), &mut findings);
        let at = || Finding::new(Place::start_of(&Arc::from("a.ts")), "wrong");
        for confidence in [Confidence::Certain, Confidence::Likely, Confidence::Possible] {
            sink.report(at().confidence(confidence));
        }
        sink.report_at_most(Severity::Info, at().confidence(Confidence::Possible));
        let severities: Vec<_> = findings.iter().map(|f| f.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Error, Severity::Warning, Severity::Info]);
    }
}
