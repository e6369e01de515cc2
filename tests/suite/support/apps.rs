//! Hand-built apps: facts and rule states without parsing anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use mailpermit::catalog::{Catalogue, CatalogueUse, Process, Verdict};
use mailpermit::facts::{
    Access, AccessKind, App, AppType, Caller, Coverage, Declaration, DeclaredUse, Document, DocumentKind,
    DocumentState, Facts, Flow, Located, Manifest, ManifestKind, Observation, ObservationKind,
    PersonalDataDeclaration, Product, SinkKind, ThirdParty,
};
use mailpermit::findings::run::{AppRun, RuleState, Run};
use mailpermit::findings::{Confidence, Finding, Severity};
use mailpermit::text::{Place, Span};

pub const DECLARATION: &str = "email-access.yaml";

/// Rules that the guidelines rest on, in the state `Passed`.
const RULES: [&str; 11] = [
    "undeclared-access",
    "unknown-use",
    "invalid-use",
    "code-contradicts-use",
    "description-contradicts-use",
    "malformed-annotation",
    "orphan-annotation",
    "email-in-ui",
    "email-in-response",
    "email-to-third-party",
    "email-to-marketing-service",
];

pub fn place(file: &str, line: u32) -> Place {
    Place { file: file.into(), line, column: 3, end_line: line, end_column: 9, span: Span::default() }
}

pub fn at(value: &str, file: &str, line: u32) -> Located<String> {
    Located { value: value.to_owned(), place: place(file, line) }
}

pub fn said(value: &str, line: u32) -> Located<String> {
    at(value, DECLARATION, line)
}

fn catalogue() -> Arc<Catalogue> {
    let entry = |id: &str, process, label: &str, functionality: &str, verdict| CatalogueUse {
        id: id.to_owned(),
        process,
        process_label: label.to_owned(),
        functionality: functionality.to_owned(),
        verdict,
        words: Vec::new(),
        code: Vec::new(),
        source: String::new(),
        confidence: None,
    };
    let (mail, link) = ("Send transactional emails", "Account linking");
    Arc::new(Catalogue {
        source: "Profile visibility guide".to_owned(),
        url: "https://developer.atlassian.com/".to_owned(),
        date: "2024-12-09".to_owned(),
        version: "1".to_owned(),
        uses: vec![
            entry("error-reports", Process::TransactionalEmail, mail, "Send error reports", Verdict::Valid),
            entry(
                "user-sync",
                Process::AccountLinking,
                link,
                "Sync users with another system",
                Verdict::Valid,
            ),
            entry(
                "marketing",
                Process::TransactionalEmail,
                mail,
                "Send newsletters, campaigns, or other marketing emails",
                Verdict::Invalid,
            ),
            entry("other", Process::None, "", "A use in neither of Atlassian's lists", Verdict::Review),
        ],
    })
}

fn manifest(kind: ManifestKind, file: &str) -> Manifest {
    Manifest {
        kind,
        file: file.into(),
        key: None,
        connect_key: None,
        name: None,
        vendor: None,
        products: vec![Product::Jira],
        scopes: Vec::new(),
        scopes_place: None,
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

fn facts(kind: AppType, reason: &str) -> Facts {
    Facts {
        app: App {
            root: ".".into(),
            kind,
            kind_reason: reason.to_owned(),
            key: None,
            name: None,
            vendor: None,
            products: Vec::new(),
            manifests: Vec::new(),
            oauth_scopes: Vec::new(),
        },
        declaration: None,
        declaration_exists: false,
        approval: None,
        approval_exists: false,
        catalogue: catalogue(),
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
        coverage: Coverage { files_seen: 48, files_parsed: 6, ..Coverage::default() },
        edits: Default::default(),
    }
}

fn app_run(facts: Facts) -> AppRun {
    AppRun { facts, findings: Vec::new(), rules: RULES.map(|r| (r, RuleState::Passed)).to_vec() }
}

pub fn run_of(app: &AppRun) -> Run {
    Run {
        apps: vec![app.clone()],
        files: BTreeMap::new(),
        commit: Some("3f9c1d2e8b7a6054c1f0e9d8b7a695847362514f".to_owned()),
    }
}

pub fn access(id: &str, kind: AccessKind, file: &str, line: u32, expression: &str) -> Access {
    Access {
        id: id.to_owned(),
        kind,
        endpoint: None,
        sdk: None,
        product: Some(Product::Jira),
        caller: Caller::Addon,
        confidence: Confidence::Certain,
        place: place(file, line),
        expression: expression.to_owned(),
        request: None,
        path: None,
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    }
}

pub fn flow(access: &str, kind: SinkKind, file: &str, line: u32, expression: &str) -> Flow {
    Flow {
        access: access.to_owned(),
        kind,
        sink: "sink".to_owned(),
        service: None,
        place: place(file, line),
        expression: expression.to_owned(),
        confidence: Confidence::Certain,
        implicit: false,
        path: Vec::new(),
        names: Vec::new(),
    }
}

pub fn declared_use(name: &str, functionality: &str, line: u32) -> DeclaredUse {
    DeclaredUse {
        name: said(name, line),
        place: place(DECLARATION, line),
        functionality: said(functionality, line + 1),
        description: None,
        justification: None,
        addresses_from: Vec::new(),
        third_parties: Vec::new(),
    }
}

fn declaration() -> Declaration {
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

fn document(kind: DocumentKind, line: u32, url: &str) -> Document {
    Document {
        kind,
        place: place(DECLARATION, line),
        url: Some(url.to_owned()),
        url_place: Some(place(DECLARATION, line)),
        file: None,
        declared: true,
        state: DocumentState::AddressOnly,
        fetched: None,
    }
}

pub fn error(rule: &'static str, file: &str, line: u32, message: &str) -> Finding {
    let mut finding = Finding::new(place(file, line), message);
    finding.rule = rule;
    finding.severity = Severity::Error;
    finding
}

pub fn state(app: &mut AppRun, rule: &str, state: RuleState) {
    let entry = app.rules.iter_mut().find(|(name, _)| *name == rule).expect("the rule is in the list");
    entry.1 = state;
}

/// A Connect app with everything in order.
pub fn connect() -> AppRun {
    let mut f = facts(AppType::Connect, "`atlassian-connect.json` is a Connect descriptor");
    let descriptor = "atlassian-connect.json";
    let mut m = manifest(ManifestKind::Connect, descriptor);
    m.key = Some(at("com.example.reporter", descriptor, 2));
    m.name = Some(at("Reporter for Jira", descriptor, 3));
    m.vendor = Some(at("Example Pty Ltd", descriptor, 6));
    m.scopes = vec![at("READ", descriptor, 12), at("access_email_addresses", descriptor, 13)];
    f.app.key = Some("com.example.reporter".to_owned());
    f.app.name = Some("Reporter for Jira".to_owned());
    f.app.vendor = Some("Example Pty Ltd".to_owned());
    f.app.products = vec![Product::Jira];
    f.app.manifests = vec![m];

    let mut a = access(
        "a1",
        AccessKind::EmailApi,
        "src/notify.ts",
        12,
        "httpClient.get(`/rest/api/3/user/email?accountId=${id}`)",
    );
    a.path = Some("/rest/api/3/user/email".to_owned());
    a.handles_absent = Some(true);
    a.uses = vec!["failed-export-report".to_owned()];
    f.accesses = vec![a];
    let mut to_mail = flow("a1", SinkKind::Mail, "src/mail.ts", 40, "ses.sendEmail(message)");
    to_mail.service = Some("email.eu-west-1.amazonaws.com".to_owned());
    let stored = flow("a1", SinkKind::Storage, "src/queue.ts", 21, "db.insert({ to: email })");
    f.flows = vec![to_mail, stored];
    f.observations = vec![Observation {
        kind: ObservationKind::PersonalDataReport,
        place: place("src/privacy.ts", 30),
        expression: "post('/app/report-accounts/')".to_owned(),
        detail: "rest".to_owned(),
        confidence: Confidence::Certain,
    }];

    let mut d = declaration();
    d.listing = Some(said("https://marketplace.atlassian.com/apps/1234567", 6));
    d.contact = Some(said("security@example.com", 7));
    let mut u = declared_use("failed-export-report", "error-reports", 20);
    u.description = Some(said(
        "When a scheduled export fails, the owner of the schedule gets one mail with the reason and the time of the next try.",
        22,
    ));
    u.addresses_from = vec![said("jira-email-api", 25)];
    u.third_parties = vec![ThirdParty {
        name: said("Amazon SES", 27),
        purpose: Some(said("delivers the mail", 28)),
        hosts: vec![said("email.eu-west-1.amazonaws.com", 29)],
        required: Some(true),
    }];
    d.uses = vec![u];
    d.personal_data = Some(PersonalDataDeclaration {
        place: place(DECLARATION, 13),
        collects: Some(Located { value: true, place: place(DECLARATION, 14) }),
        stores: Some(vec![said("account-id", 15), said("email-address", 15)]),
        stores_place: Some(place(DECLARATION, 15)),
        retention: Some(said("30 days", 16)),
        reporting_cycle_days: Some(Located { value: 7, place: place(DECLARATION, 17) }),
    });
    f.declaration = Some(d);
    f.declaration_exists = true;
    f.documents = vec![
        document(DocumentKind::PrivacyPolicy, 9, "https://example.com/privacy"),
        document(DocumentKind::CustomerTerms, 10, "https://example.com/terms"),
    ];
    app_run(f)
}

/// A Forge app that stores nothing.
pub fn forge() -> AppRun {
    let mut app = connect();
    let f = &mut app.facts;
    f.app.kind = AppType::Forge;
    f.app.kind_reason = "`manifest.yml` is a Forge manifest without Connect modules".to_owned();
    let mut m = manifest(ManifestKind::Forge, "manifest.yml");
    let id = "ari:cloud:ecosystem::app/0f6a1c5e-0000-4000-8000-000000000000";
    m.key = Some(at(id, "manifest.yml", 30));
    m.scopes =
        vec![at("read:jira-work", "manifest.yml", 21), at("read:email-address:jira", "manifest.yml", 22)];
    f.app.key = Some(id.to_owned());
    f.app.manifests = vec![m];
    let d = f.declaration.as_mut().expect("connect() declares");
    d.name = Some(said("Reporter for Jira", 3));
    d.vendor = Some(said("Example Pty Ltd", 4));
    let p = d.personal_data.as_mut().expect("connect() states personal data");
    p.stores = Some(Vec::new());
    p.retention = None;
    p.reporting_cycle_days = None;
    f.accesses[0].caller = Caller::AsApp;
    f.accesses[0].place = place("src/index.ts", 18);
    f.accesses[0].expression =
        "api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`)".to_owned();
    f.flows.truncate(1);
    f.observations.clear();
    app
}

/// Connect modules in a Forge manifest.
pub fn forge_with_connect() -> AppRun {
    let mut app = forge();
    app.facts.app.kind = AppType::ForgeWithConnect;
    app.facts.app.kind_reason = "`manifest.yml` has `connectModules`".to_owned();
    app.facts.app.manifests[0].scopes = vec![at("access-email-addresses:connect-jira", "manifest.yml", 22)];
    app
}

/// A 3LO app that reads the consenting user's own address.
pub fn oauth2() -> AppRun {
    let mut f = facts(AppType::Oauth2, "the code sends users to Atlassian's authorize address");
    f.app.name = Some("Calendar Bridge".to_owned());
    f.app.oauth_scopes = vec![at("read:me", "server/auth.py", 9)];
    let mut a = access("a1", AccessKind::OwnProfile, "server/me.py", 14, "me['email']");
    a.product = Some(Product::Identity);
    a.caller = Caller::Token;
    f.accesses = vec![a];
    app_run(f)
}

/// An app of a kind that could not be told, without a declaration.
pub fn unknown() -> AppRun {
    let mut f = facts(AppType::Unknown, "there is no manifest and no authorize address");
    f.coverage.unfollowed = vec![("Scala".to_owned(), 3)];
    app_run(f)
}

/// A Connect app with much amiss.
pub fn gaps() -> AppRun {
    let mut app = connect();
    let f = &mut app.facts;
    f.app.vendor = None;
    f.app.manifests[0].vendor = None;
    f.app.manifests[0].scopes.truncate(1);
    let mut bulk = access("a2", AccessKind::EmailApi, "src/sync.ts", 8, "client.getUserEmailBulk(ids)");
    bulk.bulk = true;
    bulk.handles_absent = Some(false);
    bulk.confidence = Confidence::Likely;
    let mut object = access("a3", AccessKind::UserObject, "src/panel.tsx", 31, "user.emailAddress");
    object.caller = Caller::Bridge;
    object.request = Some(place("src/panel.tsx", 22));
    f.accesses.extend([bulk, object]);
    let mut key = flow("a2", SinkKind::Identity, "src/sync.ts", 15, "byEmail.get(entry.email)");
    key.confidence = Confidence::Likely;
    let mut log = flow("a2", SinkKind::Log, "src/sync.ts", 19, "console.log(user)");
    log.implicit = true;
    let ui = flow("a3", SinkKind::Ui, "src/panel.tsx", 33, "<Text>{email}</Text>");
    f.flows.extend([key, log, ui]);
    f.observations.clear();
    let d = f.declaration.as_mut().expect("connect() declares");
    d.contact = None;
    d.listing = None;
    let mut other = declared_use("directory-audit", "other", 40);
    other.description = Some(said("Compares Jira users with the directory.", 42));
    other.addresses_from = vec![said("jira-email-api", 43)];
    let mut news = declared_use("news", "marketing", 50);
    news.third_parties = vec![ThirdParty {
        name: said("Mailchimp", 53),
        purpose: None,
        hosts: vec![said("api.mailchimp.com", 54)],
        required: Some(false),
    }];
    d.uses.extend([other, news]);
    let p = d.personal_data.as_mut().expect("connect() states personal data");
    p.stores = Some(vec![said("account-id", 15)]);
    p.retention = None;
    p.reporting_cycle_days = Some(Located { value: 15, place: place(DECLARATION, 17) });
    f.documents.truncate(1);
    f.documents[0].state = DocumentState::MissingFile;
    f.documents[0].url = None;
    f.documents[0].file = Some("docs/PRIVACY.md".to_owned());
    app.findings = vec![
        error("invalid-use", DECLARATION, 51, "the use `news` is on Atlassian's list of invalid uses"),
        error("email-in-ui", "src/panel.tsx", 33, "an email address is shown in the UI"),
        error("undeclared-access", "src/sync.ts", 8, "this access is not covered by a declared use"),
    ];
    for rule in ["invalid-use", "email-in-ui", "undeclared-access"] {
        state(&mut app, rule, RuleState::Failed);
    }
    app
}
