//! What a caller sees of a user, field by field, with the reason of each and where that is written.

use serde::Serialize;

use super::model::{
    AccountType, Audience, Caller, Confidence, Field, Hidden, Kind, Model, Product, Relation, State,
};
use super::scenarios::Person;

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The value.
    Value,
    /// A picture that identifies nobody.
    Masked,
    /// The public name instead of the full one.
    PublicName,
    /// What is left of a deleted account.
    Former,
    /// Nothing.
    Nothing,
    /// The product's answers have no such field.
    NotReturned,
}

/// A field as a caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Which field.
    pub field: Field,
    /// What stands there.
    pub shown: Shown,
    /// Why.
    pub reason: String,
    /// Where that is written.
    pub source: String,
    /// How sure that makes it.
    pub confidence: Confidence,
}

/// All fields of a user as a caller sees them in a product's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// The fields, in the order of the model.
    pub fields: Vec<Seen>,
}

impl View {
    /// What stands in a field.
    #[must_use]
    pub fn shown(&self, field: Field) -> Shown {
        self.fields.iter().find(|s| s.field == field).map_or(Shown::NotReturned, |s| s.shown)
    }
}

/// What `caller` sees of `person` in an answer of `product`.
#[must_use]
pub fn view(person: &Person, caller: Caller, relation: Relation, product: Product) -> View {
    let model = Model::get();
    let fields = model
        .fields
        .iter()
        .map(|row| {
            let (shown, reason) = if row.property(product).is_none() {
                (Shown::NotReturned, "not-returned")
            } else {
                seen(model, person, row.id, caller, relation)
            };
            let (text, source, confidence) = model
                .reasons
                .get(reason)
                .map_or(("", "", Confidence::Low), |r| (&r.text, &r.source, r.confidence));
            Seen { field: row.id, shown, reason: text.to_owned(), source: source.to_owned(), confidence }
        })
        .collect();
    View { fields }
}

/// What stands in a field that the product returns, and the id of the reason.
fn seen<'m>(
    model: &'m Model,
    person: &Person,
    field: Field,
    caller: Caller,
    relation: Relation,
) -> (Shown, &'m str) {
    let row = model.field(field);
    if person.state == State::Deleted {
        return match row.hidden {
            Hidden::Absent => (Shown::Nothing, "deleted"),
            _ => (Shown::Former, "deleted"),
        };
    }
    // Apps and customers have no profile with settings; names and pictures are all that is known of them.
    let typed = match person.account_type {
        AccountType::Atlassian => None,
        AccountType::App => Some("app-account"),
        AccountType::Customer => Some("customer-account"),
    };
    if let Some(reason) = typed {
        return match row.hidden {
            Hidden::Absent => (Shown::Nothing, reason),
            _ => (Shown::Value, reason),
        };
    }
    if person.state == State::Deactivated && field == Field::Email {
        return (Shown::Nothing, "deactivated");
    }
    if row.hidden == Hidden::Never {
        return (Shown::Value, "always-public");
    }
    if person.kind == Kind::Unmanaged && field == Field::FullName {
        return (Shown::Value, "full-name-public");
    }
    let sight = model.sight(caller, relation);
    let audience = person.audience(field);
    let reason = match relation {
        Relation::Oneself if sight.sees(Audience::OnlyYou) => "oneself",
        _ => model.caller(caller).reason.as_str(),
    };
    let shown = match (sight.sees(audience), row.hidden) {
        (true, _) | (false, Hidden::Never) => Shown::Value,
        (false, Hidden::Masked) => Shown::Masked,
        (false, Hidden::PublicName) => Shown::PublicName,
        (false, Hidden::Absent) => Shown::Nothing,
    };
    (shown, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visibility::model::Cell;

    fn person(kind: Kind) -> Person {
        Person { kind, ..Person::default() }
    }

    /// The columns of the guide's tables are what an app, a colleague and oneself see.
    #[test]
    fn every_cell_of_the_guides_tables_holds() {
        let model = Model::get();
        let mut cells_seen = 0;
        for (kind, table) in &model.defaults {
            for (field, cells) in table {
                for (column, cell) in cells {
                    let (caller, relation) = match column {
                        Audience::Anyone => (Caller::Connect, Relation::Other),
                        Audience::Organization => (Caller::ApiToken, Relation::Colleague),
                        Audience::OnlyYou => (Caller::ApiToken, Relation::Oneself),
                    };
                    let shown = view(&person(*kind), caller, relation, Product::Confluence).shown(*field);
                    cells_seen += 1;
                    match shown {
                        Shown::NotReturned => assert!(model.field(*field).confluence.is_none()),
                        shown => assert_eq!(
                            shown == Shown::Value,
                            *cell == Cell::Show,
                            "{kind:?} {field:?} {column:?}"
                        ),
                    }
                }
            }
        }
        assert_eq!(cells_seen, 8 * 3 + 8 * 2);
    }

    #[test]
    fn who_sees_an_address() {
        use Caller::*;
        use Kind::*;
        use Relation::*;
        for (kind, caller, relation, expected) in [
            (Managed, Connect, Other, Shown::Nothing),
            (Managed, Connect, Oneself, Shown::Nothing),
            (Managed, ForgeApp, Colleague, Shown::Nothing),
            (Unmanaged, ForgeUser, Other, Shown::Nothing),
            (Unmanaged, Oauth, Oneself, Shown::Value),
            (Unmanaged, Oauth, Other, Shown::Nothing),
            (Managed, OauthNoConsent, Oneself, Shown::Nothing),
            (Managed, ApiToken, Oneself, Shown::Value),
            (Managed, ApiToken, Colleague, Shown::Nothing),
            (Managed, ApiTokenAdmin, Colleague, Shown::Value),
            (Unmanaged, ApiTokenAdmin, Other, Shown::Nothing),
            (Managed, OrgApiKey, Colleague, Shown::Value),
            (Unmanaged, OrgApiKey, Other, Shown::Nothing),
        ] {
            let view = view(&person(kind), caller, relation, Product::Jira);
            assert_eq!(view.shown(Field::Email), expected, "{kind:?} {caller:?} {relation:?}");
            let seen = view.fields.iter().find(|s| s.field == Field::Email).expect("it is returned");
            assert!(!seen.reason.is_empty() && !seen.source.is_empty());
        }
    }

    #[test]
    fn what_becomes_of_apps_customers_and_former_users() {
        let with = |account_type, state| Person { account_type, state, ..person(Kind::Managed) };
        for (person, email, name) in [
            (with(AccountType::App, State::Active), Shown::Nothing, Shown::Value),
            (with(AccountType::Customer, State::Active), Shown::Nothing, Shown::Value),
            (with(AccountType::Atlassian, State::Deactivated), Shown::Nothing, Shown::Value),
            (with(AccountType::Atlassian, State::Deleted), Shown::Nothing, Shown::Former),
        ] {
            let view = view(&person, Caller::ApiTokenAdmin, Relation::Colleague, Product::Jira);
            assert_eq!((view.shown(Field::Email), view.shown(Field::FullName)), (email, name), "{person:?}");
        }
    }

    #[test]
    fn a_restricted_name_and_picture_are_replaced() {
        let mut person = person(Kind::Managed);
        person.visibility.insert(Field::FullName, Audience::OnlyYou);
        let view = view(&person, Caller::Connect, Relation::Other, Product::Confluence);
        assert_eq!(view.shown(Field::FullName), Shown::PublicName);
        assert_eq!(view.shown(Field::Avatar), Shown::Masked);
        assert_eq!(view.shown(Field::PublicName), Shown::Value);
        assert_eq!(view.shown(Field::Department), Shown::NotReturned);
    }
}
