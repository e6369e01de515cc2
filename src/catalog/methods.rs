//! What methods of languages' own libraries do with what they are called on (`methods.yaml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

/// Names of one role: they are only ever looked up.
type Names = FxHashSet<String>;

static METHODS: LazyLock<Methods> = LazyLock::new(|| table!("methods"));

static HANDS_ON: LazyLock<BTreeMap<&'static str, Vec<&'static HandsOn>>> = LazyLock::new(|| {
    let mut out: BTreeMap<&str, Vec<&HandsOn>> = BTreeMap::new();
    for row in &Methods::get().hands_on {
        out.entry(&row.name).or_default().push(row);
    }
    out
});

/// The table: names by role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Methods {
    /// Where the names are from.
    pub source: String,
    /// When they were collected.
    pub date: String,
    /// Methods that hand their callback the items (or the value) they are called on.
    pub walks: Names,
    /// Methods that give what their callback makes of the items, or of the value.
    pub maps: Names,
    /// The same for one value as a whole.
    pub maps_whole: Names,
    /// Methods that read a member whose name is their argument.
    pub reads: Names,
    /// Functions that are handed an object and a path of names, and give what stands there.
    pub reads_of: Names,
    /// Methods whose result is no part of what they are called on.
    pub says_nothing: Names,
    /// Methods that give (some of) what they are called on.
    pub keeps: Names,
    /// Methods that give all that an object holds, in another form.
    pub lays_out: Names,
    /// Methods of lists that give one item.
    pub finds: Names,
    /// Methods of texts that keep what a text says.
    pub text_keeps: Names,
    /// Members of what a reader of JSON holds a text in that give the text.
    pub text_members: Names,
    /// Functions that make a stream or a sequence of what the function emits that they are handed.
    pub makes_stream: Names,
    /// How such a function emits.
    pub emits: Names,
    /// Functions that make collectors, which hand their functions the items that are collected.
    pub collectors: Names,
    /// Methods of texts that put their second argument in the place of the first.
    pub fills_in: Names,
    /// Functions from outside that give their argument (or a part of it) back.
    pub passes: Names,
    /// Methods that send a request which was put together before.
    pub sends_prepared: Names,
    /// Methods and properties of what stands around one object that give the object.
    pub unwraps: Names,
    /// Methods by which a function is called that is held by an object with one method.
    pub calls_function: Names,
    /// Methods by which an address is asked for what stands there: `new URL(…).openConnection()`.
    pub asks_address: Names,
    /// Calls that tell everybody who listens for objects of a class.
    pub tells_by_class: Names,
    /// Annotations of functions that listen for objects of a class.
    pub listens_by_class: Names,
    /// What such functions are called where nothing else says that they listen.
    pub listens_by_name: Names,
    /// Methods, functions and properties by which something is put into a request that is being built.
    pub puts_into_requests: Names,
    /// Functions that call the one they are handed.
    pub hands_on: Vec<HandsOn>,
    /// Methods that tell everybody who listens under a name.
    pub tells: Names,
    /// Methods by which one listens.
    pub listens: Names,
    /// Names that many things are told under.
    pub common: Names,
    /// Methods of an address that complete or pass it.
    pub address_keeps: Names,
    /// The same that add their arguments to its path.
    pub address_joins: Names,
    /// Methods of an object that a library calls with the answer.
    pub answered: Names,
}

/// A function that calls the one it is handed, with what stands beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandsOn {
    /// The last part of its name.
    pub name: String,
    /// The languages that have it.
    pub languages: Vec<String>,
    /// What it is called on, as written.
    #[serde(default)]
    pub of: Vec<String>,
    /// Which argument the function is.
    pub function: Option<usize>,
    /// The name by which the function is handed.
    pub key: Option<String>,
    /// The method of the class that the call is of, when it is none of a function.
    pub method: Option<String>,
    /// The first argument that is handed on.
    pub from: Option<usize>,
    /// The argument that holds what is handed on.
    pub list: Option<usize>,
    /// The same by its name.
    pub list_key: Option<String>,
    /// The argument whose items are handed on one by one.
    pub items: Option<usize>,
    /// As which parameter.
    #[serde(default)]
    pub parameter: usize,
    /// Whether what the function returns comes back.
    #[serde(default)]
    pub gives: bool,
}

impl HandsOn {
    /// Whether the function is what the method is called on.
    #[must_use]
    pub fn is_method(&self) -> bool {
        self.function.is_none() && self.key.is_none()
    }
}

impl Methods {
    /// Whether nothing leaves the program by a method or function of that name: it keeps, reads, changes or walks what
    /// it is given, and what it gives is followed.
    #[must_use]
    pub fn goes_nowhere(&self, name: &str) -> bool {
        [
            &self.walks,
            &self.maps,
            &self.maps_whole,
            &self.reads,
            &self.says_nothing,
            &self.keeps,
            &self.lays_out,
            &self.finds,
            &self.text_keeps,
            &self.fills_in,
            &self.passes,
            &self.unwraps,
            &self.address_keeps,
            &self.address_joins,
        ]
        .iter()
        .any(|names| names.contains(name))
    }

    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &METHODS
    }

    /// The rows of a function that calls another one, by the last part of its name.
    #[must_use]
    pub fn handing_on(name: &str) -> &'static [&'static HandsOn] {
        HANDS_ON.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a name is one of a method of a collection or a text, and so no key.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        [
            &self.walks,
            &self.says_nothing,
            &self.keeps,
            &self.lays_out,
            &self.finds,
            &self.text_keeps,
            &self.reads,
        ]
        .iter()
        .any(|names| names.contains(name))
            || matches!(
                name,
                "Add" | "TryAdd" | "TryGetValue" | "Keys" | "Remove" | "Clear" | "ContainsValue"
            )
    }

    /// Whether a function, written with the names that lead to it (`java.net.URI.create`), gives its
    /// argument back.
    #[must_use]
    pub fn is_passing(&self, path: &str) -> bool {
        let mut rest = path;
        loop {
            if self.passes.contains(rest) {
                return true;
            }
            let Some((_, shorter)) = rest.split_once('.') else { return false };
            rest = shorter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let methods = Methods::get();
        assert!(methods.walks.contains("forEach") && methods.text_keeps.contains("downcase"));
        assert!(methods.is_passing("JSON.parse") && methods.is_passing("java.net.URI.create"));
        assert!(!methods.is_passing("XJSON.parse") && !methods.is_passing("parse"));
    }
}
