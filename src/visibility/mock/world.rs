//! Who there is behind the mock, and how a request gets to see them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::settings::Settings;
use crate::visibility::model::{Caller, Kind, Product, Relation};
use crate::visibility::render::{Style, user};
use crate::visibility::scenarios::{Person, Scenario, Scenarios, is_account_id};

/// People by their account ids, and the scenarios.
#[derive(Debug)]
pub struct World {
    /// All that was read.
    pub scenarios: Arc<Scenarios>,
    by_id: BTreeMap<String, String>,
}

impl World {
    /// A world of these people.
    #[must_use]
    pub fn new(scenarios: Arc<Scenarios>) -> Self {
        let by_id = scenarios.people.iter().map(|(name, p)| (p.account_id.clone(), name.clone())).collect();
        Self { scenarios, by_id }
    }

    /// Everybody, by account id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.by_id.values().filter_map(|name| self.scenarios.people.get(name))
    }

    /// Who has that account id.
    #[must_use]
    pub fn person(&self, account_id: &str) -> Option<&Person> {
        self.scenarios.people.get(self.by_id.get(account_id)?)
    }
}

/// How one request sees people.
pub struct Sight<'w> {
    world: &'w World,
    scenario: Option<(&'w Scenario, &'w Person)>,
    caller: Option<Caller>,
    settings: &'w Settings,
    style: Style,
}

impl<'w> Sight<'w> {
    /// What a request sees that names a scenario, a caller, both or none.
    #[must_use]
    pub fn new(
        world: &'w World,
        settings: &'w Settings,
        scenario: Option<&str>,
        caller: Option<Caller>,
        site: String,
    ) -> Self {
        let scenario = scenario.or(settings.scenario.as_deref()).and_then(|id| world.scenarios.get(id));
        let style = Style {
            site,
            null_for_hidden: settings.jira_null_address,
            zone_property: settings.confluence_zone_property.clone(),
        };
        Self { world, scenario, caller, settings, style }
    }

    /// Who makes the call.
    #[must_use]
    pub fn caller(&self) -> Caller {
        self.caller.or(self.scenario.map(|(s, _)| s.caller)).unwrap_or(self.settings.caller)
    }

    /// The site's address.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.style.site
    }

    /// The id of the scenario.
    #[must_use]
    pub fn scenario(&self) -> Option<&'w str> {
        self.scenario.map(|(s, _)| s.id.as_str())
    }

    /// Who stands behind an account id: in a scenario, every id that can be is of the scenario's person.
    #[must_use]
    pub fn person(&self, account_id: &str) -> Option<Cow<'w, Person>> {
        match self.scenario {
            Some((_, person)) if person.account_id == account_id => Some(Cow::Borrowed(person)),
            Some((_, person)) => (account_id != "unknown" && is_account_id(account_id))
                .then(|| Cow::Owned(Person { account_id: account_id.to_owned(), ..person.clone() })),
            None => self.world.person(account_id).map(Cow::Borrowed),
        }
    }

    /// Everybody, as a list shows them.
    #[must_use]
    pub fn people(&self) -> Vec<Cow<'w, Person>> {
        match self.scenario {
            Some((_, person)) => vec![Cow::Borrowed(person)],
            None => self.world.people().map(Cow::Borrowed).collect(),
        }
    }

    /// The account that the call is made for.
    #[must_use]
    pub fn me(&self) -> Option<&'w Person> {
        self.scenario.map(|(_, p)| p).or_else(|| self.world.scenarios.me())
    }

    /// How somebody stands to the caller. The organization manages all accounts that are managed at all.
    fn relation(&self, person: &Person) -> Relation {
        match self.scenario {
            Some((scenario, _)) => scenario.relation,
            None if self.world.scenarios.me().is_some_and(|m| m.account_id == person.account_id) => {
                Relation::Oneself
            }
            None if person.kind == Kind::Managed => Relation::Colleague,
            None => Relation::Other,
        }
    }

    /// A user object.
    #[must_use]
    pub fn show(&self, person: &Person, product: Product) -> Value {
        user(person, self.caller(), self.relation(person), product, &self.style)
    }

    /// The user object of the account that the call is made for.
    #[must_use]
    pub fn show_me(&self, product: Product) -> Option<Value> {
        self.me().map(|me| user(me, self.caller(), Relation::Oneself, product, &self.style))
    }
}
