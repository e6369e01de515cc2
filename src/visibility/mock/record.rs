//! What the app asked for, remembered within bounds. Credentials are not: only of which kind they were.

use std::collections::VecDeque;

use serde::Serialize;

use super::routes::Operation;

/// Account ids of one request that are remembered.
const MAX_IDS: usize = 100;
/// Characters of a path or a query that are remembered.
const MAX_TEXT: usize = 2048;

/// One request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its number, from 1.
    pub number: u64,
    /// `GET` and such.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, as it was sent.
    pub query: String,
    /// The endpoint that it met.
    pub operation: Option<Operation>,
    /// The account ids that it asked for or reported.
    pub account_ids: Vec<String>,
    /// The scheme of its `Authorization`: `basic`, `bearer`, `jwt` …
    pub authorization: Option<String>,
    /// Who was taken to make the call.
    pub caller: String,
    /// The scenario that it was answered in.
    pub scenario: Option<String>,
    /// The length of its body.
    pub body_bytes: usize,
    /// The status of the answer.
    pub status: u16,
}

impl Record {
    /// Cuts what is too long.
    fn bounded(mut self) -> Self {
        self.account_ids.truncate(MAX_IDS);
        for text in [&mut self.path, &mut self.query] {
            if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
                text.truncate(end);
            }
        }
        self
    }
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Records {
    kept: VecDeque<Record>,
    total: u64,
    most: usize,
}

impl Records {
    /// Room for so many.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Remembers a request.
    pub fn add(&mut self, mut record: Record) {
        self.total += 1;
        if self.most == 0 {
            return;
        }
        record.number = self.total;
        while self.kept.len() >= self.most {
            self.kept.pop_front();
        }
        self.kept.push_back(record.bounded());
    }

    /// Forgets them all.
    pub fn forget(&mut self) {
        self.kept.clear();
        self.total = 0;
    }

    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// All that is remembered.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let forgotten = self.total - self.kept.len() as u64;
        serde_json::json!({"total": self.total, "forgotten": forgotten, "requests": self.kept})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: String) -> Record {
        Record {
            number: 0,
            method: "GET".to_owned(),
            path,
            query: String::new(),
            operation: None,
            account_ids: vec!["a".to_owned(); 500],
            authorization: None,
            caller: "connect".to_owned(),
            scenario: None,
            body_bytes: 0,
            status: 200,
        }
    }

    #[test]
    fn only_the_last_are_kept_and_each_is_bounded() {
        let mut records = Records::new(2);
        for n in 0..5 {
            records.add(record(format!("/{n}{}", "é".repeat(5000))));
        }
        let json = records.to_json();
        assert_eq!((json["total"].as_u64(), json["forgotten"].as_u64()), (Some(5), Some(3)));
        assert!(
            json["requests"][0]["path"]
                .as_str()
                .is_some_and(|p| p.starts_with("/3") && p.chars().count() == 2048)
        );
        assert_eq!(json["requests"][1]["accountIds"].as_array().map(Vec::len), Some(100));
        records.forget();
        assert_eq!(records.total(), 0);
    }
}
