//! What the tables and the names of the field say of a function from outside: asked once for each name, however
//! often it is called. Nothing of the program at hand may enter, only the name and where it comes from.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{may_give_back, sends};
use crate::analysis::requests::is_no_request;
use crate::catalog::clients::{Client, Clients, Passes, SdkMethod, UNKNOWN_PACKAGE};
use crate::catalog::methods::Methods;
use crate::program::Language;

/// What is said of one name.
#[derive(Clone, Copy)]
pub(in crate::analysis) struct Meaning {
    /// The method of an SDK that it is.
    pub(in crate::analysis) sdk: Option<&'static SdkMethod>,
    /// The same for something of unknown origin, by what it is called on.
    pub(in crate::analysis) named: Option<&'static SdkMethod>,
    /// The client whose function it is.
    pub(in crate::analysis) client: Option<&'static Client>,
    /// How it gives back what it is handed, by the table of clients.
    pub(super) passing: Option<&'static Passes>,
    /// Whether it gives back what it is handed, by its name alone.
    pub(super) passes: bool,
    /// Whether it is one of those that are handed paths without asking for them.
    pub(in crate::analysis) asks_nothing: bool,
    /// Whether its result says nothing about its arguments.
    pub(super) silent: bool,
    /// Whether it sends what it is given.
    pub(super) sends: bool,
    /// Whether it may give an address back in another form.
    pub(super) may_give_back: bool,
}

impl Meaning {
    fn of(language: Language, package: &str, path: &str) -> Self {
        let (clients, table) = (Clients::get(), language.table_name());
        Self {
            sdk: clients.find_sdk(table, package, path),
            named: (package == UNKNOWN_PACKAGE).then(|| clients.find_named(table, path)).flatten(),
            client: clients.find(table, package, path),
            passing: clients.passing(table, package, path),
            passes: Methods::get().is_passing(path),
            asks_nothing: is_no_request(path),
            silent: is_silent(path),
            sends: sends(path),
            may_give_back: may_give_back(language, path),
        }
    }
}

/// What was asked of names so far, and the names that were put together.
#[derive(Default)]
pub(in crate::analysis) struct Meanings {
    known: FxHashMap<(Language, Rc<str>, Rc<str>), Meaning>,
    /// Names by what they go on from and what is added.
    longer: FxHashMap<Rc<str>, FxHashMap<Box<str>, Rc<str>>>,
}

impl Meanings {
    /// What is said of a name, in a language and of a package as `Clients::find` has them.
    pub(in crate::analysis) fn of(
        &mut self,
        language: Language,
        package: &Rc<str>,
        path: &Rc<str>,
    ) -> Meaning {
        let key = (language, Rc::clone(package), Rc::clone(path));
        *self.known.entry(key).or_insert_with_key(|(_, package, path)| Meaning::of(language, package, path))
    }

    /// A name with something behind it; the same text is the same string.
    pub(in crate::analysis) fn longer(&mut self, path: &Rc<str>, end: &str) -> Rc<str> {
        if let Some(known) = self.longer.get(path).and_then(|ends| ends.get(end)) {
            return Rc::clone(known);
        }
        let whole: Rc<str> = match (path.is_empty(), end) {
            (true, _) => end.into(),
            (false, "()") => format!("{path}()").into(),
            (false, _) => format!("{path}.{end}").into(),
        };
        self.longer.entry(Rc::clone(path)).or_default().insert(end.into(), Rc::clone(&whole));
        whole
    }
}

/// Whether the result of a call says nothing about its arguments.
fn is_silent(path: &str) -> bool {
    let first = path.split('.').next().unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(first, "console" | "logger" | "log" | "Math" | "Number" | "Boolean" | "parseInt" | "expect")
        || matches!(
            last,
            "log"
                | "info"
                | "warn"
                | "error"
                | "debug"
                | "isArray"
                | "keys"
                | "test"
                | "includes"
                | "push"
                | "set"
                | "send"
                | "emit"
                | "status"
                | "has"
                | "setState"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_on_from_another_and_is_kept() {
        let mut meanings = Meanings::default();
        let api: Rc<str> = "api".into();
        let called = meanings.longer(&api, "()");
        assert_eq!((&*called, &*meanings.longer(&api, "get")), ("api()", "api.get"));
        assert_eq!(
            (&*meanings.longer(&"".into(), "get"), &*meanings.longer(&"".into(), "()")),
            ("get", "()")
        );
        assert!(Rc::ptr_eq(&called, &meanings.longer(&api, "()")));
    }

    #[test]
    fn a_name_means_what_the_tables_say() {
        let mut meanings = Meanings::default();
        let axios = meanings.of(Language::JavaScript, &"axios".into(), &"get".into());
        assert!(axios.client.is_some() && !axios.silent && !axios.asks_nothing);
        assert!(meanings.of(Language::JavaScript, &"".into(), &"console.log".into()).silent);
        assert!(meanings.of(Language::Python, &"axios".into(), &"get".into()).client.is_none());
    }
}
