//! Atlassian's lists of valid and invalid uses of email addresses (`uses.yaml`).

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What Atlassian's page says of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// On the list of valid uses.
    Valid,
    /// On the list of invalid uses.
    Invalid,
    /// On neither list: a person at Atlassian decides.
    Review,
}

/// The left column of Atlassian's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// "Send transactional emails".
    TransactionalEmail,
    /// "Account linking".
    AccountLinking,
    /// No process: the entry is ours.
    None,
}

/// One use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueUse {
    /// Its id, kebab-case.
    pub id: String,
    /// The process it belongs to.
    pub process: Process,
    /// The process in Atlassian's words.
    pub process_label: String,
    /// The functionality in Atlassian's words.
    pub functionality: String,
    /// Atlassian's verdict.
    pub verdict: Verdict,
    /// Lower-case words and phrases by which free text betrays it.
    #[serde(default)]
    pub words: Vec<String>,
    /// Lower-case parts of identifiers, packages and hosts by which code betrays it.
    #[serde(default)]
    pub code: Vec<String>,
    /// Where that is written.
    #[serde(default)]
    pub source: String,
    /// How sure its source makes it.
    #[serde(default)]
    pub confidence: Option<String>,
}

/// The whole catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Where it comes from.
    pub source: String,
    /// The page's address.
    pub url: String,
    /// The date of the page, `YYYY-MM-DD`.
    pub date: String,
    /// The catalogue's version, recorded by `approve`.
    pub version: String,
    /// The uses.
    pub uses: Vec<CatalogueUse>,
}

/// Why a catalogue cannot be used: a mistake in the file that `--catalogue` names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// It is no YAML, or lacks something.
    #[error("{name}:{line}:{column}: {message}")]
    Syntax {
        /// The file's name.
        name: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What is wrong.
        message: String,
    },
    /// It can be read and says something that cannot be.
    #[error("{name}: {message}")]
    Content {
        /// The file's name.
        name: String,
        /// What is wrong.
        message: String,
    },
}

impl Catalogue {
    /// The catalogue that is built in.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: OnceLock<Arc<Catalogue>> = OnceLock::new();
        let parse = || Self::parse(include_str!("uses.yaml"), "uses.yaml");
        Arc::clone(EMBEDDED.get_or_init(|| Arc::new(parse().expect("a test parses the built-in file"))))
    }

    /// Reads and checks a catalogue; `name` is the file's name in messages.
    ///
    /// # Errors
    /// When it is no YAML of that shape, or an id or a verdict cannot be.
    pub fn parse(text: &str, name: &str) -> Result<Self, CatalogueError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let catalogue: Self = serde_saphyr::from_str(text).map_err(|error| {
            let at = error.location().unwrap_or(serde_saphyr::Location::UNKNOWN);
            CatalogueError::Syntax {
                name: name.to_owned(),
                line: at.line().max(1),
                column: at.column().max(1),
                message: first_line(&error.without_snippet().to_string()),
            }
        })?;
        catalogue.verify().map_err(|message| CatalogueError::Content { name: name.to_owned(), message })?;
        Ok(catalogue)
    }

    fn verify(&self) -> Result<(), String> {
        for (key, value) in
            [("source", &self.source), ("url", &self.url), ("date", &self.date), ("version", &self.version)]
        {
            if value.trim().is_empty() {
                return Err(format!("`{key}` is empty"));
            }
        }
        if self.uses.is_empty() {
            return Err("`uses` is empty; write at least one use".to_owned());
        }
        let mut seen = BTreeSet::new();
        for CatalogueUse { id, process, process_label, functionality, verdict, words, code, .. } in &self.uses
        {
            let kebab = !id.is_empty()
                && id.split('-').all(|part| {
                    !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                });
            if !kebab {
                return Err(format!("the id `{id}` is not lower case words joined by `-`"));
            }
            if !seen.insert(id) {
                return Err(format!("the id `{id}` is given twice"));
            }
            if functionality.trim().is_empty() || process_label.trim().is_empty() {
                return Err(format!("`{id}` needs a `functionality` and a `process_label`"));
            }
            // A use outside Atlassian's lists has no process there, and no verdict of Atlassian's.
            if (*process == Process::None) != (*verdict == Verdict::Review) {
                return Err(format!("`{id}`: `process: none` and `verdict: review` go together"));
            }
            if let Some(word) =
                words.iter().chain(code).find(|w| w.trim().is_empty() || **w != w.to_lowercase())
            {
                return Err(format!("`{id}`: `{word}` under `words` or `code` is empty or not lower case"));
            }
        }
        Ok(())
    }

    /// The JSON Schema of a catalogue file.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    /// The use of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&CatalogueUse> {
        self.uses.iter().find(|u| u.id == id)
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("cannot be read").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_catalogue_is_sound() {
        let catalogue = Catalogue::parse(include_str!("uses.yaml"), "uses.yaml").expect("it is sound");
        assert_eq!(catalogue.get("error-reports").expect("it is listed").verdict, Verdict::Valid);
        assert_eq!(catalogue.get("marketing").expect("it is listed").verdict, Verdict::Invalid);
        assert_eq!(catalogue.get("other").expect("it is listed").verdict, Verdict::Review);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let one = "{id: a, process: none, process_label: p, functionality: f, verdict: review}";
        let file = |uses: &str| format!("source: s\nurl: u\ndate: 2024-12-09\nversion: '1'\nuses: {uses}\n");
        assert!(Catalogue::parse(&file(&format!("[{one}]")), "c").is_ok());
        for (uses, expected) in [
            ("[]".to_owned(), "`uses` is empty"),
            (format!("[{one}, {one}]"), "`a` is given twice"),
            (format!("[{}]", one.replace("id: a", "id: A b")), "the id `A b`"),
            (format!("[{}]", one.replace("review", "valid")), "go together"),
            (format!("[{}]", one.replace("review", "good")), "c:5:"),
            (
                format!("[{}]", one.replace("functionality: f", "functionality: ''")),
                "needs a `functionality`",
            ),
            (format!("[{}]", one.replace("}", ", words: [Big]}")), "`Big`"),
            (format!("[{}]", one.replace("}", ", colour: red}")), "colour"),
            ("[".to_owned(), "c:"),
        ] {
            let error = Catalogue::parse(&file(&uses), "c").expect_err("it is wrong").to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
