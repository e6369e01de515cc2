//! Where addresses can go (`sinks.yaml`): logs, stores, screens, mails, other companies.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::clients::{Clients, UNKNOWN_PACKAGE, same_package};
use super::hosts::Hosts;
use super::pattern::{Lookup, Pattern};
use crate::facts::SinkKind;
use crate::findings::Confidence;

static SINKS: LazyLock<Sinks> = LazyLock::new(|| {
    let table: Table = table!("sinks");
    Sinks::new(table)
});

/// Stands for the packages of a row that names alone decide.
const BY_NAME: &str = "(name)";

/// Which arguments of a call matter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Arguments {
    /// These, from 0.
    Some(Vec<usize>),
    /// The word `all`.
    All(String),
}

/// One kind of place where addresses can go.
#[derive(Clone, Debug, Deserialize)]
pub struct Sink {
    /// Its id.
    pub id: String,
    /// What kind.
    pub kind: SinkKind,
    /// Languages.
    pub languages: Vec<String>,
    /// Imports; empty when it is built in.
    pub packages: Vec<String>,
    /// Name patterns of calls.
    pub calls: Vec<String>,
    /// Which arguments matter.
    pub arguments: Arguments,
    /// Names of the receiver that count when its origin is unknown.
    #[serde(default)]
    pub receivers: Vec<String>,
    /// Targets of assignment.
    #[serde(default)]
    pub assigns: Vec<String>,
    /// A second kind that it is as well.
    #[serde(default)]
    pub also: Option<SinkKind>,
    /// Whether it is what a command prints for whoever runs it, and no route's answer.
    #[serde(default)]
    pub terminal: bool,
    /// Whether assignments count only where the file imports one of the packages.
    #[serde(default)]
    pub assigns_imported: bool,
    /// Decorators of functions whose returned value goes there.
    #[serde(default)]
    pub decorators: Vec<String>,
    /// The argument that is a function whose returned value goes there.
    #[serde(default)]
    pub callback_argument: Option<usize>,
    /// Whether what functions return that are handed over goes there.
    #[serde(default)]
    pub callbacks: bool,
    /// Whether what the method is called on goes there.
    #[serde(default)]
    pub receiver: bool,
    /// Attributes of components: what stands anywhere in them is shown.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Of objects that are handed over, the members that are taken; all where none is named.
    #[serde(default)]
    pub members: Vec<String>,
    /// Whether what is handed over is a row of which columns are taken by their names.
    #[serde(default)]
    pub columns: bool,
    /// Whether the call names columns of a table of the app's own that are shown or handed out.
    #[serde(default)]
    pub column_names: bool,
    /// Functions whose names say what they do with what they are handed: `save_` starts the name as a word, `*` stands
    /// for anything.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Elements of HTML: what is joined into a text with one of them stands in a page.
    #[serde(default)]
    pub elements: Vec<String>,
    /// Methods that a framework calls for what they return.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// A part of the request's address that must be there.
    #[serde(default)]
    pub url_contains: Vec<String>,
    /// Last parts of paths of Atlassian's at which it counts.
    #[serde(default)]
    pub paths: Vec<String>,
    /// A first argument that must be there.
    #[serde(default)]
    pub when_first: Option<Vec<String>>,
    /// Imports of the file of which one must be there.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Types of a first argument into which it is only made a text that goes on: then it is a guess.
    #[serde(default)]
    pub drafts_into: Vec<String>,
    /// Keys under which a framework is handed functions that it calls for what they return.
    #[serde(default)]
    pub handler_keys: Vec<String>,
    /// Keys that must stand beside one of those, whatever the file imports; `|` stands between those of which one is
    /// enough.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Members that say by name which fields of an answer a framework keeps.
    #[serde(default)]
    pub field_tables: Vec<String>,
    /// Names of classes, or of what they extend, whose methods a framework calls for what they return.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Declared types of functions whose returned value goes there; `*` stands for anything before.
    #[serde(default)]
    pub result_types: Vec<String>,
    /// Decorators of methods without a body: what they are handed goes there.
    #[serde(default)]
    pub promises: Vec<String>,
    /// The hosts of a named service; `*` is one label.
    #[serde(default)]
    pub host: Vec<String>,
    /// Its display name.
    #[serde(default)]
    pub service: Option<String>,
    /// `possible` for generic names.
    #[serde(default)]
    pub certainty: Option<String>,
}

impl Sink {
    /// How sure a match is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        if self.certainty.as_deref() == Some("possible") { Confidence::Possible } else { Confidence::Likely }
    }

    fn speaks(&self, language: &str) -> bool {
        self.languages.iter().any(|l| l == language)
    }

    /// Whether what an object, or its class, is called says that a method of such a name means this sink:
    /// `chatClient`, `MemberRepository`.
    #[must_use]
    pub fn is_role_of(&self, owner: &str) -> bool {
        let owner: String =
            owner.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_ascii_lowercase();
        // What is named for Atlassian's products is no other service.
        !owner.is_empty() && !Hosts::get().names_a_product(&owner) && self.receives(&owner)
    }

    /// Whether a function's name says by itself that what it is handed goes there: `save_user`, `notifySlack`.
    #[must_use]
    pub fn is_deed_of(&self, function: &str) -> bool {
        let function = function.trim_start_matches('_');
        let bare: String = function.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        // What is done with Atlassian's products is done with no other service.
        let elsewhere = !matches!(self.kind, SinkKind::ThirdParty | SinkKind::Marketing)
            || !Hosts::get().names_a_product(&bare);
        elsewhere
            && self.functions.iter().any(|known| match known.strip_suffix('_') {
                Some(verb) => {
                    function.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb))
                        && function
                            .get(verb.len()..)
                            .is_some_and(|r| r.starts_with(|c: char| c == '_' || c.is_ascii_uppercase()))
                }
                None => fits_parts(known, &bare),
            })
    }

    /// Whether a receiver's name is one of those that count; `*` stands for anything at either end.
    fn receives(&self, receiver: &str) -> bool {
        self.receivers.iter().any(|known| match (known.strip_prefix('*'), known.strip_suffix('*')) {
            (Some(_), Some(_)) => receiver.contains(known.trim_matches('*')),
            (Some(end), None) => receiver.ends_with(end),
            (None, Some(start)) => receiver.starts_with(start),
            (None, None) => receiver == known,
        })
    }

    /// Whether it counts for a call with such a first argument, as it is written.
    fn is_written_into(&self, first: &str) -> bool {
        self.when_first.as_ref().is_none_or(|all| all.iter().any(|f| is_first(f, first)))
    }

    /// Whether one of its packages is among a file's imports.
    fn is_imported(&self, imports: &BTreeSet<&str>) -> bool {
        self.packages.iter().any(|p| imports.iter().any(|i| same_package(p, i)))
    }

    /// Whether the `index`th argument matters.
    #[must_use]
    pub fn takes(&self, index: usize) -> bool {
        match &self.arguments {
            Arguments::All(_) => true,
            Arguments::Some(list) => list.contains(&index),
        }
    }
}

/// Whether something is what must be handed over first; `*.Out` is any object's `Out`.
fn is_first(known: &str, first: &str) -> bool {
    match known.strip_prefix('*') {
        Some(end) => first.len() > end.len() && first.ends_with(end),
        None => first == known,
    }
}

/// Whether a name has the parts of a pattern in their order; `*` stands for anything between.
fn fits_parts(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let mut parts = pattern.split('*').peekable();
    let mut first = true;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        rest = match (first, last) {
            (true, true) => return rest == part,
            (true, false) => match rest.strip_prefix(part) {
                Some(rest) => rest,
                None => return false,
            },
            (false, true) => return rest.ends_with(part),
            (false, false) => match rest.split_once(part) {
                Some((_, rest)) => rest,
                None => return false,
            },
        };
        first = false;
    }
    true
}

/// Calls after which a value is no address any more.
#[derive(Clone, Debug, Deserialize)]
pub struct Sanitizer {
    /// Its id.
    pub id: String,
    /// Languages.
    pub languages: Vec<String>,
    /// Name patterns of calls.
    pub calls: Vec<String>,
    /// `through` when the value stays what it is.
    #[serde(default)]
    pub flow: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Table {
    sinks: Vec<Sink>,
    sanitizers: Vec<Sanitizer>,
}

/// The table, indexed by the last name of a call.
#[derive(Debug)]
pub struct Sinks {
    sinks: Vec<Sink>,
    calls: Lookup,
    decorators: Lookup,
    assigns: Lookup,
    sanitizers: Lookup,
    /// Rows that names alone decide, with what their methods' names start with.
    roles: Vec<(usize, Vec<Box<str>>)>,
    sanitizer_rows: Vec<Sanitizer>,
}

/// A call as the tables see it.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// The file's language, as the tables name it.
    pub language: &'a str,
    /// The import it comes from; empty for a global, `UNKNOWN_PACKAGE` when that is not known.
    pub package: &'a str,
    /// The names from there on.
    pub path: &'a str,
    /// All imports of the file.
    pub imports: &'a BTreeSet<&'a str>,
    /// The first argument as written; empty when it is no name.
    pub first: &'a str,
}

impl Sinks {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &SINKS
    }

    fn new(table: Table) -> Self {
        let sinks = table.sinks.as_slice();
        let by_name = |s: &Sink| s.packages.iter().any(|p| p == BY_NAME);
        let start = |call: &String| call.trim_start_matches("*.").trim_end_matches('*').into();
        let roles = sinks.iter().enumerate().filter(|(_, s)| by_name(s));
        let roles = roles.map(|(i, s)| (i, s.calls.iter().map(start).collect())).collect();
        Self {
            roles,
            calls: Lookup::new(sinks.iter().map(|s| if by_name(s) { &[] } else { s.calls.as_slice() })),
            decorators: Lookup::new(sinks.iter().map(|s| s.decorators.as_slice())),
            assigns: Lookup::new(sinks.iter().map(|s| s.assigns.as_slice())),
            sanitizers: Lookup::new(table.sanitizers.iter().map(|s| s.calls.as_slice())),
            sinks: table.sinks,
            sanitizer_rows: table.sanitizers,
        }
    }

    /// The sink that a call means: the one whose pattern spells out most.
    #[must_use]
    pub fn find(&'static self, call: Called<'_>) -> Option<&'static Sink> {
        self.find_but(call, |_| false)
    }

    /// The same without some sinks.
    #[must_use]
    pub fn find_but(
        &'static self,
        call: Called<'_>,
        leave_out: impl Fn(&Sink) -> bool,
    ) -> Option<&'static Sink> {
        self.calls
            .candidates(call.path)
            .filter_map(|(pattern, index)| {
                let sink = self.sinks.get(*index)?;
                let spoken = sink.languages.iter().any(|l| l == call.language || l == "any");
                let first = sink.is_written_into(call.first);
                let needed = sink.needs.is_empty()
                    || sink.needs.iter().any(|p| call.imports.iter().any(|i| same_package(p, i)));
                if !spoken || !first || !needed || leave_out(sink) || !Self::fits(sink, pattern, call) {
                    return None;
                }
                // Of two loggers with the same methods, the one whose package the file imports.
                let imported = sink.is_imported(call.imports);
                // A row that asks what it is written into means that alone.
                let told = sink.when_first.is_some();
                Some(((sink.confidence(), pattern.weight(), told, imported), sink))
            })
            .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.id.cmp(&a.1.id)))
            .map(|(_, sink)| sink)
    }

    fn fits(sink: &Sink, pattern: &Pattern, call: Called<'_>) -> bool {
        let imported = || sink.is_imported(call.imports);
        match call.package {
            "" if sink.packages.is_empty() => {
                pattern.fits_written(call.path) && pattern.weight() == call.path.split('.').count()
                    || pattern.is_open() && pattern.telling() && pattern.fits_written(call.path)
                    || pattern.weight() >= 1 && pattern.last().is_none() && pattern.fits_written(call.path)
            }
            UNKNOWN_PACKAGE | "" => {
                let receiver = call.path.rsplit('.').nth(1).unwrap_or_default().to_ascii_lowercase();
                if !pattern.fits_written(call.path) {
                    return false;
                }
                let named = || sink.receives(&receiver);
                let first = call.path.split('.').next().unwrap_or_default().trim_end_matches("()");
                if first.starts_with(|c: char| c.is_ascii_uppercase())
                    && !sink.packages.is_empty()
                    && Clients::get().is_type_of_others(call.language, first, &sink.packages)
                {
                    return false;
                }
                if sink.packages.is_empty() {
                    // `*.set` alone says nothing; `logger.*` and `res.json` do.
                    pattern.telling() || pattern.last().is_none() || sink.certainty.is_some()
                } else {
                    imported() || (call.package == UNKNOWN_PACKAGE && named())
                }
            }
            package => {
                sink.packages.iter().any(|p| same_package(p, package))
                    && (pattern.fits_member(call.path)
                        || pattern.is_open() && pattern.fits_written(call.path))
                    || sink.packages.is_empty()
                        && (pattern.telling() || pattern.last().is_none())
                        && pattern.fits_written(call.path)
            }
        }
    }

    /// The sinks that a method may mean by what it is called, if its object is called so that it does.
    pub fn roles(&'static self, language: &str, method: &str) -> impl Iterator<Item = &'static Sink> {
        let rows = self.roles.iter().filter(|(_, starts)| starts.iter().any(|s| method.starts_with(&**s)));
        let sinks = rows.filter_map(|(row, _)| self.sinks.get(*row));
        let spoken: Vec<&'static Sink> = sinks.filter(|s| s.speaks(language)).collect();
        spoken.into_iter()
    }

    /// The sink that a function of such a name means by that name alone, or with one of its first arguments as they
    /// are written.
    pub fn deed(&'static self, language: &str, function: &str, first: &[String]) -> Option<&'static Sink> {
        let spoken = self.roles.iter().filter_map(|(row, _)| self.sinks.get(*row));
        let written = |s: &Sink| s.when_first.is_none() || first.iter().any(|f| s.is_written_into(f));
        let fits = |s: &&Sink| s.speaks(language) && s.is_deed_of(function) && written(s);
        // A row that asks what it is written into means that alone.
        spoken.filter(fits).max_by_key(|s| (s.when_first.is_some(), std::cmp::Reverse(&s.id)))
    }

    /// Whether a sink is what a command prints for whoever runs it, by its id.
    #[must_use]
    pub fn is_terminal(&self, id: &str) -> bool {
        self.by_id(id).is_some_and(|s| s.terminal)
    }

    /// The sink that a text is by the elements of HTML in it.
    #[must_use]
    pub fn by_markup<'t>(
        &'static self,
        language: &str,
        mut texts: impl Iterator<Item = &'t str>,
    ) -> Option<&'static Sink> {
        let sink = self.sinks.iter().find(|s| !s.elements.is_empty() && s.speaks(language))?;
        let opens = |tag: &str| {
            let name = tag.trim_start_matches('/');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric());
            let known = |name: &str| sink.elements.iter().any(|e| e.eq_ignore_ascii_case(name));
            end.and_then(|end| Some((name.get(..end)?, name.get(end..)?)))
                .is_some_and(|(name, rest)| known(name) && rest.starts_with(['>', ' ', '\n', '\t', '/']))
        };
        texts.any(|text| text.split('<').skip(1).any(opens)).then_some(sink)
    }

    /// The sink that shows columns which a call names.
    #[must_use]
    pub fn by_columns(&'static self, call: Called<'_>) -> Option<&'static Sink> {
        self.find(call).filter(|s| s.column_names)
    }

    /// The sink of that id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Sink> {
        self.sinks.iter().find(|s| s.id == id)
    }

    /// Whether a component shows whatever stands in an attribute of that name, however deep.
    #[must_use]
    pub fn shows_data(&self, attribute: &str) -> bool {
        self.by_id("ui.component-data").is_some_and(|s| s.attributes.iter().any(|a| a == attribute))
    }

    /// The sink that what a method of that name returns goes to.
    #[must_use]
    pub fn by_override(&'static self, language: &str, method: &str) -> Option<&'static Sink> {
        let bare = |o: &str| o.rsplit('.').next() == Some(method);
        self.sinks
            .iter()
            .find(|s| s.overrides.iter().any(|o| bare(o)) && s.languages.iter().any(|l| l == language))
    }

    /// The sink that what a method is handed goes to, by the decorators that say what it does.
    #[must_use]
    pub fn by_promise(
        &'static self,
        language: &str,
        decorators: &[Box<str>],
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Sink> {
        self.sinks.iter().find(|s| {
            s.speaks(language)
                && s.promises.iter().any(|p| decorators.iter().any(|d| **d == **p))
                && s.is_imported(imports)
        })
    }

    /// The sink that what the methods of a class return goes to, by the class's name or that of what it
    /// extends.
    #[must_use]
    pub fn by_class(&'static self, language: &str, name: &str) -> Option<&'static Sink> {
        // A class that extends nothing has no name to go by there.
        self.sinks.iter().filter(|_| !name.is_empty()).find(|s| {
            s.classes.iter().any(|c| Pattern::parse(c).fits_member(name))
                && s.languages.iter().any(|l| l == language)
        })
    }

    /// The sink that what a function returns goes to which stands under a key.
    #[must_use]
    pub fn by_handler_key(
        &'static self,
        language: &str,
        key: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Sink> {
        self.sinks.iter().find(|s| {
            s.handler_keys.iter().any(|k| k == key)
                && s.beside.is_empty()
                && s.languages.iter().any(|l| l == language)
                && s.packages.iter().any(|p| imports.iter().any(|i| same_package(p, i)))
        })
    }

    /// The sink that what a function returns goes to which stands under a key, by the keys beside it.
    #[must_use]
    pub fn by_keys_beside<'k, K: Iterator<Item = &'k str>>(
        &'static self,
        language: &str,
        key: &str,
        beside: impl Fn() -> K,
    ) -> Option<&'static Sink> {
        self.sinks.iter().find(|s| {
            !s.beside.is_empty()
                && s.handler_keys.iter().any(|k| k == key)
                && s.speaks(language)
                && s.beside.iter().all(|all| all.split('|').any(|one| beside().any(|k| k == one)))
        })
    }

    /// The sink that what a function returns goes to, by the type that it is declared to be of.
    #[must_use]
    pub fn by_result_type(&'static self, language: &str, type_name: &str) -> Option<&'static Sink> {
        let fits = |known: &String| match known.strip_prefix('*') {
            Some(end) => type_name.ends_with(end),
            None => type_name == known,
        };
        self.sinks.iter().find(|s| s.result_types.iter().any(fits) && s.speaks(language))
    }

    /// The sink of a table that says which fields of an answer are kept.
    #[must_use]
    pub fn by_field_table(&'static self, language: &str, name: &str) -> Option<&'static Sink> {
        let mut sinks = self.sinks.iter();
        sinks.find(|s| s.field_tables.iter().any(|t| t == name) && s.languages.iter().any(|l| l == language))
    }

    /// The sink that what a decorated function returns goes to, by the decorator's name as written.
    #[must_use]
    pub fn by_decorator(
        &'static self,
        language: &str,
        written: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Sink> {
        let row = self.decorators.first_written(written, |row| {
            self.sinks.get(row).is_some_and(|s| s.speaks(language) && s.is_imported(imports))
        })?;
        self.sinks.get(row)
    }

    /// The sink of the markup that a call was made of when its component was read.
    #[must_use]
    pub fn by_template(&'static self, written: &str) -> Option<&'static str> {
        let framework = written.strip_prefix('$')?.strip_suffix("Template")?;
        let id = format!("ui.{framework}");
        self.sinks.iter().find(|s| s.id == id).map(|s| s.id.as_str())
    }

    /// The named service behind a host.
    #[must_use]
    pub fn by_host(&'static self, host: &str) -> Option<&'static Sink> {
        self.sinks.iter().find(|s| s.host.iter().any(|h| host_fits(h, host)))
    }

    /// The sink that an assignment to a member means, by the member's name as written.
    #[must_use]
    pub fn by_assignment(
        &'static self,
        language: &str,
        written: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Sink> {
        let row = self.assigns.first_written(written, |row| {
            self.sinks
                .get(row)
                .is_some_and(|s| s.speaks(language) && (!s.assigns_imported || s.is_imported(imports)))
        })?;
        self.sinks.get(row)
    }

    /// The sink for what a function returns, by its decorators. The file must import the sink's package,
    /// or the name be one that only it has.
    #[must_use]
    pub fn by_decorators(
        &'static self,
        language: &str,
        decorators: &[Box<str>],
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Sink> {
        let fits = |row: usize| {
            self.sinks
                .get(row)
                .is_some_and(|s| s.speaks(language) && (s.packages.is_empty() || s.is_imported(imports)))
        };
        let row = decorators.iter().filter_map(|d| self.decorators.first_written(d, fits)).min()?;
        self.sinks.get(row)
    }

    /// Whether a call makes something else of an address: a hash, a masked text.
    #[must_use]
    pub fn sanitizes(&self, language: &str, path: &str) -> bool {
        let fits = |row: usize| {
            self.sanitizer_rows
                .get(row)
                .is_some_and(|s| s.languages.iter().any(|l| l == language || l == "any"))
        };
        let row = self.sanitizers.first_written(path, fits).and_then(|row| self.sanitizer_rows.get(row));
        row.is_some_and(|s| s.flow.is_none())
    }
}

/// Whether a host fits a pattern in which `*` stands for one label.
#[must_use]
pub fn host_fits(pattern: &str, host: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host);
    let (pattern, host): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), host.split('.').collect());
    pattern.len() == host.len()
        && pattern.iter().zip(&host).all(|(p, h)| *p == "*" || p.eq_ignore_ascii_case(h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_as_people_write_them() {
        let table: &[(&str, &str, &[&str], Option<&str>)] = &[
            ("", "console.log", &[], Some("log.console")),
            (UNKNOWN_PACKAGE, "logger.info", &[], Some("log.js-logger-name")),
            (UNKNOWN_PACKAGE, "res.json", &[], Some("response.express")),
            ("@forge/kvs", "kvs.set", &[], Some("storage.forge-kvs")),
            (UNKNOWN_PACKAGE, "user.create", &[], None),
            (UNKNOWN_PACKAGE, "user.create", &["sequelize"], Some("storage.sequelize")),
            ("nodemailer", "createTransport().sendMail", &["nodemailer"], Some("mail.nodemailer")),
        ];
        for (package, path, imports, expected) in table {
            let imports: BTreeSet<&str> = imports.iter().copied().collect();
            let call = Called { language: "javascript", package, path, imports: &imports, first: "" };
            let found = Sinks::get().find(call).map(|s| s.id.as_str());
            assert_eq!(found, *expected, "{package} {path}");
        }
    }

    #[test]
    fn hosts_of_services() {
        let service = |host: &str| Sinks::get().by_host(host).and_then(|s| s.service.as_deref());
        assert_eq!(service("email.eu-west-1.amazonaws.com"), Some("Amazon SES"));
        assert_eq!(service("us21.api.mailchimp.com"), Some("Mailchimp"));
        assert_eq!(service("example.com"), None);
    }
}
