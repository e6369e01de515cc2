//! What of a profile who sees (`model.yaml`): fields, default settings, callers, and the reasons with their sources.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(include_str!("model.yaml")).expect("the embedded model is read by a test of this module")
});

/// A part of a user's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The picture.
    Avatar,
    /// The full name.
    FullName,
    /// The name that everybody sees.
    PublicName,
    /// The job title.
    JobTitle,
    /// The department.
    Department,
    /// The organization.
    Organization,
    /// The location.
    Location,
    /// The time zone.
    TimeZone,
    /// The language.
    Locale,
    /// The email address.
    Email,
}

/// Whom a field is shown to, from the widest to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// "Anyone".
    Anyone,
    /// "Organization": the people that the user works with; managed accounts only.
    Organization,
    /// "Only you", and the admins of a managed account.
    OnlyYou,
}

/// Whether the account's domain was verified by an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was: the organization manages the account.
    Managed,
    /// It was not: a personal account.
    #[default]
    Unmanaged,
}

/// `accountType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountType {
    /// A person's Atlassian account.
    #[default]
    Atlassian,
    /// An app.
    App,
    /// A customer of Jira Service Management.
    Customer,
}

/// What became of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In use.
    #[default]
    Active,
    /// Switched off; personal data is kept.
    Deactivated,
    /// Erased.
    Deleted,
}

/// Who makes a call.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// A Connect app with its own token.
    #[default]
    Connect,
    /// A Forge app, `asApp()`.
    ForgeApp,
    /// A Forge app, `asUser()` or the bridge.
    ForgeUser,
    /// An OAuth 2.0 app.
    #[serde(rename = "3lo")]
    #[value(name = "3lo")]
    Oauth,
    /// An OAuth 2.0 app that has no consent of the user.
    #[serde(rename = "3lo-no-consent")]
    #[value(name = "3lo-no-consent")]
    OauthNoConsent,
    /// A person's API token, password or session.
    ApiToken,
    /// The same of an admin.
    ApiTokenAdmin,
    /// An organization API key.
    OrgApiKey,
}

impl Caller {
    /// Its name in data and on the command line.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The caller of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

/// How a user stands to the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The account that the call is made for; with 3LO the one that consented.
    #[serde(rename = "self")]
    Oneself,
    /// An account that the caller's organization manages.
    Colleague,
    /// Anybody else.
    #[default]
    Other,
}

/// Whose user object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Jira.
    Jira,
    /// Confluence.
    Confluence,
}

/// What stands in place of a hidden field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// A picture of the initials.
    Masked,
    /// The public name.
    PublicName,
    /// Nothing, in the form of the product.
    Absent,
    /// It cannot be hidden.
    Never,
}

/// How a product says that there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// The property is not there.
    Omitted,
    /// The property is an empty string.
    EmptyString,
}

/// How sure a source makes a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in a primary source.
    High,
    /// A primary source that is old or partial, or two others that agree.
    Medium,
    /// An answer in a forum, or an inference.
    Low,
}

/// A field as the table has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FieldRow {
    /// Which one.
    pub id: Field,
    /// Its name in the guide.
    pub label: String,
    /// The property of Jira's user object.
    #[serde(default)]
    pub jira: Option<String>,
    /// The property of Confluence's user object.
    #[serde(default)]
    pub confluence: Option<String>,
    /// What stands there when it is hidden.
    pub hidden: Hidden,
    /// The field whose setting it shares.
    #[serde(default)]
    pub follows: Option<Field>,
}

impl FieldRow {
    /// The property that holds it.
    #[must_use]
    pub fn property(&self, product: Product) -> Option<&str> {
        match product {
            Product::Jira => self.jira.as_deref(),
            Product::Confluence => self.confluence.as_deref(),
        }
    }
}

/// A cell of the guide's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// "show".
    Show,
    /// "hide".
    Hide,
}

/// What a caller sees of somebody at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// Not even what is public.
    Nothing,
    /// What is visible to "Anyone".
    Anyone,
    /// What is visible to the organization.
    Organization,
    /// Everything.
    OnlyYou,
}

impl Sight {
    /// Whether a field with that setting is seen.
    #[must_use]
    pub const fn sees(self, audience: Audience) -> bool {
        match self {
            Self::Nothing => false,
            Self::Anyone => matches!(audience, Audience::Anyone),
            Self::Organization => matches!(audience, Audience::Anyone | Audience::Organization),
            Self::OnlyYou => true,
        }
    }
}

/// A caller as the table has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CallerRow {
    /// Which one.
    pub id: Caller,
    /// In words, with an article.
    pub label: String,
    /// What it sees of whom.
    pub sees: BTreeMap<Relation, Sight>,
    /// Whether it may call the Email API.
    pub email_api: String,
    /// Why it sees that and no more.
    pub reason: String,
}

/// Why a field is there or not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words.
    pub text: String,
    /// Where that is written.
    pub source: String,
    /// How sure that makes it.
    pub confidence: Confidence,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AbsenceRow {
    jira: Absence,
    confluence: Absence,
}

/// The whole model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Where it comes from.
    pub source: String,
    /// The date of that page.
    pub date: String,
    /// Its address.
    pub url: String,
    /// The fields of a profile.
    pub fields: Vec<FieldRow>,
    absent: AbsenceRow,
    /// The default settings.
    pub defaults: BTreeMap<Kind, BTreeMap<Field, BTreeMap<Audience, Cell>>>,
    /// The callers.
    pub callers: Vec<CallerRow>,
    /// The reasons by their ids.
    pub reasons: BTreeMap<String, Reason>,
}

impl Model {
    /// The embedded model.
    #[must_use]
    pub fn get() -> &'static Self {
        &MODEL
    }

    fn parse(text: &str) -> Result<Self, String> {
        let model: Self = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
        model.verify()?;
        Ok(model)
    }

    fn verify(&self) -> Result<(), String> {
        let fields: BTreeSet<Field> = self.fields.iter().map(|f| f.id).collect();
        if fields.len() != self.fields.len() {
            return Err("a field is given twice".to_owned());
        }
        for (kind, table) in &self.defaults {
            for row in &self.fields {
                let has = table.contains_key(&row.id);
                let own = row.follows.is_none() && row.hidden != Hidden::Never;
                if has != own {
                    return Err(format!("{kind:?}: {:?} belongs into the table or out of it", row.id));
                }
            }
            for (field, cells) in table {
                // A wider audience never sees what a narrower one does not.
                let shown: Vec<bool> = cells.values().map(|c| *c == Cell::Show).collect();
                if shown.last() != Some(&true) || shown.windows(2).any(|w| w[0] && !w[1]) {
                    return Err(format!("{kind:?}: the row of {field:?} cannot be"));
                }
                if cells.contains_key(&Audience::Organization) != (*kind == Kind::Managed) {
                    return Err(format!("{kind:?}: {field:?} has too many columns or too few"));
                }
            }
        }
        for caller in &self.callers {
            let all = [Relation::Oneself, Relation::Colleague, Relation::Other];
            if !all.iter().all(|r| caller.sees.contains_key(r)) {
                return Err(format!("{:?} does not say what it sees of whom", caller.id));
            }
            if !self.reasons.contains_key(&caller.reason) {
                return Err(format!("there is no reason `{}`", caller.reason));
            }
        }
        let callers: BTreeSet<Caller> = self.callers.iter().map(|c| c.id).collect();
        if callers.len() != self.callers.len()
            || self.callers.len() != <Caller as clap::ValueEnum>::value_variants().len()
        {
            return Err("a caller is missing or given twice".to_owned());
        }
        Ok(())
    }

    /// The row of a field.
    ///
    /// # Panics
    /// Never: a test reads the embedded model and finds every field.
    #[must_use]
    pub fn field(&self, field: Field) -> &FieldRow {
        self.fields.iter().find(|f| f.id == field).expect("a test finds every field in the embedded model")
    }

    /// The row of a caller.
    ///
    /// # Panics
    /// Never: the model is refused when it lacks one.
    #[must_use]
    pub fn caller(&self, caller: Caller) -> &CallerRow {
        self.callers.iter().find(|c| c.id == caller).expect("the model is refused when it lacks a caller")
    }

    /// What a caller sees at most.
    #[must_use]
    pub fn sight(&self, caller: Caller, relation: Relation) -> Sight {
        self.caller(caller).sees.get(&relation).copied().unwrap_or(Sight::Anyone)
    }

    /// The setting that a field has when nobody changed it.
    #[must_use]
    pub fn default_audience(&self, kind: Kind, field: Field) -> Audience {
        let row = self.field(field);
        if row.hidden == Hidden::Never {
            return Audience::Anyone;
        }
        let cells = self.defaults.get(&kind).and_then(|t| t.get(&row.follows.unwrap_or(field)));
        // The columns are in the order of the audiences: the first that shows is the setting.
        cells
            .and_then(|cells| cells.iter().find(|(_, c)| **c == Cell::Show))
            .map_or(Audience::OnlyYou, |(a, _)| *a)
    }

    /// What stands in place of an absent value.
    #[must_use]
    pub const fn absence(&self, product: Product) -> Absence {
        match product {
            Product::Jira => self.absent.jira,
            Product::Confluence => self.absent.confluence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_model_is_sound() {
        let model = Model::parse(include_str!("model.yaml")).expect("it is sound");
        for field in [Field::Avatar, Field::PublicName, Field::Locale, Field::Email] {
            assert_eq!(model.field(field).id, field);
        }
        assert_eq!(model.fields.len(), 10);
        assert_eq!(Caller::named("3lo"), Some(Caller::Oauth));
        assert_eq!(Caller::Oauth.name(), "3lo");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let text = include_str!("model.yaml");
        for (from, to, expected) in [
            (
                "email: {anyone: hide, organization: hide",
                "email: {anyone: show, organization: hide",
                "cannot be",
            ),
            ("    email: {anyone: hide, only-you: show}", "", "belongs into the table"),
            (
                "email: {anyone: hide, only-you: show}",
                "email: {anyone: hide, organization: hide, only-you: show}",
                "columns",
            ),
            ("reason: user-sees", "reason: whim", "no reason `whim`"),
            (
                "sees: {self: only-you, colleague: organization, other: anyone}",
                "sees: {self: only-you}",
                "of whom",
            ),
            ("  - id: org-api-key", "  - id: connect", "given twice"),
            ("label: Avatar", "label: Avatar, colour: red", "colour"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Model::parse(&text.replacen(from, to, 1)).expect_err("it is wrong");
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn defaults_are_the_first_column_that_shows() {
        let model = Model::get();
        for (kind, field, audience) in [
            (Kind::Managed, Field::Avatar, Audience::Organization),
            (Kind::Managed, Field::FullName, Audience::Anyone),
            (Kind::Managed, Field::Locale, Audience::Organization),
            (Kind::Managed, Field::Email, Audience::OnlyYou),
            (Kind::Unmanaged, Field::TimeZone, Audience::Anyone),
            (Kind::Unmanaged, Field::Email, Audience::OnlyYou),
            (Kind::Unmanaged, Field::PublicName, Audience::Anyone),
        ] {
            assert_eq!(model.default_audience(kind, field), audience, "{kind:?} {field:?}");
        }
    }
}
