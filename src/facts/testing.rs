//! Hand-built facts for the tests of rules and reports. Nothing here may be used outside tests.
//!
//! Every place gets a span of its own, so that two findings never look alike by accident.

use super::*;
use crate::findings::Confidence;
use crate::text::Span;

/// A place of ten characters at the start of a line.
pub(crate) fn place(file: &str, line: u32) -> Place {
    let start = line as usize * 100;
    let span = Span::new(start, start + 10);
    Place { file: file.into(), line, column: 1, end_line: line, end_column: 11, span }
}

/// A value at such a place.
pub(crate) fn located<T>(value: T, file: &str, line: u32) -> Located<T> {
    Located { value, place: place(file, line) }
}

/// An app of that kind without manifests, and nothing else.
pub(crate) fn facts(kind: AppType) -> Facts {
    let app = App {
        root: ".".into(),
        kind,
        kind_reason: "the test says so".to_owned(),
        key: None,
        name: None,
        vendor: None,
        products: Vec::new(),
        manifests: Vec::new(),
        oauth_scopes: Vec::new(),
    };
    Facts {
        app,
        declaration: None,
        declaration_exists: false,
        approval: None,
        approval_exists: false,
        catalogue: Catalogue::embedded(),
        accesses: Vec::new(),
        flows: Vec::new(),
        observations: Vec::new(),
        personal_data: Default::default(),
        annotations: Vec::new(),
        bad_annotations: Vec::new(),
        suppressions: Vec::new(),
        documents: Vec::new(),
        listing: None,
        problems: Vec::new(),
        coverage: Coverage { files_seen: 3, files_parsed: 1, ..Coverage::default() },
        edits: Edits::default(),
    }
}

/// A manifest with these scopes, one a line from line 11.
pub(crate) fn manifest(kind: ManifestKind, scopes: &[&str]) -> Manifest {
    let file = if kind == ManifestKind::Forge { "manifest.yml" } else { "atlassian-connect.json" };
    Manifest {
        kind,
        file: file.into(),
        key: None,
        connect_key: None,
        name: None,
        vendor: None,
        products: Vec::new(),
        scopes: scopes.iter().zip(11..).map(|(s, line)| located((*s).to_owned(), file, line)).collect(),
        scopes_place: Some(place(file, 10)),
        scopes_as_map: false,
        modules: Vec::new(),
        connect_modules: false,
        egress: Vec::new(),
        remotes: Vec::new(),
        storage_classifications: Vec::new(),
        lifecycle: Vec::new(),
        scheduled: Vec::new(),
        functions: Vec::new(),
        on_uninstall: Vec::new(),
        answering: Vec::new(),
        gdpr_migration: None,
        links: Vec::new(),
        unread: Vec::new(),
    }
}

/// A Forge app with these scopes.
pub(crate) fn forge(scopes: &[&str]) -> Facts {
    let mut facts = facts(AppType::Forge);
    facts.app.manifests.push(manifest(ManifestKind::Forge, scopes));
    facts
}

/// A Connect app with these scopes.
pub(crate) fn connect(scopes: &[&str]) -> Facts {
    let mut facts = facts(AppType::Connect);
    facts.app.manifests.push(manifest(ManifestKind::Connect, scopes));
    facts
}

/// An access in `src/app.ts`, certain, with its line as its id: `a7` on line 7.
pub(crate) fn access(kind: AccessKind, product: Option<Product>, caller: Caller, line: u32) -> Access {
    Access {
        id: format!("a{line}"),
        kind,
        endpoint: None,
        sdk: None,
        product,
        caller,
        confidence: Confidence::Certain,
        place: place("src/app.ts", line),
        expression: format!("read{line}()"),
        request: None,
        path: None,
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    }
}

/// The commonest access: Jira's Email API as the app.
pub(crate) fn jira_email_call(line: u32) -> Access {
    access(AccessKind::EmailApi, Some(Product::Jira), Caller::AsApp, line)
}

/// A flow of an access to a sink in `src/app.ts`.
pub(crate) fn flow(access: &Access, kind: SinkKind, line: u32) -> Flow {
    Flow {
        access: access.id.clone(),
        kind,
        sink: "sink".to_owned(),
        service: None,
        place: place("src/app.ts", line),
        expression: format!("sink{line}()"),
        confidence: Confidence::Certain,
        implicit: false,
        path: Vec::new(),
        names: Vec::new(),
    }
}

/// An observation in `src/app.ts`.
pub(crate) fn observation(kind: ObservationKind, detail: &str, line: u32) -> Observation {
    Observation {
        kind,
        place: place("src/app.ts", line),
        expression: format!("seen{line}()"),
        detail: detail.to_owned(),
        confidence: Confidence::Certain,
    }
}

/// An annotation in `src/app.ts` that covers the line behind it.
pub(crate) fn annotation(uses: &[&str], line: u32) -> Annotation {
    Annotation {
        place: place("src/app.ts", line),
        uses: uses.iter().map(|u| ((*u).to_owned(), place("src/app.ts", line))).collect(),
        text: None,
        scope: AnnotationScope::Following,
        covers: Some((line + 1, line + 1)),
    }
}

/// A suppression in `src/app.ts` that covers the line behind it.
pub(crate) fn suppression(rules: &[&str], line: u32) -> Suppression {
    Suppression {
        place: place("src/app.ts", line),
        rules: rules.iter().map(|r| ((*r).to_owned(), place("src/app.ts", line))).collect(),
        reason: "seen and accepted".to_owned(),
        covers: Some((line + 1, line + 1)),
    }
}

/// An empty declaration.
pub(crate) fn declaration() -> Declaration {
    Declaration {
        file: DECLARATION.into(),
        key: None,
        name: None,
        vendor: None,
        kind: None,
        products: Vec::new(),
        listing: None,
        contact: None,
        privacy_policy: None,
        customer_terms: None,
        personal_data: None,
        uses: Vec::new(),
        lint_rules: Vec::new(),
        lint_exclude: Vec::new(),
    }
}

const DECLARATION: &str = "email-access.yaml";

/// A declared use on a line, with a description that says enough.
pub(crate) fn declared(name: &str, functionality: &str, line: u32) -> DeclaredUse {
    DeclaredUse {
        name: located(name.to_owned(), DECLARATION, line),
        place: place(DECLARATION, line),
        functionality: located(functionality.to_owned(), DECLARATION, line + 1),
        description: Some(located(
            "when a scheduled export fails its owner gets one mail with the reason".to_owned(),
            DECLARATION,
            line + 2,
        )),
        justification: None,
        addresses_from: Vec::new(),
        third_parties: Vec::new(),
    }
}

/// Facts with a declaration of these uses.
pub(crate) fn with_uses(mut facts: Facts, uses: Vec<DeclaredUse>) -> Facts {
    facts.declaration = Some(Declaration { uses, ..declaration() });
    facts.declaration_exists = true;
    facts
}

/// A problem on the first line of a file.
pub(crate) fn problem(input: InputKind, file: &str, matters: bool) -> Problem {
    Problem { place: place(file, 1), input, message: "cannot be read".to_owned(), help: None, matters }
}

/// A document that was read, with no fault.
pub(crate) fn document(kind: DocumentKind) -> Document {
    let file = "docs/PRIVACY.md";
    Document {
        kind,
        place: place(file, 1),
        url: None,
        url_place: None,
        file: Some(file.to_owned()),
        declared: true,
        fetched: None,
        state: DocumentState::Read {
            words: 900,
            placeholders: Vec::new(),
            mentions_email: Some(located("email addresses".to_owned(), file, 4)),
            says: says(&[
                Topic::Email,
                Topic::Purpose,
                Topic::Sharing,
                Topic::Retention,
                Topic::Deletion,
                Topic::Contact,
            ]),
        },
    }
}

/// What a document says that states these topics, one a line from line 10.
pub(crate) fn says(topics: &[Topic]) -> Box<Says> {
    let statement = |(topic, line): (&Topic, u32)| Statement {
        topic: *topic,
        denies: false,
        passage: located(format!("this is about {topic:?}"), "docs/PRIVACY.md", line),
    };
    Box::new(Says { statements: topics.iter().zip(10..).map(statement).collect(), ..Says::default() })
}

/// A policy that was read and states these topics.
pub(crate) fn saying(topics: &[Topic]) -> Document {
    let mut document = document(DocumentKind::PrivacyPolicy);
    document.state = DocumentState::Read {
        words: 900,
        placeholders: Vec::new(),
        mentions_email: None,
        says: says(topics),
    };
    document
}

/// A policy that was read and says, on line 40, that there is none of a topic.
pub(crate) fn denying(topic: Topic) -> Document {
    let mut document = saying(&[]);
    if let DocumentState::Read { says, .. } = &mut document.state {
        let passage = located("we do nothing of the kind".to_owned(), "docs/PRIVACY.md", 40);
        says.statements.push(Statement { topic, denies: true, passage });
    }
    document
}

/// An approval of all that `facts` have, recorded as `ECOHELP-1`.
pub(crate) fn approval(facts: &Facts) -> Approval {
    let mut record = crate::rules::approval::record(facts);
    (record.ticket, record.date) = ("ECOHELP-1".to_owned(), "2026-03-31".to_owned());
    let places = record.uses.keys().zip(10..).map(|(name, line)| (name.clone(), place(LOCK, line)));
    Approval { file: LOCK.into(), places: places.collect(), catalogue_place: place(LOCK, 5), record }
}

const LOCK: &str = "email-access.lock";
