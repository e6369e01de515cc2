//! A first draft of `email-access.yaml`, from what was found: groups of places by what is done with addresses, a
//! use for each with the reason, and the annotations that tie code to uses.
//!
//! Proposes and renders; asks nobody and opens no file.

mod annotate;
mod groups;
mod hints;
mod proposals;
mod render;

use std::sync::Arc;

pub use self::annotate::{Annotated, annotate};
pub use self::groups::propose;
pub use self::hints::{Hints, hints};
pub use self::render::{listing, render};
use crate::facts::AppType;
use crate::text::Place;
use crate::text::redact::visible;

/// The words that mark what is still to be written. The rule `vague-description` knows them.
pub const TO_DO: &str = "TODO";

/// A service that gets addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its hosts, as far as they are known.
    pub hosts: Vec<String>,
    /// What it does, when that is clear.
    pub purpose: Option<String>,
}

/// A place that reads addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The access's id.
    pub access: String,
    /// Where.
    pub place: Place,
    /// The source text there.
    pub expression: String,
    /// The word that `addresses-from` has for its source; `None` when the product could not be told.
    pub source: Option<&'static str>,
    /// Whether an annotation covers it already.
    pub annotated: bool,
}

/// Places that read addresses for the same thing, as far as can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name of the use, unique and in kebab-case.
    pub name: String,
    /// Whether annotations in the code give it that name already.
    pub named_in_code: bool,
    /// An id of the catalogue.
    pub functionality: String,
    /// Why that use is proposed.
    pub reason: String,
    /// What is done with the addresses, to complete "addresses …".
    pub does: String,
    /// A name by that, for when the functionality's is taken.
    pub other_name: String,
    /// In the vendor's words, when there are any.
    pub description: Option<String>,
    /// Why, for a use that is in neither list.
    pub justification: Option<String>,
    /// The places.
    pub reads: Vec<Read>,
    /// The services that get the addresses.
    pub parties: Vec<Party>,
}

/// A document that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundDocument {
    /// Its address.
    pub url: Option<String>,
    /// Its path, relative to the app's root.
    pub file: Option<String>,
    /// Where they were found.
    pub places: Vec<Place>,
}

/// All that the draft says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The app's root, relative to the checked root.
    pub root: Arc<str>,
    /// What kind of app.
    pub kind: AppType,
    /// Why it is taken for that kind.
    pub kind_reason: String,
    /// Whether a manifest says key, name and kind.
    pub has_manifest: bool,
    /// Its name, as far as it is known.
    pub name: Option<String>,
    /// Words of `app.products`, when no manifest says them.
    pub products: Vec<&'static str>,
    /// The privacy policy.
    pub privacy_policy: Option<FoundDocument>,
    /// The customer terms.
    pub customer_terms: Option<FoundDocument>,
    /// Where addresses are stored.
    pub stored: Vec<Place>,
    /// The uses.
    pub groups: Vec<Group>,
    /// Places that may read addresses, and nothing surer is known.
    pub maybe: usize,
}

impl Draft {
    /// Gives every group a name of its own, by its functionality, unless the code has one for it.
    pub fn name_groups(&mut self) {
        let mut taken: Vec<String> =
            self.groups.iter().filter(|g| g.named_in_code).map(|g| g.name.clone()).collect();
        for group in self.groups.iter_mut().filter(|g| !g.named_in_code) {
            let base = kebab(&group.functionality);
            // A use of neither list has no name that says anything.
            let first = if base == "other" { group.other_name.clone() } else { base };
            let service = group.parties.first().map(|p| format!("{first}-{}", kebab(&p.name)));
            let numbered = (2..).map(|n| format!("{first}-{n}"));
            let mut names =
                [first.clone(), group.other_name.clone()].into_iter().chain(service).chain(numbered);
            let name = names.find(|n| !taken.contains(n)).unwrap_or(first.clone());
            taken.push(name.clone());
            group.name = name;
        }
    }
}

/// What somebody wrote, on one line and with nothing invisible in it. Addresses stay: a contact is one.
#[must_use]
pub fn clean(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible(&words.join(" ")).chars().take(most).collect()
}

/// A text as a name: lower-case letters, digits and single hyphens.
fn kebab(text: &str) -> String {
    const LONGEST: usize = 40;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let name: String =
        words.collect::<Vec<_>>().join("-").to_ascii_lowercase().chars().take(LONGEST).collect();
    let name = name.trim_matches(|c: char| c == '-' || c.is_ascii_digit());
    if name.is_empty() { "use".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::kebab;

    #[test]
    fn names_are_in_kebab_case() {
        for (text, name) in [
            ("error-reports", "error-reports"),
            ("Amazon SES (eu)", "amazon-ses-eu"),
            ("9", "use"),
            ("é", "use"),
        ] {
            assert_eq!(kebab(text), name);
        }
    }
}
