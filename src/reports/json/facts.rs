//! Facts of one app in the report's words.

use std::collections::{BTreeMap, BTreeSet};

use super::{place, shown, v1};
use crate::facts::{
    AppType, DeclaredUse, Document, DocumentState, Erasure, Facts, Fetched, Flaw, Flow, Located,
    ObservationKind, ReportCall, ReportSchedule, SinkKind, Step,
};
use crate::findings::Confidence;
use crate::findings::run::AppRun;
use crate::reports::Checked;
use crate::text::Place;

/// One app, with the ids that its accesses have in the report.
pub(super) struct AppFacts<'a> {
    root: &'a Checked,
    pub(super) run: &'a AppRun,
    facts: &'a Facts,
    name: String,
    ids: BTreeMap<&'a str, String>,
    before: usize,
}

impl<'a> AppFacts<'a> {
    /// `before` accesses of other apps stand before this one's.
    pub(super) fn new(root: &'a Checked, run: &'a AppRun, before: usize) -> Self {
        let facts = &run.facts;
        let number = |(i, a): (usize, &'a crate::facts::Access)| (a.id.as_str(), id(before + i));
        let ids = facts.accesses.iter().enumerate().map(number).collect();
        Self { root, run, facts, name: root.path(&facts.app.root).into_owned(), ids, before }
    }

    pub(super) fn app(&self) -> v1::App {
        let app = &self.facts.app;
        let scopes = app.manifest().map_or(&app.oauth_scopes, |m| &m.scopes);
        let manifest = |m: &crate::facts::Manifest| v1::Manifest {
            kind: m.kind,
            file: self.root.path(&m.file).into_owned(),
            key: m.key.as_ref().map(|k| k.value.clone()),
            scopes: values(&m.scopes),
        };
        v1::App {
            root: self.name.clone(),
            kind: app.kind,
            type_reason: app.kind_reason.clone(),
            key: app.key.clone(),
            name: app.name.clone(),
            vendor: app.vendor.clone(),
            manifest: app.manifest().map(|m| self.root.path(&m.file).into_owned()),
            manifests: app.manifests.iter().map(manifest).collect(),
            declaration: self.facts.declaration.as_ref().map(|d| self.root.path(&d.file).into_owned()),
            products: app.products.clone(),
            scopes: values(scopes),
        }
    }

    pub(super) fn accesses(&self) -> impl Iterator<Item = v1::Access> + '_ {
        self.facts.accesses.iter().enumerate().map(|(i, a)| v1::Access {
            id: id(self.before + i),
            app: self.name.clone(),
            kind: a.kind,
            endpoint: a.endpoint.clone(),
            sdk: a.sdk.clone(),
            product: a.product,
            caller: a.caller,
            confidence: a.confidence,
            place: self.place(&a.place),
            expression: shown(&a.expression),
            request: a.request.as_ref().map(|p| self.place(p)),
            path: a.path.as_deref().map(shown),
            handles_absent: a.handles_absent,
            bulk: a.bulk,
            uses: a.uses.clone(),
        })
    }

    /// One row for each place and kind: what comes there from several accesses is one thing to look at.
    pub(super) fn flows(&self) -> impl Iterator<Item = v1::Flow> + '_ {
        let mut rows: Vec<v1::Flow> = Vec::new();
        let mut at: BTreeMap<(&Place, SinkKind, Confidence), usize> = BTreeMap::new();
        for f in &self.facts.flows {
            let access = self.ids.get(f.access.as_str()).unwrap_or(&f.access).clone();
            let known = at.get(&(&f.place, f.kind, f.confidence)).and_then(|i| rows.get_mut(*i));
            match known {
                Some(row) if row.access == access || row.other_accesses.contains(&access) => {}
                Some(row) => {
                    row.implicit &= f.implicit;
                    row.other_accesses.push(access);
                }
                None => {
                    at.insert((&f.place, f.kind, f.confidence), rows.len());
                    rows.push(self.flow(f, access));
                }
            }
        }
        rows.into_iter()
    }

    fn flow(&self, f: &Flow, access: String) -> v1::Flow {
        let step = |s: &Step| v1::Step { place: self.place(&s.place), what: shown(&s.what) };
        v1::Flow {
            access,
            other_accesses: Vec::new(),
            app: self.name.clone(),
            kind: f.kind,
            sink: f.sink.clone(),
            service: f.service.as_deref().map(shown),
            place: self.place(&f.place),
            expression: shown(&f.expression),
            confidence: f.confidence,
            implicit: f.implicit,
            path: f.path.iter().map(step).collect(),
        }
    }

    /// Declared uses in the order of the file, then those that only annotations name, by name.
    pub(super) fn uses(&self) -> Vec<v1::Use> {
        let declared = self.facts.declaration.as_ref().map_or(&[][..], |d| &d.uses);
        let known: BTreeSet<&str> = declared.iter().map(|u| u.name.value.as_str()).collect();
        let annotated = self.facts.annotations.iter().flat_map(|a| a.uses.iter().map(|(name, _)| name));
        let others: BTreeSet<&str> =
            annotated.map(String::as_str).filter(|name| !known.contains(name)).collect();
        declared
            .iter()
            .map(|u| self.declared_use(u))
            .chain(others.into_iter().map(|n| self.bare_use(n)))
            .collect()
    }

    fn declared_use(&self, declared: &DeclaredUse) -> v1::Use {
        let third_party = |t: &crate::facts::ThirdParty| v1::ThirdParty {
            name: shown(&t.name.value),
            purpose: t.purpose.as_ref().map(|p| shown(&p.value)),
            hosts: values(&t.hosts),
            required: t.required,
        };
        v1::Use {
            declared: true,
            place: Some(self.place(&declared.place)),
            functionality: Some(declared.functionality.value.clone()),
            description: declared.description.as_ref().map(|d| shown(&d.value)),
            justification: declared.justification.as_ref().map(|j| shown(&j.value)),
            addresses_from: values(&declared.addresses_from),
            third_parties: declared.third_parties.iter().map(third_party).collect(),
            ..self.named_use(&declared.name.value, &declared.functionality.value)
        }
    }

    /// A use without a declaration: its name is an id of the catalogue, or a mistake.
    fn bare_use(&self, name: &str) -> v1::Use {
        let said = self.facts.annotations.iter().filter(|a| a.uses.iter().any(|(n, _)| n == name));
        let mut bare = self.named_use(name, name);
        bare.functionality = bare.verdict.is_some().then(|| name.to_owned());
        bare.description = said.filter_map(|a| a.text.as_deref()).next().map(shown);
        bare
    }

    fn named_use(&self, name: &str, functionality: &str) -> v1::Use {
        let listed = self.facts.catalogue.get(functionality);
        let annotations = self.facts.annotations.iter().flat_map(|a| &a.uses);
        let accesses =
            self.facts.accesses.iter().enumerate().filter(|(_, a)| a.uses.iter().any(|u| u == name));
        v1::Use {
            app: self.name.clone(),
            name: name.to_owned(),
            declared: false,
            place: None,
            functionality: None,
            verdict: listed.map(|l| l.verdict),
            process: listed.map(|l| l.process),
            description: None,
            justification: None,
            addresses_from: Vec::new(),
            third_parties: Vec::new(),
            places: annotations.filter(|(n, _)| n == name).map(|(_, p)| self.place(p)).collect(),
            accesses: accesses.map(|(i, _)| id(self.before + i)).collect(),
        }
    }

    pub(super) fn documents(&self) -> Vec<v1::Document> {
        self.facts.documents.iter().map(|d| self.document(d)).collect()
    }

    fn document(&self, document: &Document) -> v1::Document {
        let passage =
            |p: &Located<String>| v1::Passage { place: self.place(&p.place), text: shown(&p.value) };
        let mut out = v1::Document {
            app: self.name.clone(),
            kind: document.kind,
            place: self.place(&document.place),
            url: document.url.clone(),
            file: document.file.as_deref().map(|f| self.root.path(f).into_owned()),
            declared: document.declared,
            state: v1::DocumentState::AddressOnly,
            words: None,
            placeholders: Vec::new(),
            mentions_email: None,
            language: None,
            statements: Vec::new(),
            reason: None,
            fetched: document.fetched.as_deref().map(fetched),
        };
        match &document.state {
            DocumentState::AddressOnly => {}
            DocumentState::Read { words, placeholders, mentions_email, says } => {
                out.state = v1::DocumentState::Read;
                out.words = Some(*words);
                out.placeholders = placeholders.iter().map(passage).collect();
                out.mentions_email = mentions_email.as_ref().map(passage);
                out.language = says.other_language.as_deref().map(shown);
                out.statements = says
                    .statements
                    .iter()
                    .map(|s| v1::Statement { topic: s.topic, denies: s.denies, passage: passage(&s.passage) })
                    .collect();
            }
            DocumentState::MissingFile => out.state = v1::DocumentState::MissingFile,
            DocumentState::Unreadable(why) => {
                out.state = v1::DocumentState::Unreadable;
                out.reason = Some(shown(why));
            }
        }
        out
    }

    pub(super) fn personal_data(&self) -> v1::PersonalData {
        let reports =
            self.facts.observations.iter().filter(|o| o.kind == ObservationKind::PersonalDataReport);
        let reports = reports.map(|o| self.place(&o.place)).collect();
        let found = &self.facts.personal_data;
        let code = v1::PersonalData {
            reports,
            report_calls: found.reports.iter().map(|r| self.report_call(r)).collect(),
            schedules: found.schedules.iter().map(|s| self.schedule(s)).collect(),
            erasures: found.erasures.iter().map(|e| self.erasure(e)).collect(),
            ..v1::PersonalData::default()
        };
        let Some(said) = self.facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref()) else {
            return code;
        };
        v1::PersonalData {
            declared: true,
            place: Some(self.place(&said.place)),
            collects: said.collects.as_ref().map(|c| c.value),
            stores: said.stores.as_deref().map(values),
            retention: said.retention.as_ref().map(|r| r.value.clone()),
            reporting_cycle_days: said.reporting_cycle_days.as_ref().map(|d| d.value),
            ..code
        }
    }

    fn report_call(&self, report: &ReportCall) -> v1::ReportCall {
        v1::ReportCall {
            place: self.place(&report.place),
            expression: shown(&report.expression),
            via: report.via,
            batch: report.batch.as_ref().map(|b| b.value),
            closed: report.closed.as_ref().map(|p| self.place(p)),
            updated: report.updated.as_ref().map(|p| self.place(p)),
            confidence: report.confidence,
        }
    }

    fn schedule(&self, schedule: &ReportSchedule) -> v1::ReportSchedule {
        v1::ReportSchedule {
            place: self.place(&schedule.place),
            by: schedule.by.clone(),
            expression: shown(&schedule.expression),
            hours: schedule.hours,
        }
    }

    fn erasure(&self, erasure: &Erasure) -> v1::Erasure {
        v1::Erasure {
            place: self.place(&erasure.place),
            name: shown(&erasure.name),
            deletes: erasure.deletes.iter().map(|p| self.place(p)).collect(),
        }
    }

    pub(super) fn coverage(&self) -> v1::Coverage {
        let coverage = &self.facts.coverage;
        let problem = |p: &crate::facts::Problem| v1::Problem {
            place: self.place(&p.place),
            input: p.input,
            message: shown(&p.message),
            help: p.help.as_deref().map(shown),
            matters: p.matters,
        };
        let unfollowed = |(language, files): &(String, usize)| v1::Unfollowed {
            language: language.clone(),
            files: *files,
        };
        v1::Coverage {
            files_seen: coverage.files_seen,
            files_parsed: coverage.files_parsed,
            skipped_folders: coverage
                .skipped_folders
                .iter()
                .map(|f| self.root.path(f).into_owned())
                .collect(),
            minified_files: coverage.minified_files.iter().map(|f| self.root.path(f).into_owned()).collect(),
            unfollowed: coverage.unfollowed.iter().map(unfollowed).collect(),
            problems: self.facts.problems.iter().map(problem).collect(),
        }
    }

    fn place(&self, at: &Place) -> v1::Place {
        place(self.root, at)
    }
}

/// What stands for the app when nothing was checked.
pub(super) fn no_app() -> v1::App {
    v1::App {
        root: ".".to_owned(),
        kind: AppType::Unknown,
        type_reason: "nothing was checked".to_owned(),
        key: None,
        name: None,
        vendor: None,
        manifest: None,
        manifests: Vec::new(),
        declaration: None,
        products: Vec::new(),
        scopes: Vec::new(),
    }
}

fn fetched(fetched: &Fetched) -> v1::Fetched {
    v1::Fetched {
        flaw: fetched.flaw,
        unverified: fetched.flaw.is_some_and(Flaw::is_unverified),
        detail: fetched.flaw.map(|_| shown(&fetched.detail)),
        status: fetched.status,
        final_url: fetched.final_url.as_deref().map(shown),
        redirects: fetched.redirects,
        tls: fetched.tls,
        content_type: fetched.content_type.as_deref().map(shown),
        language: fetched.language.as_ref().map(|(code, _)| code.clone()),
        size: fetched.size,
        age: fetched.age,
    }
}

fn id(index: usize) -> String {
    format!("a{}", index + 1)
}

fn values(located: &[Located<String>]) -> Vec<String> {
    located.iter().map(|l| l.value.clone()).collect()
}
