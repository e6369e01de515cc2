//! User objects in the form of Jira and Confluence, with what a caller sees of a person.
//!
//! The properties, and what stands in them, are those of the examples in Atlassian's "Profile visibility"
//! (9 Dec 2024). `fixtures` writes them and `mock` serves them, so that both say the same.

use serde_json::{Map, Value, json};

use super::model::{Absence, AccountType, Caller, Field, Model, Product, Relation, State};
use super::scenarios::Person;
use super::view::{Shown, View, view};

/// The site that answers pretend to come from, where no server tells them its own.
pub const SITE: &str = "https://site.example";

/// What answers depend on beside the person and the caller.
#[derive(Clone, Debug)]
pub struct Style {
    /// The site's address, without a slash at its end.
    pub site: String,
    /// Jira: null instead of leaving a property out, which its schema allows as well.
    pub null_for_hidden: bool,
    /// Confluence: the name of the property for the time zone.
    pub zone_property: String,
}

impl Default for Style {
    fn default() -> Self {
        let zone = Model::get().field(Field::TimeZone).property(Product::Confluence).unwrap_or("zoneInfo");
        Self { site: SITE.to_owned(), null_for_hidden: false, zone_property: zone.to_owned() }
    }
}

/// The user object of `product` that `caller` gets.
#[must_use]
pub fn user(person: &Person, caller: Caller, relation: Relation, product: Product, style: &Style) -> Value {
    let seen = view(person, caller, relation, product);
    match product {
        Product::Jira => jira(person, &seen, style),
        Product::Confluence => confluence(person, &seen, style),
    }
}

const fn account_type(person: &Person) -> &'static str {
    match person.account_type {
        AccountType::Atlassian => "atlassian",
        AccountType::App => "app",
        AccountType::Customer => "customer",
    }
}

/// The name that stands for somebody (PV: the last known public name, or "Former user").
fn name(person: &Person, seen: &View) -> String {
    match seen.shown(Field::FullName) {
        Shown::PublicName | Shown::Former => person.public_name.clone(),
        _ => person.full_name.clone(),
    }
}

/// Where a picture is: of the person, of the initials, or of nobody.
fn picture(person: &Person, seen: &View, folder: &str, product: Product) -> String {
    match seen.shown(Field::Avatar) {
        Shown::Value => format!("{folder}/{}", person.account_id.replace(':', "-")),
        // Of a deleted account Jira masks the picture, and Confluence has one of nobody (PV, the examples).
        Shown::Former if product == Product::Confluence => format!("{folder}/default"),
        _ => {
            let initials: String = person
                .public_name
                .split([' ', '.'])
                .filter_map(|w| w.chars().next())
                .flat_map(char::to_uppercase)
                .take(2)
                .collect();
            format!("{folder}/initials/{initials}")
        }
    }
}

fn jira(person: &Person, seen: &View, style: &Style) -> Value {
    let site = &style.site;
    let picture = picture(person, seen, &format!("{site}/avatars"), Product::Jira);
    let avatars: Map<String, Value> = ["16", "24", "32", "48"]
        .iter()
        .map(|s| (format!("{s}x{s}"), json!(format!("{picture}?s={s}"))))
        .collect();
    let size = if person.state == State::Deleted { 0 } else { 3 };
    let mut object = Map::new();
    object.insert("self".into(), json!(format!("{site}/rest/api/3/user?accountId={}", person.account_id)));
    object.insert("accountId".into(), json!(person.account_id));
    object.insert("accountType".into(), json!(account_type(person)));
    object.insert("avatarUrls".into(), Value::Object(avatars));
    object.insert("displayName".into(), json!(name(person, seen)));
    object.insert("active".into(), json!(person.state == State::Active));
    object.insert("groups".into(), json!({"size": size, "items": []}));
    object.insert("applicationRoles".into(), json!({"size": size, "items": []}));
    object.insert("expand".into(), json!("groups, applicationRoles"));
    values(&mut object, person, seen, Product::Jira, style);
    Value::Object(object)
}

fn confluence(person: &Person, seen: &View, style: &Style) -> Value {
    let id = &person.account_id;
    let gone = person.state == State::Deleted;
    let public_name = if gone { "unknown" } else { person.public_name.as_str() };
    // The two products write it differently (PV, the examples).
    let shown = match name(person, seen) {
        former if gone && former.eq_ignore_ascii_case("former user") => "Former User".to_owned(),
        other => other,
    };
    let mut object = Map::new();
    object.insert("type".into(), json!("known"));
    object.insert("accountId".into(), json!(id));
    object.insert("accountType".into(), json!(account_type(person)));
    object.insert("publicName".into(), json!(public_name));
    object.insert("displayName".into(), json!(shown));
    object.insert("active".into(), json!(person.state == State::Active));
    object.insert(
        "profilePicture".into(),
        json!({"path": picture(person, seen, "/wiki/avatars", Product::Confluence), "width": 48, "height": 48, "isDefault": true}),
    );
    object.insert("_expandable".into(), json!({"operations": "", "details": "", "personalSpace": ""}));
    let site = &style.site;
    object.insert(
        "_links".into(),
        json!({
            "self": format!("{site}/wiki/rest/api/user?accountId={id}"),
            "base": format!("{site}/wiki"),
            "context": "/wiki",
        }),
    );
    values(&mut object, person, seen, Product::Confluence, style);
    Value::Object(object)
}

/// The fields that are a text or nothing, in the form that the product has for nothing.
fn values(object: &mut Map<String, Value>, person: &Person, seen: &View, product: Product, style: &Style) {
    let model = Model::get();
    for (field, value) in
        [(Field::Email, &person.email), (Field::TimeZone, &person.time_zone), (Field::Locale, &person.locale)]
    {
        let Some(mut property) = model.field(field).property(product) else { continue };
        if product == Product::Confluence && field == Field::TimeZone {
            property = &style.zone_property;
        }
        let value = value.as_ref().filter(|_| seen.shown(field) == Shown::Value);
        let written = match (value, model.absence(product)) {
            (Some(value), _) => json!(value),
            (None, Absence::EmptyString) => json!(""),
            // Only of the address Jira's schema says that it may be null.
            (None, Absence::Omitted) if style.null_for_hidden && field == Field::Email => Value::Null,
            (None, Absence::Omitted) => continue,
        };
        object.insert(property.to_owned(), written);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visibility::scenarios::Scenarios;

    fn of(id: &str, product: Product, style: &Style) -> Value {
        let all = Scenarios::embedded();
        let (scenario, person) = all.get(id).expect("it is built in");
        user(person, scenario.caller, scenario.relation, product, style)
    }

    #[test]
    fn absence_has_the_form_of_the_product() {
        let style = Style::default();
        let jira = of("hidden", Product::Jira, &style);
        assert!(jira.get("emailAddress").is_none() && jira.get("timeZone").is_none());
        let nulls = Style { null_for_hidden: true, ..Style::default() };
        assert_eq!(of("hidden", Product::Jira, &nulls).get("emailAddress"), Some(&Value::Null));
        let confluence = of("hidden", Product::Confluence, &style);
        assert_eq!((&confluence["email"], &confluence["zoneInfo"]), (&json!(""), &json!("")));
        assert_eq!(confluence["displayName"], confluence["publicName"]);
        let renamed = Style { zone_property: "timeZone".to_owned(), ..Style::default() };
        assert_eq!(of("unhidden", Product::Confluence, &renamed)["timeZone"], "Africa/Lagos");
    }

    #[test]
    fn pictures_identify_only_who_shows_theirs() {
        let style = Style::default();
        let path = |id| of(id, Product::Confluence, &style)["profilePicture"]["path"].to_string();
        assert!(path("unhidden").contains("9a0f6c2d"));
        assert!(path("hidden").contains("initials/O"));
        assert!(path("default-managed").contains("initials/MS"));
        assert!(path("default-deleted").contains("default"));
    }
}
