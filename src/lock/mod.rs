//! `email-access.lock`: the record of what Atlassian approved, written and read. What it means that an app
//! differs from it is for the rules to say.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::facts::{Approval, InputKind, Problem, Record};
use crate::findings::fingerprint::fnv1a;
use crate::text::redact::one_line;
use crate::text::{Node, SourceFile, Span, yaml};

/// The name of the file.
pub const FILE_NAME: &str = "email-access.lock";
/// The largest record that is read, in bytes. Real ones have a few thousand.
pub const MAX_BYTES: usize = 1 << 20;
/// The version of the format.
pub const VERSION: u32 = 1;
/// The most uses that a record may have; a declaration has no more.
const MAX_USES: usize = 500;

const HEAD: &str = "\
# What Atlassian approved, as `mailpermit approve` recorded it. Commit this file and leave it as it is:
# `mailpermit check` compares the app with it, and `mailpermit request --update` writes what is new.
";

/// `record` as the text of the file. The same record is the same text.
#[must_use]
pub fn write(record: &Record) -> String {
    let body = serde_yaml::to_string(record).unwrap_or_default();
    format!("{HEAD}{body}")
}

/// The JSON Schema (draft 2020-12) of the file.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut value = schemars::schema_for!(Record).to_value();
    if let Some(properties) = value.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        properties.insert("version".to_owned(), serde_json::json!({"type": "integer", "const": VERSION, "description": "The version of this format: 1."}));
        for (key, form) in [("ticket", TICKET), ("date", DATE)] {
            if let Some(property) = properties.get_mut(key).and_then(serde_json::Value::as_object_mut) {
                property.insert("pattern".to_owned(), form.into());
            }
        }
    }
    value
}

/// The fingerprint of a text; white space does not count, so that a reformatted text is the same one.
#[must_use]
pub fn hash(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("fnv1a64:{:016x}", fnv1a(words.join(" ").as_bytes()))
}

const TICKET: &str = "^[A-Z][A-Z0-9_]{0,40}-[0-9]{1,12}$";
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const HASH: &str = "^fnv1a64:[0-9a-f]{16}$";

struct Forms {
    ticket: regex::Regex,
    hash: regex::Regex,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms {
    ticket: regex::Regex::new(TICKET).expect("a test uses it"),
    hash: regex::Regex::new(HASH).expect("a test uses it"),
});

/// Whether this is the key of a ticket.
#[must_use]
pub fn is_ticket(text: &str) -> bool {
    FORMS.ticket.is_match(text)
}

/// Whether this is a day, as `2026-03-31`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    // Eight digits alone are a day to the reader, too.
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Reads a record. One problem is told, the first.
///
/// # Errors
/// When it is no such record, with the place and what to do.
pub fn read(file: &SourceFile) -> Result<Approval, Problem> {
    let problem = |span: Span, message: String| {
        Problem {
        place: file.place(span),
        input: InputKind::Lock,
        message,
        help: Some(
            "take the file back from version control, or write it anew with `mailpermit approve --ticket KEY`"
                .to_owned(),
        ),
        matters: true,
    }
    };
    if file.text.len() > MAX_BYTES {
        let message = format!("the record has {} bytes, and {MAX_BYTES} are read", file.text.len());
        return Err(problem(Span::default(), message));
    }
    // The first reader has limits for what a hostile file could ask for, and knows places.
    let node = yaml::parse(&file.text).map_err(|e| problem(e.span, e.message))?;
    let version = node.get("version");
    match version.map(|v| &v.value) {
        Some(crate::text::Value::Number(n)) if n.parse() == Ok(VERSION) => {}
        Some(_) => {
            let message = format!("the version of the record is not {VERSION}, the only one that is known");
            return Err(problem(version.map_or(Span::default(), |v| v.span), message));
        }
        None => return Err(problem(Span::default(), "the record has no `version`".to_owned())),
    }
    let record: Record = serde_saphyr::from_str(&file.text).map_err(|error| {
        let message = error.without_snippet().to_string();
        let message = one_line(message.lines().next().unwrap_or("cannot be read"), 200);
        let at = error.location().map(|l| (l.line().max(1), l.column().max(1)));
        problem(at.map_or(Span::default(), |(line, column)| span_at(file, line, column)), message)
    })?;
    verify(&record, &node).map_err(|(span, message)| problem(span, message))?;
    let uses = node.get("uses").map(Node::entries).unwrap_or_default();
    let places: BTreeMap<_, _> = uses.iter().map(|e| (e.key.clone(), file.place(e.key_span))).collect();
    let catalogue = node.get("catalogue").map_or(Span::default(), |n| n.span);
    Ok(Approval { file: Arc::clone(&file.path), record, catalogue_place: file.place(catalogue), places })
}

/// What has the right shape and says nothing that can be.
fn verify(record: &Record, node: &Node) -> Result<(), (Span, String)> {
    let at = |path: &[&str]| {
        let found = path.iter().try_fold(node, |n, key| n.get(key));
        found.map_or(Span::default(), |n| n.span)
    };
    let shown = |text: &str| one_line(text, 60);
    if !is_ticket(&record.ticket) {
        let message =
            format!("`{}` is not the key of a ticket, such as `ECOHELP-12345`", shown(&record.ticket));
        return Err((at(&["ticket"]), message));
    }
    if !is_date(&record.date) {
        let message = format!("`{}` is not a day, such as `2026-03-31`", shown(&record.date));
        return Err((at(&["date"]), message));
    }
    if record.uses.len() > MAX_USES {
        let message = format!("the record has {} uses, and {MAX_USES} are the most", record.uses.len());
        return Err((at(&["uses"]), message));
    }
    for (name, one) in &record.uses {
        for (key, value) in [("description", &one.description), ("justification", &one.justification)] {
            if let Some(value) = value.as_ref().filter(|v| !FORMS.hash.is_match(v)) {
                let message = format!("`{}` is not a fingerprint, `fnv1a64:` and 16 digits", shown(value));
                return Err((at(&["uses", name, key]), message));
            }
        }
    }
    Ok(())
}

/// The place of a line and a column, both from 1, in characters.
fn span_at(file: &SourceFile, line: u64, column: u64) -> Span {
    let line = file.line_span(u32::try_from(line).unwrap_or(u32::MAX));
    let text = file.slice(line);
    let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let offset = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    Span::at(line.range().start + offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ApprovedParty, ApprovedUse, Found};

    fn record() -> Record {
        let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let party = ApprovedParty {
            purpose: Some(hash("delivers")),
            hosts: set(&["*.example.com", "a: b"]),
            required: Some(true),
        };
        let one = ApprovedUse {
            functionality: "error-reports".to_owned(),
            description: Some(hash("a mail")),
            justification: None,
            addresses_from: set(&["jira-email-api"]),
            third_parties: BTreeMap::from([("Amazon \"SES\" # x\u{202e}".to_owned(), party)]),
            found: Found { stores: set(&["email-address"]), ..Found::default() },
        };
        Record {
            version: VERSION,
            ticket: "ECOHELP-1".to_owned(),
            date: "2026-03-31".to_owned(),
            catalogue: "1".to_owned(),
            app: Some("null".to_owned()),
            stores: set(&["account-id", "email-address"]),
            uses: BTreeMap::from([("true".to_owned(), one), ("b".to_owned(), ApprovedUse::default())]),
        }
    }

    fn file(text: &str) -> SourceFile {
        SourceFile::new(FILE_NAME, text)
    }

    #[test]
    fn what_is_written_is_read() {
        let text = write(&record());
        let read = read(&file(&text)).expect("it is a record");
        assert_eq!(read.record, record(), "{text}");
        assert_eq!(write(&read.record), text);
        assert_eq!(read.places.keys().collect::<Vec<_>>(), ["b", "true"]);
        assert_eq!(file(&text).slice(read.catalogue_place.span).trim_matches(['\'', '"']), "1");
        let value: serde_json::Value = serde_saphyr::from_str(&text).expect("it is YAML");
        let schema = jsonschema::draft202012::new(&schema()).expect("the schema is one");
        let errors: Vec<_> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {text}");
    }

    #[test]
    fn order_and_formatting_do_not_count() {
        let text = "{uses: {b: {functionality: ''}, 'true': {third-parties: {\"Amazon \\\"SES\\\" # x\\u202e\": {required: true, hosts: ['a: b', '*.example.com'], purpose: PURPOSE}},\n\
             found: {stores: [email-address]}, addresses-from: [jira-email-api], description: DESCRIPTION, functionality: error-reports}},\n\
             stores: [email-address, account-id], app: 'null', catalogue: '1', date: 2026-03-31, ticket: ECOHELP-1, version: 1}"
            .replace("PURPOSE", &hash("delivers"))
            .replace("DESCRIPTION", &hash(" a\n  mail "));
        assert_eq!(read(&file(&text)).expect("it is a record").record, record());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let good = write(&record());
        for (from, to, line, column, message) in [
            ("ticket: ECOHELP-1", "ticket: nonsense", 4, 9, "not the key of a ticket"),
            ("date: 2026-03-31", "date: 2026-13-31", 5, 7, "not a day"),
            ("version: 1\n", "version: 2\n", 3, 10, "version"),
            ("version: 1\n", "", 1, 1, "no `version`"),
            ("version: 1\n", "version: 1\nversion: 1\n", 4, 1, "twice"),
            ("ticket:", "tickets:", 4, 1, "tickets"),
            ("stores:\n", "stores: 3\nx:\n", 8, 9, ""),
            ("fnv1a64:", "md5:", 0, 0, "not a fingerprint"),
            ("uses:", "uses: [", 0, 0, ""),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let problem = read(&file(&text)).expect_err(to);
            assert!(problem.message.contains(message), "{to}: {problem:?}");
            assert!(!problem.message.contains('\n'), "{problem:?}");
            if line > 0 {
                assert_eq!(
                    (problem.place.line, problem.place.column),
                    (line, column),
                    "{to}: {problem:?}\n{text}"
                );
            }
        }
    }

    #[test]
    fn hostile_files_are_refused() {
        let bomb = "version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nuses: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
        let long = format!("version: 1\n# {}", "x".repeat(MAX_BYTES));
        let deep = format!("version: 1\nuses: {}", "[".repeat(10_000));
        let many: String = (0..=MAX_USES).map(|n| format!("  u{n}: {{functionality: other}}\n")).collect();
        let many = format!("version: 1\nticket: A-1\ndate: 2026-01-01\ncatalogue: '1'\nuses:\n{many}");
        for text in
            [bomb, &long, &deep, &many, "", "3", "[]", "version: 1", "\u{feff}", "a\u{0}b", "--- x\n--- y"]
        {
            let problem = read(&file(text)).expect_err("it is no record");
            assert!(!problem.message.is_empty() && problem.input == InputKind::Lock && problem.matters);
        }
    }

    #[test]
    fn tickets_and_days() {
        for (text, expected) in [
            ("ECOHELP-12345", true),
            ("A_B2-1", true),
            ("ecohelp-1", false),
            ("ECOHELP", false),
            ("A-1 ", false),
            ("A-1\n", false),
            ("", false),
        ] {
            assert_eq!(is_ticket(text), expected, "{text:?}");
        }
        for (text, expected) in [
            ("2026-02-28", true),
            ("2026-02-29", false),
            ("20260228", false),
            ("2026-2-8", false),
            ("", false),
        ] {
            assert_eq!(is_date(text), expected, "{text:?}");
        }
    }
}
