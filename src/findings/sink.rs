//! Where rules put their findings; the only place that applies severities from the configuration.

use std::sync::Arc;

use super::{Finding, Severity};

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
        finding.severity = severity;
        finding.app = Arc::clone(&self.app);
        self.findings.push(finding);
    }
}
