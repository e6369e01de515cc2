//! The endpoints beside the products': the Organizations API and the identity of the consenting user.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::answer::{Answer, Asked};
use super::world::Sight;
use crate::visibility::model::{AccountType, Caller, Kind, State};
use crate::visibility::scenarios::Person;

/// Users of a search where the request does not say how many.
const PAGE: usize = 100;

/// `/me`: the consenting user, always with the address.
pub(super) fn identity(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let Some(me) = sight.me() else { return Answer::failed(asked.route, 401, "there is nobody") };
    let Some(email) = &me.email else {
        return Answer::failed(asked.route, 401, "it is no account of a person");
    };
    if sight.caller() == Caller::OauthNoConsent {
        return Answer::failed(asked.route, 401, "the user did not consent");
    }
    let mut body = json!({
        "account_id": me.account_id, "account_type": "atlassian", "account_status": status(me.state),
        "name": me.full_name, "nickname": me.public_name, "email": email,
        "picture": format!("{}/avatars/{}", sight.site(), me.account_id.replace(':', "-")),
    });
    if let Some(map) = body.as_object_mut() {
        for (key, value) in [("zoneinfo", &me.time_zone), ("locale", &me.locale)] {
            if let Some(value) = value {
                map.insert(key.to_owned(), json!(value));
            }
        }
    }
    Answer::ok(body)
}

const fn status(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Deactivated => "inactive",
        State::Deleted => "closed",
    }
}

const fn claim(kind: Kind) -> &'static str {
    match kind {
        Kind::Managed => "managed",
        Kind::Unmanaged => "unmanaged",
    }
}

/// A user as the organization's directory has it: with the address where the organization manages the account.
fn directory_entry(person: &Person) -> Value {
    let mut entry = json!({
        "accountId": person.account_id, "accountType": "atlassian", "accountStatus": status(person.state),
        "claimStatus": claim(person.kind), "name": person.full_name, "nickname": person.public_name,
    });
    let given = person.kind == Kind::Managed && person.state == State::Active;
    if let (true, Some(email), Some(map)) = (given, &person.email, entry.as_object_mut()) {
        map.insert("email".to_owned(), json!(email));
        map.insert("emailVerified".to_owned(), json!(true));
    }
    entry
}

fn members<'w>(sight: &Sight<'w>) -> impl Iterator<Item = Cow<'w, Person>> + use<'w> {
    sight.people().into_iter().filter(|p| p.account_type == AccountType::Atlassian)
}

/// `POST …/users/search`.
pub(super) fn directory_search(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let body: Value = if asked.body.is_empty() {
        json!({})
    } else {
        match serde_json::from_slice(asked.body) {
            Ok(body @ Value::Object(_)) => body,
            _ => return Answer::failed(asked.route, 400, "the body is no JSON object"),
        }
    };
    let texts = |key: &str| -> Option<Vec<String>> {
        match body.get(key) {
            Some(Value::String(one)) => Some(vec![one.to_lowercase()]),
            Some(Value::Array(list)) => {
                Some(list.iter().filter_map(Value::as_str).map(str::to_lowercase).collect())
            }
            _ => None,
        }
    };
    let (term, emails) = (texts("searchTerm"), texts("emails"));
    if term.is_some() && emails.is_some() {
        return Answer::failed(asked.route, 400, "`searchTerm` and `emails` exclude each other");
    }
    let (ids, statuses, claims) = (texts("accountIds"), texts("accountStatus"), texts("claimStatus"));
    let within = |wanted: &Option<Vec<String>>, value: &str| {
        wanted.as_ref().is_none_or(|w| w.iter().any(|w| *w == value.to_lowercase()))
    };
    let most =
        body.get("limit").and_then(Value::as_u64).and_then(|l| usize::try_from(l).ok()).unwrap_or(PAGE);
    let data: Vec<Value> = members(sight)
        .filter(|p| {
            let email = p.email.as_deref().unwrap_or_default().to_lowercase();
            let text = term.as_ref().and_then(|t| t.first());
            within(&ids, &p.account_id)
                && within(&statuses, status(p.state))
                && within(&claims, claim(p.kind))
                && within(&emails, &email)
                && text.is_none_or(|t| p.full_name.to_lowercase().contains(t) || email.contains(t))
        })
        .take(most.clamp(1, PAGE))
        .map(|p| directory_entry(&p))
        .collect();
    Answer::ok(json!({"data": data, "links": {"self": null, "prev": null, "next": null}}))
}

/// `GET …/users/{accountId}`.
pub(super) fn directory_user(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let id = asked.path.get("account").map_or("", String::as_str);
    match sight.person(id).filter(|p| p.account_type == AccountType::Atlassian) {
        Some(person) => Answer::ok(json!({"data": directory_entry(&person)})),
        None => Answer::failed(asked.route, 404, "there is no user with that account id"),
    }
}
