//! The text of the draft: `email-access.yaml` with comments that teach, and the list of places for people.

use std::fmt::Write as _;

use super::{Draft, FoundDocument, Group, Hints, Party, TO_DO, clean};
use crate::catalog::{Catalogue, Verdict};
use crate::facts::AppType;
use crate::text::Place;
use crate::text::redact::one_line;

/// Places of a group that are listed.
const MOST_PLACES: usize = 12;
/// How wide a comment is.
const WIDTH: usize = 100;

/// The declaration.
#[must_use]
pub fn render(draft: &Draft, hints: &Hints, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    out.push_str("# yaml-language-server: $schema=./email-access.schema.json\n");
    comment(
        &mut out,
        "",
        "With that line an editor completes and checks this file, once the schema lies beside it: `mailpermit schema email-access > email-access.schema.json`.",
    );
    comment(&mut out, "", "");
    let complete = draft.groups.iter().all(|g| g.description.is_some());
    let rest = if complete { String::new() } else { format!("complete what says {TO_DO}, ") };
    comment(
        &mut out,
        "",
        &format!(
            "What this app uses people's email addresses for. `mailpermit init` drafted it from the code: {rest}correct what is wrong, then run `mailpermit check`. The uses are Atlassian's of {}; `mailpermit uses` prints them.",
            catalogue.date
        ),
    );
    out.push_str("version: 1\n\n");
    app(&mut out, draft, hints);
    documents(&mut out, draft);
    personal_data(&mut out, draft);
    uses(&mut out, draft, catalogue);
    out
}

fn app(out: &mut String, draft: &Draft, hints: &Hints) {
    let mut lines: Vec<(bool, String)> = Vec::new();
    let mut line = |known: bool, text: String| lines.push((known, text));
    if draft.has_manifest {
        comment(
            out,
            "",
            "The app. Key, kind and scopes are read from the manifest, and so is what else stands there.",
        );
    } else {
        comment(out, "", "The app. No manifest was found, so all that is known of it stands here.");
        line(false, "key: com.example.app".to_owned());
        match kind_word(draft.kind) {
            Some(word) => line(true, format!("type: {word}   # {}", one_line(&draft.kind_reason, 120))),
            None => line(false, "type: oauth2   # connect | forge | forge-with-connect | oauth2".to_owned()),
        }
    }
    if draft.name.is_none() {
        let known = hints.name.as_ref();
        line(
            known.is_some(),
            format!("name: {}", known.map_or("Reporter for Jira".to_owned(), |n| scalar(n))),
        );
    }
    if !draft.products.is_empty() {
        line(true, format!("products: [{}]   # whose addresses are read", draft.products.join(", ")));
    }
    match &hints.vendor {
        Some(vendor) => {
            line(true, format!("vendor: {}   # from package.json: as on the Marketplace?", scalar(vendor)))
        }
        None => line(false, "vendor: Example Pty Ltd   # as on the Marketplace".to_owned()),
    }
    match &hints.listing {
        Some(listing) => line(true, format!("listing: {}", scalar(listing))),
        None => line(
            false,
            "listing: https://marketplace.atlassian.com/apps/1   # when it is published".to_owned(),
        ),
    }
    match &hints.contact {
        Some(contact) => line(
            true,
            format!("contact: {}   # from package.json: who answers Atlassian's questions?", scalar(contact)),
        ),
        None => {
            line(false, "contact: security@vendor.example   # who answers Atlassian's questions".to_owned())
        }
    }
    section(out, "app", &lines);
}

fn documents(out: &mut String, draft: &Draft) {
    comment(
        out,
        "",
        "Both have to be published before access is asked for. An address, a path in the repository, or both as `{url: …, file: …}`.",
    );
    let mut lines = Vec::new();
    for (key, found, example) in [
        ("privacy-policy", &draft.privacy_policy, "https://vendor.example/privacy"),
        ("customer-terms", &draft.customer_terms, "https://vendor.example/terms"),
    ] {
        lines.push(match found {
            None => (false, format!("{key}: {example}   # none was found")),
            Some(found) => (true, format!("{key}: {}", document(found))),
        });
    }
    section(out, "documents", &lines);
}

fn document(found: &FoundDocument) -> String {
    let value = match (&found.url, &found.file) {
        (Some(url), Some(file)) => format!("{{url: {}, file: {}}}", quoted(url), quoted(file)),
        (Some(one), None) | (None, Some(one)) => scalar(one),
        (None, None) => "{}".to_owned(),
    };
    let places: Vec<String> = found.places.iter().take(2).map(place).collect();
    format!("{value}   # found: {}", places.join(", "))
}

fn personal_data(out: &mut String, draft: &Draft) {
    comment(
        out,
        "",
        "Atlassian asks whether the app collects personal data, and what it stores: account-id, email-address, display-name, avatar, locale, timezone, other; `[]` says that it stores none.",
    );
    let stored: Vec<String> = draft.stored.iter().take(3).map(place).collect();
    let collects = !draft.groups.is_empty();
    let mut lines = vec![(true, format!("collects: {collects}"))];
    if stored.is_empty() {
        lines.push((
            true,
            "stores: []   # no place was found that stores addresses: is anything else stored of people?"
                .to_owned(),
        ));
        lines.push((
            false,
            "retention: 30 days   # or `until uninstall`, `until erasure`; when something is stored"
                .to_owned(),
        ));
    } else {
        lines.push((
            true,
            format!(
                "stores: [account-id, email-address]   # stored at {}; take account-id out if none is",
                stored.join(", ")
            ),
        ));
        lines.push((
            false,
            "retention: 30 days   # how long: also `until uninstall`, `until erasure`".to_owned(),
        ));
    }
    lines.push((
        false,
        "reporting: {cycle: 7 days}   # how often stored accounts are reported to Atlassian".to_owned(),
    ));
    section(out, "personal-data", &lines);
}

fn uses(out: &mut String, draft: &Draft, catalogue: &Catalogue) {
    comment(
        out,
        "",
        "What addresses are used for. Each name is yours to choose; comments in the code name it above what reads an address: `@email-use NAME`.",
    );
    if draft.groups.is_empty() {
        comment(out, "", "No place that reads addresses was found, so there is none to declare.");
        return;
    }
    out.push_str("uses:\n");
    for group in &draft.groups {
        used(out, group, catalogue);
    }
}

fn used(out: &mut String, group: &Group, catalogue: &Catalogue) {
    let _ = writeln!(out, "  {}:", group.name);
    comment(out, "    ", &format!("Addresses {}. They are read at:", group.does));
    for read in group.reads.iter().take(MOST_PLACES) {
        let _ = writeln!(out, "    #   {}  {}", place(&read.place), one_line(&read.expression, 60));
    }
    if group.reads.len() > MOST_PLACES {
        let _ = writeln!(out, "    #   and {} more places", group.reads.len() - MOST_PLACES);
    }
    comment(out, "    ", &format!("Proposed because {}.", group.reason));
    let listed = catalogue.get(&group.functionality);
    let meaning =
        listed.map_or(String::new(), |u| format!("   # {}: {}", u.functionality, verdict(u.verdict)));
    let _ = writeln!(out, "    functionality: {}{meaning}", scalar(&group.functionality));
    match &group.description {
        Some(text) => folded(out, "description", text),
        None => folded(
            out,
            "description",
            &format!(
                "{TO_DO}: who gets what, and when? As in: when a scheduled export fails, the owner of the schedule gets one mail with the reason and the time of the next try."
            ),
        ),
    }
    if listed.is_some_and(|u| u.verdict == Verdict::Review) {
        match &group.justification {
            Some(text) => folded(out, "justification", text),
            None => folded(
                out,
                "justification",
                &format!("{TO_DO}: why can the app not do this without addresses?"),
            ),
        }
    }
    let mut sources: Vec<&str> = group.reads.iter().filter_map(|r| r.source).collect();
    sources.sort_unstable();
    sources.dedup();
    // A source that could not be told leaves the list open.
    if !sources.is_empty() && group.reads.iter().all(|r| r.source.is_some()) {
        let _ = writeln!(out, "    addresses-from: [{}]", sources.join(", "));
    } else {
        let _ = writeln!(
            out,
            "    # addresses-from: [jira-user-object]   # which product they come from could not be told"
        );
    }
    if !group.parties.is_empty() {
        comment(
            out,
            "    ",
            "Addresses may go to others only where the service cannot be given without them.",
        );
        out.push_str("    third-parties:\n");
        group.parties.iter().for_each(|p| party(out, p));
    }
}

fn party(out: &mut String, party: &Party) {
    let _ = writeln!(out, "      - name: {}", scalar(&party.name));
    let purpose = party.purpose.clone().unwrap_or_else(|| format!("{TO_DO}: what it does for the user"));
    let _ = writeln!(out, "        purpose: {}", scalar(&purpose));
    if !party.hosts.is_empty() {
        let hosts: Vec<String> = party.hosts.iter().map(|h| quoted(h)).collect();
        let _ = writeln!(out, "        hosts: [{}]", hosts.join(", "));
    }
    out.push_str("        required: true\n");
}

/// A section: what is known as it is, the rest as comments that show what to write.
fn section(out: &mut String, name: &str, lines: &[(bool, String)]) {
    let any = lines.iter().any(|(known, _)| *known);
    let _ = writeln!(out, "{}{name}:", if any { "" } else { "# " });
    for (known, line) in lines {
        let _ = match (any, known) {
            (_, true) => writeln!(out, "  {line}"),
            (true, false) => writeln!(out, "  # {line}"),
            (false, false) => writeln!(out, "#   {line}"),
        };
    }
    out.push('\n');
}

/// A comment, wrapped.
fn comment(out: &mut String, indent: &str, text: &str) {
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && indent.len() + 3 + line.chars().count() + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{indent}# {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{}", format!("{indent}# {line}").trim_end());
}

/// A text over several lines. Blanks are single, so that folding changes nothing.
fn folded(out: &mut String, key: &str, text: &str) {
    let text = clean(text, 4000);
    let words: Vec<&str> = text.split_whitespace().collect();
    let _ = writeln!(out, "    {key}: >-");
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && 7 + line.chars().count() + word.chars().count() > WIDTH {
            let _ = writeln!(out, "      {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "      {line}");
}

/// A text as YAML has it: plain where that is safe, else in quotes.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_' | '/' | '(' | ')'))
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    let address = text.starts_with("https://")
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_'));
    if plain || address { text.to_owned() } else { quoted(text) }
}

/// A text in quotes: a JSON text is a YAML text too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(clean(text, 2000)).to_string()
}

fn place(place: &Place) -> String {
    one_line(&format!("{}:{}", place.file, place.line), 160)
}

fn kind_word(kind: AppType) -> Option<&'static str> {
    match kind {
        AppType::Forge => Some("forge"),
        AppType::ForgeWithConnect => Some("forge-with-connect"),
        AppType::Connect => Some("connect"),
        AppType::Oauth2 => Some("oauth2"),
        AppType::Unknown => None,
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "a valid use",
        Verdict::Invalid => "not a valid use",
        Verdict::Review => "a person at Atlassian decides",
    }
}

/// What was found, for people: the app, and each group with its places and the proposal.
#[must_use]
pub fn listing(draft: &Draft, catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let kind = kind_word(draft.kind).unwrap_or("an app of unknown kind");
    let n: usize = draft.groups.iter().map(|g| g.reads.len()).sum();
    let places =
        if n == 1 { "1 place reads addresses".to_owned() } else { format!("{n} places read addresses") };
    let _ = writeln!(out, "{kind} ({}): {places}", one_line(&draft.kind_reason, 160));
    for (number, group) in draft.groups.iter().enumerate() {
        let _ = writeln!(out, "\n{}. addresses {}", number + 1, group.does);
        for read in group.reads.iter().take(MOST_PLACES) {
            let _ = writeln!(out, "     {}  {}", place(&read.place), one_line(&read.expression, 80));
        }
        if group.reads.len() > MOST_PLACES {
            let _ = writeln!(out, "     and {} more places", group.reads.len() - MOST_PLACES);
        }
        for party in &group.parties {
            let _ = writeln!(out, "     to {}", one_line(&party.name, 80));
        }
        let meaning = catalogue
            .get(&group.functionality)
            .map_or(String::new(), |u| format!(" ({}: {})", u.functionality, verdict(u.verdict)));
        let _ = writeln!(out, "   proposed use: {}{meaning}", group.functionality);
        let _ = writeln!(out, "   because {}", group.reason);
    }
    if draft.maybe > 0 {
        let places =
            if draft.maybe == 1 { "1 more place".to_owned() } else { format!("{} more places", draft.maybe) };
        let _ = writeln!(
            out,
            "\n{places} may have to do with addresses of Atlassian users: `mailpermit flows` shows more"
        );
    }
    out
}
