//! An update of an approved request: what is new, what has changed and what has ended, and nothing else.

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Gap, Identity, Method, OpenError, Request, UseStatement};
use crate::facts::{Approval, Facts};
use crate::rules::approval::{self, Changes, Difference, Standing};

/// How a use stands to what was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not approved.
    New,
    /// It was approved in another form.
    Changed,
    /// It was approved and has ended.
    Removed,
}

/// One use that is not as it was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedUse {
    /// How it stands.
    pub change: Change,
    /// Its name; the approved name of one that has ended.
    pub name: String,
    /// What differs, one phrase each; empty for a new use and for one that has ended.
    pub differences: Vec<String>,
    /// What to say of it, one phrase each.
    pub asks: Vec<String>,
    /// The use as it is now.
    pub statement: Option<UseStatement>,
}

/// What an update says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Update {
    /// The heading.
    pub title: String,
    /// Whether it is not fit to be submitted.
    pub draft: bool,
    /// The ticket that was approved.
    pub ticket: String,
    /// The day of the approval.
    pub approved_on: String,
    /// Who asks.
    pub app: Identity,
    /// The uses that are new, changed or gone, in that order.
    pub uses: Vec<ChangedUse>,
    /// How many uses are as they were approved.
    pub unchanged: usize,
    /// What differs of the app as a whole, one sentence each.
    pub app_changes: Vec<String>,
    /// What is missing for what has changed.
    pub gaps: Vec<Gap>,
    /// Error-level findings that stand.
    pub open_errors: Vec<OpenError>,
    /// How all that was found out.
    pub method: Method,
}

impl Update {
    /// Whether there is nothing to update.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.uses.is_empty() && self.app_changes.is_empty()
    }

    /// What `request` says of `facts` that `approval` does not.
    #[must_use]
    pub fn of(request: &Request, facts: &Facts, approval: &Approval) -> Self {
        let now = approval::record(facts);
        let changes = approval::changes(&approval.record, &now);
        let uses: Vec<ChangedUse> = changes
            .uses
            .iter()
            .map(|change| ChangedUse {
                change: match change.standing {
                    Standing::New => Change::New,
                    Standing::Changed => Change::Changed,
                    Standing::Removed => Change::Removed,
                },
                name: change.name.clone(),
                differences: change.differences.iter().map(Difference::words).collect(),
                asks: change.differences.iter().map(Difference::asks).collect(),
                statement: request.uses.iter().find(|u| approval::clean(&u.name) == change.name).cloned(),
            })
            .collect();
        let there = uses.iter().filter(|u| u.change != Change::Removed).count();
        let ticket = approval.record.ticket.clone();
        let name = request.app.name.as_ref().map_or_else(String::new, |n| format!(": {}", n.value));
        let gaps: Vec<Gap> = request.gaps.iter().filter(|g| concerns(g, &uses)).cloned().collect();
        Self {
            title: format!("Update of {ticket}{name}"),
            draft: !request.open_errors.is_empty() || gaps.iter().any(|g| g.required),
            ticket,
            approved_on: approval.record.date.clone(),
            app: request.app.clone(),
            unchanged: now.uses.len().saturating_sub(there),
            app_changes: app_changes(&changes),
            uses,
            gaps,
            open_errors: request.open_errors.clone(),
            method: request.method.clone(),
        }
    }
}

/// Whether something that is missing is missing of what has changed: the rest was approved as it is.
fn concerns(gap: &Gap, uses: &[ChangedUse]) -> bool {
    let stands = |u: &&UseStatement| gap.at.as_ref() == Some(&u.at);
    uses.iter().filter_map(|u| u.statement.as_ref()).any(|u| stands(&u))
}

fn app_changes(changes: &Changes) -> Vec<String> {
    let list = |names: &[String]| {
        super::texts::and_list(
            &names.iter().map(|n| super::texts::words(&super::texts::texts().stores, n)).collect::<Vec<_>>(),
        )
    };
    let mut all = Vec::new();
    if let Some((before, now)) = &changes.app {
        all.push(format!("The request was approved for the app `{before}`; this app is `{now}`."));
    }
    if !changes.new_stores.is_empty() {
        all.push(format!("The app now stores {}.", list(&changes.new_stores)));
    }
    if !changes.gone_stores.is_empty() {
        all.push(format!("The app no longer stores {}.", list(&changes.gone_stores)));
    }
    all
}
