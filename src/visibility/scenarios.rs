//! Invented people and the scenarios of an app's test (`scenarios.yaml`, or a file of the user's own).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{AccountType, Audience, Caller, Field, Kind, Model, Product, Relation, State};

static EMBEDDED: LazyLock<Arc<Scenarios>> = LazyLock::new(|| {
    let read = Scenarios::parse(include_str!("scenarios.yaml"), "scenarios.yaml");
    Arc::new(read.expect("the embedded scenarios are read by a test of this module"))
});

/// The most people, and the most scenarios, that a file may have.
const MAX_ENTRIES: usize = 10_000;
/// Characters of an account id (Atlassian, User privacy guide for app developers).
const MAX_ID: usize = 128;

/// Somebody with an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Person {
    /// 1 to 128 letters, digits, `-` and `:`.
    pub account_id: String,
    /// Managed by an organization or not.
    #[serde(default)]
    pub kind: Kind,
    /// What it is an account of.
    #[serde(default)]
    pub account_type: AccountType,
    /// What became of it.
    #[serde(default)]
    pub state: State,
    /// The full name.
    pub full_name: String,
    /// The name that everybody sees.
    pub public_name: String,
    /// The address; none for apps.
    #[serde(default)]
    pub email: Option<String>,
    /// The time zone's id.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The language tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// The settings that differ from the defaults.
    #[serde(default)]
    pub visibility: BTreeMap<Field, Audience>,
}

impl Person {
    /// Whom a field is shown to.
    #[must_use]
    pub fn audience(&self, field: Field) -> Audience {
        let model = Model::get();
        let set = self.visibility.get(&field);
        let followed = || model.field(field).follows.and_then(|f| self.visibility.get(&f));
        set.or_else(followed).copied().unwrap_or_else(|| model.default_audience(self.kind, field))
    }
}

/// A person as somebody sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// Lower case words joined by `-`.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The part of Atlassian's guide that it is from.
    #[serde(default)]
    pub guide: String,
    /// A name under `people`.
    pub person: String,
    /// Who makes the call.
    pub caller: Caller,
    /// How the person stands to the caller.
    #[serde(default)]
    pub relation: Relation,
    /// Whose user objects it is about.
    #[serde(default = "both")]
    pub products: Vec<Product>,
    /// What else there is to know.
    #[serde(default)]
    pub note: Option<String>,
}

fn both() -> Vec<Product> {
    vec![Product::Jira, Product::Confluence]
}

/// People and scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// Who asks, where an answer depends on it: a name under `people`.
    pub me: String,
    /// People by their names in this file.
    pub people: BTreeMap<String, Person>,
    /// The scenarios.
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
}

impl Scenarios {
    /// The scenarios that are built in.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// Reads and checks a file of scenarios, YAML or JSON; `name` is the file's name in messages.
    ///
    /// # Errors
    /// When it is no such file, or says something that cannot be.
    pub fn parse(text: &str, name: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read: Self = serde_saphyr::from_str(text).map_err(|error| {
            let at = error.location().unwrap_or(serde_saphyr::Location::UNKNOWN);
            let message = error.without_snippet().to_string();
            let first = message.lines().next().unwrap_or("cannot be read").to_owned();
            format!("{name}:{}:{}: {first}", at.line().max(1), at.column().max(1))
        })?;
        read.verify().map_err(|message| format!("{name}: {message}"))?;
        Ok(read)
    }

    fn verify(&self) -> Result<(), String> {
        if self.people.len() > MAX_ENTRIES || self.scenarios.len() > MAX_ENTRIES {
            return Err(format!("it has more than {MAX_ENTRIES} people or scenarios"));
        }
        let mut ids = BTreeSet::new();
        for (name, person) in &self.people {
            if !is_account_id(&person.account_id) {
                return Err(format!(
                    "the `account-id` of `{name}` is not 1 to 128 letters, digits, `-` and `:`"
                ));
            }
            if !ids.insert(&person.account_id) {
                return Err(format!("the `account-id` of `{name}` is given twice"));
            }
            for (field, audience) in &person.visibility {
                if *audience == Audience::Organization && person.kind == Kind::Unmanaged {
                    return Err(format!("`{name}` is not managed, so nothing is visible to an organization"));
                }
                let fixed = *field == Field::PublicName
                    || (*field == Field::FullName && person.kind == Kind::Unmanaged);
                if fixed && *audience != Audience::Anyone {
                    return Err(format!("a name of `{name}` is hidden that Atlassian always shows"));
                }
            }
        }
        if !self.people.contains_key(&self.me) {
            return Err(format!("`me` names `{}`, and there is nobody of that name", self.me));
        }
        let mut ids = BTreeSet::new();
        for scenario in &self.scenarios {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if scenario.id.is_empty() || scenario.id.len() > 64 || !scenario.id.chars().all(kebab) {
                return Err(format!("the id `{}` is not lower case words joined by `-`", scenario.id));
            }
            if !ids.insert(&scenario.id) {
                return Err(format!("the scenario `{}` is given twice", scenario.id));
            }
            if !self.people.contains_key(&scenario.person) {
                return Err(format!(
                    "`{}` is about `{}`, and there is nobody of that name",
                    scenario.id, scenario.person
                ));
            }
        }
        Ok(())
    }

    /// The scenario of that id, with its person.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<(&Scenario, &Person)> {
        let scenario = self.scenarios.iter().find(|s| s.id == id)?;
        Some((scenario, self.people.get(&scenario.person)?))
    }

    /// The account that calls are made for.
    #[must_use]
    pub fn me(&self) -> Option<&Person> {
        self.people.get(&self.me)
    }

    /// The JSON Schema of such a file.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// Whether a text can be an account id.
#[must_use]
pub fn is_account_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_scenarios_are_sound() {
        let read = Scenarios::parse(include_str!("scenarios.yaml"), "scenarios.yaml").expect("they are");
        assert!(read.scenarios.len() >= 16);
        for (name, person) in &read.people {
            let address = person.email.as_deref().unwrap_or("nobody@invented.example");
            let (_, domain) = address.rsplit_once('@').expect("an address has a domain");
            assert!(domain.ends_with(".example") || domain == "example.com", "{name}: {address}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let file = |person: &str, rest: &str| {
            format!("me: a\npeople: {{a: {{account-id: x1, full-name: A, public-name: a{person}}}}}\n{rest}")
        };
        assert!(Scenarios::parse(&file("", ""), "f").is_ok());
        let scenario = "{id: s, title: t, person: a, caller: connect}";
        assert!(Scenarios::parse(&file("", &format!("scenarios: [{scenario}]")), "f").is_ok());
        for (text, expected) in [
            (file(", colour: red", ""), "f:2:"),
            (file("", "").replace("x1", "'x 1'"), "letters, digits"),
            (file("", "").replace("x1", &"x".repeat(129)), "letters, digits"),
            (file("", "").replace("me: a", "me: b"), "`me` names `b`"),
            (file(", visibility: {email: organization}", ""), "not managed"),
            (file(", visibility: {full-name: only-you}", ""), "always shows"),
            (file("", &format!("scenarios: [{scenario}, {scenario}]")), "given twice"),
            (file("", &format!("scenarios: [{}]", scenario.replace("id: s", "id: S"))), "lower case"),
            (file("", &format!("scenarios: [{}]", scenario.replace("person: a", "person: z"))), "about `z`"),
            ("[".to_owned(), "f:"),
        ] {
            let error = Scenarios::parse(&text, "f").expect_err("it is wrong");
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn json_is_read_too() {
        let text = serde_json::to_string(Scenarios::embedded().as_ref()).expect("it is written");
        assert_eq!(Scenarios::parse(&text, "f").as_ref(), Ok(Scenarios::embedded().as_ref()));
    }
}
