//! Personal data reporting, as Atlassian's "User privacy guide for app developers" (30 Oct 2024) describes it.

use serde_json::{Value, json};

use super::answer::{Answer, Asked};
use super::routes::Route;
use super::settings::Settings;
use super::world::Sight;
use crate::visibility::model::State;
use crate::visibility::scenarios::is_account_id;

/// Accounts that a request may report.
const MOST: usize = 90;
/// The account that the guide names for testing closed accounts.
const TEST_CLOSED: &str = "5be24ba3f91c106033269289";

/// What a report is answered with.
pub(super) fn answer(sight: &Sight<'_>, settings: &Settings, asked: &Asked<'_>) -> Answer {
    if settings.report.rate_limited {
        return status(settings, asked.route, 429);
    }
    let ids = match accounts(asked.body) {
        Ok(ids) => ids,
        Err(message) => {
            let failed = Answer::failed(asked.route, 400, &message);
            return with_cycle(settings, failed);
        }
    };
    let told: Vec<Value> = ids
        .iter()
        .filter_map(|id| {
            let closed = id == TEST_CLOSED || sight.person(id).is_some_and(|p| p.state == State::Deleted);
            let updated = settings.report.updated.contains(id);
            let status = if closed { "closed" } else { "updated" };
            (closed || updated).then(|| json!({"accountId": id, "status": status}))
        })
        .collect();
    let answer = if told.is_empty() { Answer::empty(204) } else { Answer::ok(json!({"accounts": told})) };
    with_cycle(settings, answer)
}

/// An answer without looking at the report.
pub(super) fn status(settings: &Settings, route: &Route, status: u16) -> Answer {
    let mut answer = match status {
        204 => Answer::empty(204),
        429 => Answer::failed(route, 429, "too many requests"),
        _ => Answer::failed(route, status, "as the header asked"),
    };
    if status == 429 {
        answer.headers.push(("retry-after", settings.report.retry_after.to_string()));
    }
    with_cycle(settings, answer)
}

fn with_cycle(settings: &Settings, mut answer: Answer) -> Answer {
    answer.headers.push(("cycle-period", settings.report.cycle_period.to_string()));
    answer
}

/// The account ids of a report, or what is wrong with it.
fn accounts(body: &[u8]) -> Result<Vec<String>, String> {
    let body: Value = serde_json::from_slice(body).map_err(|_| "the body is no JSON".to_owned())?;
    let Some(accounts) = body.get("accounts").and_then(Value::as_array) else {
        return Err("`accounts` is missing".to_owned());
    };
    if accounts.len() > MOST {
        return Err(format!("{} accounts are reported, and {MOST} are the most", accounts.len()));
    }
    accounts
        .iter()
        .enumerate()
        .map(|(n, account)| {
            let id = account.get("accountId").and_then(Value::as_str).unwrap_or_default();
            if !is_account_id(id) || id == "unknown" {
                return Err(format!("`accounts[{n}].accountId` is no account id"));
            }
            let at = account.get("updatedAt").and_then(Value::as_str).unwrap_or_default();
            if at.parse::<jiff::Timestamp>().is_err() {
                return Err(format!("`accounts[{n}].updatedAt` is no RFC 3339 time"));
            }
            Ok(id.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_strictly() {
        let one = r#"{"accountId": "a1", "updatedAt": "2026-11-22T10:00:00Z"}"#;
        let list = |n: usize| format!(r#"{{"accounts": [{}]}}"#, vec![one; n].join(","));
        assert_eq!(accounts(list(90).as_bytes()).map(|a| a.len()), Ok(90));
        for (body, expected) in [
            (list(91), "90 are the most"),
            ("x".to_owned(), "no JSON"),
            ("{}".to_owned(), "`accounts` is missing"),
            (list(1).replace("a1", "unknown"), "no account id"),
            (list(1).replace("a1", "a 1"), "no account id"),
            (list(1).replace("2026-11-22T10:00:00Z", "yesterday"), "RFC 3339"),
        ] {
            let error = accounts(body.as_bytes()).expect_err("it is wrong");
            assert!(error.contains(expected), "{error}");
        }
    }
}
