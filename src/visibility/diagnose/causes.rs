//! Why an address can be absent (`causes.yaml`): reasons, evidence and its weights, what settles it, the ways out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::facts::Product;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("causes.yaml")).expect("the embedded causes are read by a test of this module")
});

/// Something that is true of a user, of the answer, of the caller, or of what was asked since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the sentences in the table say what each means")]
pub enum Feature {
    Active,
    Inactive,
    StateUnknown,
    Closed,
    Erased,
    NoGroups,
    HasGroups,
    TypeApp,
    TypeCustomer,
    TypeAtlassian,
    IdUnknown,
    Anonymous,
    Guest,
    Managed,
    Unmanaged,
    ProfileHidden,
    NameIsPublic,
    PropertyMissing,
    Reference,
    Suggestion,
    LeftOut,
    OthersShown,
    MostShown,
    NoneShown,
    OneShown,
    CallerUnknown,
    CallerApp,
    CallerForge,
    #[serde(rename = "caller-3lo")]
    CallerOauth,
    #[serde(rename = "caller-3lo-no-consent")]
    CallerOauthNoConsent,
    CallerUser,
    CallerAdmin,
    CallerOrg,
    OrgEmail,
    OrgActive,
    OrgInactive,
    OrgClosed,
    OrgManaged,
    OrgUnmanaged,
    OrgUnknown,
    SiteEmail,
    SiteActive,
    SiteInactive,
}

/// A set of them.
pub type Features = BTreeSet<Feature>;

/// What a feature means for a reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    /// When it counts.
    pub when: Feature,
    /// How much, for or against.
    #[serde(default)]
    pub weight: i32,
    /// With it, the reason is known.
    #[serde(default)]
    pub settles: bool,
    /// With it, the reason cannot be.
    #[serde(default)]
    pub rules_out: bool,
    /// In words.
    pub text: String,
}

/// A reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// Where that is written.
    pub source: String,
    /// How likely it is without any evidence.
    pub base: i32,
    /// What speaks for it and against it.
    pub evidence: Vec<Evidence>,
    /// What would settle it: ids.
    pub settle: Vec<String>,
    /// The ways out: ids.
    pub ways: Vec<String>,
}

/// What would settle a question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settling {
    /// In words.
    pub text: String,
    /// Where that is written.
    pub source: String,
}

/// A way to an address, or around it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Its name.
    pub title: String,
    /// What it does.
    pub text: String,
    /// Who may go it.
    pub who: String,
    /// Where that is written.
    pub source: String,
    /// The products that have it; none means all.
    #[serde(default)]
    pub products: Vec<Product>,
}

/// The whole table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The reasons; of equal ones the first comes first.
    pub causes: Vec<Cause>,
    /// What would settle a question, by id.
    pub settle: BTreeMap<String, Settling>,
    /// The ways out, by id.
    pub ways: BTreeMap<String, Way>,
}

impl Table {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &TABLE
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: Self = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
        let mut ids = BTreeSet::new();
        for cause in &table.causes {
            if !ids.insert(&cause.id) {
                return Err(format!("the reason `{}` is given twice", cause.id));
            }
            if let Some(id) = cause.settle.iter().find(|id| !table.settle.contains_key(*id)) {
                return Err(format!("`{}`: nothing settles as `{id}`", cause.id));
            }
            if let Some(id) = cause.ways.iter().find(|id| !table.ways.contains_key(*id)) {
                return Err(format!("`{}`: there is no way `{id}`", cause.id));
            }
            let mut when = BTreeSet::new();
            for evidence in &cause.evidence {
                if !when.insert(evidence.when) {
                    return Err(format!("`{}`: {:?} counts twice", cause.id, evidence.when));
                }
                if (evidence.weight == 0) != evidence.rules_out || (evidence.settles && evidence.weight <= 0)
                {
                    return Err(format!("`{}`: {:?} weighs nothing, or too much", cause.id, evidence.when));
                }
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_is_sound_and_names_nothing_retired() {
        let table = Table::parse(include_str!("causes.yaml")).expect("it is sound");
        assert!(table.causes.len() >= 12);
        assert!(!include_str!("causes.yaml").contains("/admin/v1/"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let text = include_str!("causes.yaml");
        for (from, to, expected) in [
            ("id: deleted", "id: app-account", "given twice"),
            ("settle: [who-am-i]", "settle: [oracle]", "`oracle`"),
            ("ways: [service-desk, notify]", "ways: [bribe]", "`bribe`"),
            ("{when: type-app, weight: 14, settles: true", "{when: type-app, settles: true", "weighs"),
            ("{when: closed, weight: 12", "{when: erased, weight: 12", "counts twice"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Table::parse(&text.replacen(from, to, 1)).expect_err("it is wrong");
            assert!(error.contains(expected), "{error}");
        }
    }
}
