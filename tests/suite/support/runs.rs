//! Runs made by hand for the tests of reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use mailpermit::catalog::Catalogue;
use mailpermit::facts::{
    Access, AccessKind, Annotation, AnnotationScope, App, AppType, Caller, Coverage, Document, DocumentKind,
    DocumentState, Facts, Flow, InputKind, Located, Manifest, ManifestKind, Problem, Product, SinkKind, Step,
};
use mailpermit::findings::fingerprint::fingerprint;
use mailpermit::findings::run::{AppRun, RuleState, Run};
use mailpermit::findings::{Confidence, Finding, Severity, Suppressed};
use mailpermit::text::{Place, SourceFile, Span};

/// One app that is being put together.
pub struct Builder {
    pub facts: Facts,
    pub findings: Vec<Finding>,
    pub rules: Vec<(&'static str, RuleState)>,
    pub files: BTreeMap<Arc<str>, SourceFile>,
}

impl Builder {
    /// An app in `root` without anything in it.
    pub fn new(root: &str, kind: AppType) -> Self {
        let app = App {
            root: root.into(),
            kind,
            kind_reason: "no manifest and no authorize address was found".to_owned(),
            key: None,
            name: None,
            vendor: None,
            products: Vec::new(),
            manifests: Vec::new(),
            oauth_scopes: Vec::new(),
        };
        let facts = Facts {
            app,
            declaration: None,
            declaration_exists: true,
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
            coverage: Coverage { files_seen: 34, files_parsed: 4, ..Coverage::default() },
            edits: Default::default(),
        };
        Self { facts, findings: Vec::new(), rules: Vec::new(), files: BTreeMap::new() }
    }

    pub fn file(&mut self, path: &str, text: &str) {
        self.files.insert(path.into(), SourceFile::new(path, text));
    }

    /// The place of the `nth` occurrence of `what` in a file.
    pub fn place(&self, path: &str, what: &str, nth: usize) -> Place {
        let file = &self.files[path];
        let (start, _) = file.text.match_indices(what).nth(nth).expect("the text has it");
        file.place(Span::new(start, start + what.len()))
    }

    pub fn manifest(&mut self, path: &str, name: &str) {
        let file: Arc<str> = path.into();
        let located =
            |value: &str| Located { value: value.to_owned(), place: Place::start_of(&Arc::from(path)) };
        self.facts.app.name = Some(name.to_owned());
        self.facts.app.key = Some("com.example.reporter".to_owned());
        self.facts.app.products = vec![Product::Jira];
        self.facts.app.manifests.push(Manifest {
            kind: ManifestKind::Connect,
            file,
            key: Some(located("com.example.reporter")),
            connect_key: None,
            name: Some(located(name)),
            vendor: None,
            products: vec![Product::Jira],
            scopes: vec![located("READ"), located("ACCESS_EMAIL_ADDRESSES")],
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
        });
    }

    pub fn access(&mut self, kind: AccessKind, place: Place, uses: &[&str]) {
        let id = format!("a{}", self.facts.accesses.len() + 1);
        let expression = self.files[&place.file].slice(place.span).to_owned();
        self.facts.accesses.push(Access {
            id,
            kind,
            endpoint: Some("jira.user-email".to_owned()),
            sdk: None,
            product: Some(Product::Jira),
            caller: Caller::Addon,
            confidence: Confidence::Certain,
            place,
            expression,
            request: None,
            path: Some("/rest/api/3/user/email".to_owned()),
            handles_absent: None,
            bulk: false,
            handed_on: Vec::new(),
            uses: uses.iter().map(|u| (*u).to_owned()).collect(),
        });
    }

    pub fn flow(&mut self, access: &str, kind: SinkKind, place: Place, from: Place) {
        let expression = self.files[&place.file].slice(place.span).to_owned();
        self.facts.flows.push(Flow {
            access: access.to_owned(),
            kind,
            sink: "console".to_owned(),
            service: None,
            place,
            expression,
            confidence: Confidence::Likely,
            implicit: false,
            path: vec![Step { place: from, what: "`email` is read".to_owned() }],
            names: Vec::new(),
        });
    }

    pub fn annotation(&mut self, place: Place, name: &str, text: &str) {
        self.facts.annotations.push(Annotation {
            place: place.clone(),
            uses: vec![(name.to_owned(), place)],
            text: Some(text.to_owned()),
            scope: AnnotationScope::Following,
            covers: None,
        });
    }

    pub fn document(&mut self, path: &str, state: DocumentState) {
        self.facts.documents.push(Document {
            kind: DocumentKind::PrivacyPolicy,
            place: Place::start_of(&Arc::from(path)),
            url: None,
            url_place: None,
            file: Some(path.to_owned()),
            declared: false,
            state,
            fetched: None,
        });
    }

    pub fn problem(&mut self, path: &str, message: &str) {
        self.facts.problems.push(Problem {
            place: Place::start_of(&Arc::from(path)),
            input: InputKind::Source,
            message: message.to_owned(),
            help: None,
            matters: true,
        });
    }

    pub fn finding(&mut self, rule: &'static str, severity: Severity, mut finding: Finding) {
        finding.rule = rule;
        finding.severity = severity;
        finding.app = Arc::clone(&self.facts.app.root);
        let subject = self.files.get(&finding.place.file).map_or("", |f| f.slice(finding.place.span));
        finding.fingerprint = fingerprint(rule, &finding.place.file, subject, self.findings.len());
        self.findings.push(finding);
    }

    pub fn rule(&mut self, name: &'static str, state: RuleState) {
        self.rules.push((name, state));
    }

    pub fn build(mut self) -> (AppRun, BTreeMap<Arc<str>, SourceFile>) {
        self.findings.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
        (AppRun { facts: self.facts, findings: self.findings, rules: self.rules }, self.files)
    }

    pub fn run(self) -> Run {
        run_of([self])
    }
}

/// A run over several apps.
pub fn run_of(builders: impl IntoIterator<Item = Builder>) -> Run {
    let mut run = Run { apps: Vec::new(), files: BTreeMap::new(), commit: Some("0123abc".to_owned()) };
    for builder in builders {
        let (app, files) = builder.build();
        run.apps.push(app);
        run.files.extend(files);
    }
    run
}

/// What most apps look like: some of everything.
pub fn typical(root: &str) -> Builder {
    let at = |path: &str| if root == "." { path.to_owned() } else { format!("{root}/{path}") };
    let (notify, export) = (at("src/notify.ts"), at("src/report/export.ts"));
    let mut b = Builder::new(root, AppType::Connect);
    b.manifest(&at("atlassian-connect.json"), "Reporter for Jira");
    b.file(
        &notify,
        "import { jira } from './jira';\n\n\
         // @email-use failed-export-report\n\
         export async function notify(accountId: string) {\n\
         \tconst { email } = await jira.get(`/rest/api/3/user/email?accountId=${accountId}`);\n\
         \tif (!email) return;\n\
         \tconsole.log('mail to', email, 'instead of john.smith@example.com');\n\
         \tawait send(email);\n\
         }\n",
    );
    b.file(
        &export,
        "export const owner = (user) => user.emailAddress;\n\
         export const lead = (project) => project.lead.emailAddress;\n\
         export const watchers = (list) => list.map((w) => w.emailAddress);\n\
         export const creator = (issue) => issue.fields.creator.emailAddress;\n\
         export const voter = (v) => v.emailAddress;\n",
    );
    let call = b.place(&notify, "jira.get(`/rest/api/3/user/email?accountId=${accountId}`)", 0);
    b.access(AccessKind::EmailApi, call.clone(), &["failed-export-report"]);
    let log = b.place(&notify, "console.log('mail to', email, 'instead of john.smith@example.com')", 0);
    b.flow("a1", SinkKind::Log, log.clone(), call.clone());
    let annotation = b.place(&notify, "@email-use failed-export-report", 0);
    b.annotation(annotation, "failed-export-report", "tells the owner");
    b.finding(
        "email-in-logs",
        Severity::Warning,
        Finding::new(log, "an address is written to a log")
            .label("the address is logged here")
            .confidence(Confidence::Likely)
            .related(call, "it comes from here")
            .note("logs are kept and read by people for whom the address is not meant")
            .help("log the account id instead"),
    );
    for nth in 0..5 {
        let place = b.place(&export, "emailAddress", nth);
        b.access(AccessKind::UserObject, place.clone(), &[]);
        b.finding(
            "undeclared-access",
            Severity::Error,
            Finding::new(place, "an address is read and no declared use covers it")
                .label("the address is read here")
                .note("Atlassian gives access only for the functionality that the request describes")
                .help("say what it is for, above the statement:\n// @email-use NAME\nand declare NAME under `uses:`"),
        );
    }
    let manifest = Place::start_of(&Arc::from(at("atlassian-connect.json")));
    b.finding(
        "missing-privacy-policy",
        Severity::Error,
        Finding::new(manifest, "no privacy policy was found")
            .help("write one, and name it under `documents:`"),
    );
    let place = b.place(&notify, "send(email)", 0);
    b.finding(
        "notify-needs-no-address",
        Severity::Info,
        Finding::new(place, "Jira can send this mail itself, without the address being read"),
    );
    let place = b.place(&notify, "accountId: string", 0);
    let mut suppressed = Finding::new(place.clone(), "an address is shown");
    suppressed.suppressed = Some(Suppressed { reason: "shown only to its owner".to_owned(), place });
    b.finding("email-in-ui", Severity::Warning, suppressed);
    b.facts.coverage.skipped_folders =
        ["node_modules", "dist", "build", "vendor", "out", "coverage", "x"].map(at).to_vec();
    b.facts.coverage.unfollowed = vec![("Scala".to_owned(), 3)];
    b.document(
        &at("PRIVACY.md"),
        DocumentState::Read {
            words: 4,
            placeholders: Vec::new(),
            mentions_email: None,
            says: Default::default(),
        },
    );
    b.document(&at("TERMS.md"), DocumentState::Unreadable("it is no text".to_owned()));
    b.problem(&at("src/broken.ts"), "cannot be parsed");
    for (rule, state) in [
        ("undeclared-access", RuleState::Failed),
        ("missing-privacy-policy", RuleState::Failed),
        ("email-in-logs", RuleState::Failed),
        ("email-in-ui", RuleState::Failed),
        ("notify-needs-no-address", RuleState::Failed),
        ("unknown-use", RuleState::Passed),
        ("wrong-caller", RuleState::NotApplicable("the app is no Forge app".to_owned())),
        ("policy-omits-email", RuleState::NotEvaluated("there is no text of a privacy policy".to_owned())),
        (
            "policy-omits-retention",
            RuleState::NotEvaluated("there is no text of a privacy policy".to_owned()),
        ),
        ("unapproved-use", RuleState::NotEvaluated("nothing was approved yet".to_owned())),
        ("timezone-in-ui", RuleState::Off),
    ] {
        b.rule(rule, state);
    }
    b
}
