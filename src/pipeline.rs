//! One run over one root: inputs, programs, analysis, facts, rules, findings, in that order.
//!
//! Only the order stands here; what each step does is in its own module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::personal_data::Entry;
use crate::analysis::{Analysis, Entries};
use crate::catalog::personal_data::PersonalData;
use crate::edits;
use crate::facts::{
    App, AppType, Approval, Coverage, Declaration, Document, Edits, Erasure, Facts, InputKind, Listing,
    ListingField, Located, Manifest, ObservationKind, PersonalDataFacts, Problem, ReportSchedule,
};
use crate::findings::fingerprint::fingerprint;
use crate::findings::run::{AppRun, Run};
use crate::inputs::apps::{self, AppRoot};
use crate::inputs::discover::{self, FileEntry, Tree};
use crate::inputs::kind::FileKind;
use crate::inputs::sources::annotation::AnnotationsRead;
use crate::inputs::sources::load::{self, Loaded, Surroundings};
use crate::inputs::{aliases, checkout, declaration, documents, read};
use crate::listing::{self, Source};
use crate::lock;
use crate::memory::Memory;
use crate::online::{self, Fetcher, Progress};
use crate::projects::{self, Setting, Sources};
use crate::rules;
use crate::settings::Settings;
use crate::text::redact::visible;
use crate::text::{Place, SourceFile};

/// Why a run could not take place at all. What is wrong inside a file is a finding instead.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The root cannot be read. The user's mistake, or their permissions'.
    #[error("cannot read `{}`: {source}", path.display())]
    Root {
        /// The root.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It was stopped, as whoever asked for it wanted: something newer has to be checked.
    #[error("stopped")]
    Stopped,
    /// No worker threads could be had. The machine's limits.
    #[error("cannot start worker threads: {0}")]
    Threads(String),
}

/// Checks the app or apps under `settings.root`.
///
/// # Errors
/// When the root cannot be read, or no thread can be started.
pub fn check(settings: &Settings) -> Result<Run, CheckError> {
    check_with(settings, None, &mut Memory::default())
}

/// The network, for a check that may use it.
#[derive(Clone, Copy)]
pub struct Online<'a> {
    /// What fetches.
    pub fetcher: &'a Fetcher,
    /// Who is told what is being fetched.
    pub progress: &'a dyn Progress,
}

/// Checks as [`check`] does, asks for the documents' addresses if there is a network to be used, and begins with
/// what an earlier run over the same root left in `memory`.
///
/// # Errors
/// When the root cannot be read, or no thread can be started.
pub fn check_with(
    settings: &Settings,
    online: Option<Online<'_>>,
    memory: &mut Memory,
) -> Result<Run, CheckError> {
    std::fs::read_dir(&settings.root)
        .map_err(|source| CheckError::Root { path: settings.root.clone(), source })?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads.unwrap_or(0))
        .stack_size(load::PARSER_STACK)
        .build()
        .map_err(|e| CheckError::Threads(e.to_string()))?;
    pool.install(|| run(settings, online, memory)).ok_or(CheckError::Stopped)
}

/// The largest manifest or declaration that is read, in bytes.
const MAX_DATA_BYTES: u64 = 2 << 20;

fn run(settings: &Settings, online: Option<Online<'_>>, memory: &mut Memory) -> Option<Run> {
    let tree = memory.tree(settings);
    let mut files: BTreeMap<Arc<str>, SourceFile> = BTreeMap::new();
    let (manifests, manifest_problems) = manifests(&tree, &mut files);
    let read: BTreeSet<&str> = manifests.iter().map(|m| &*m.file).collect();
    let broken: BTreeSet<Arc<str>> = manifest_problems
        .iter()
        .chain(&tree.problems)
        .filter(|p| p.input == InputKind::Manifest && !read.contains(&*p.place.file))
        .map(|p| Arc::clone(&p.place.file))
        .collect();
    let mut roots = apps::find(&tree, manifests, &broken);
    if roots.is_empty() {
        roots.push(unknown_root());
    }
    let rest = rest_of(&tree, &mut roots);
    let mut drafts: Vec<Draft> =
        roots.iter().map(|r| Draft::new(settings, memory, &tree, r, &mut files)).collect();

    if let Some(Online { fetcher, progress }) = online {
        online::fetch_documents(fetcher, drafts.iter_mut().flat_map(|d| &mut d.facts.documents), progress);
    }

    let alone = drafts.len() == 1;
    for draft in &mut drafts {
        draft.facts.listing = listing_of(settings, online, &draft.facts, alone);
    }

    let sources = sources(&tree, &roots, &mut drafts);
    let installed = roots.iter().any(|r| !r.manifests.is_empty());
    let projects = apps::separate_projects(&tree, &roots);
    let around = Surroundings { projects: &projects, installed, minified: settings.include_vendored };
    let aliases = Arc::new(aliases::read(&tree));
    let setting = Setting {
        root: &tree.root,
        around,
        aliases: &aliases,
        entries: &entry_points(&roots),
        // Only where it is not known what an app is.
        descriptor: roots.iter().any(|r| r.kind == AppType::Unknown),
    };
    let Sources { loaded, descriptor, mut analysis } = projects::read(&setting, &sources, memory)?;
    for (entry, loaded) in sources.into_iter().zip(loaded) {
        let Some(draft) = owner(&roots, &entry.path).and_then(|i| drafts.get_mut(i)) else { continue };
        draft.take(&loaded);
        if loaded.minified {
            draft.coverage.minified_files.push(entry.path.to_string());
        }
        if let Some(file) = &loaded.file {
            files.insert(Arc::clone(&file.path), file.clone());
        }
    }
    if let Some(manifest) = descriptor {
        built_in_code(manifest, &mut roots, &mut drafts);
    }
    let entries = std::mem::take(&mut analysis.entries);
    share(analysis, &roots, &mut drafts);
    for draft in &mut drafts {
        run_by_manifest(&mut draft.facts, &entries);
    }
    let unread = unread_declarations(&tree, &roots).into_iter().chain(nothing_seen(settings, &tree));
    for problem in manifest_problems.into_iter().chain(tree.problems.iter().cloned()).chain(unread) {
        let Some(index) = owner(&roots, &problem.place.file) else { continue };
        let (Some(root), Some(draft)) = (roots.get(index), drafts.get_mut(index)) else { continue };
        // What the declaration leaves out need not be readable; what decides about the app has to be.
        let decides = matches!(problem.input, InputKind::Manifest | InputKind::Declaration | InputKind::Lock);
        if decides || !draft.excludes(below(root, &problem.place.file)) {
            draft.problems.push(problem);
        }
    }
    for folder in &tree.skipped_folders {
        if let Some(draft) = owner(&roots, folder).and_then(|i| drafts.get_mut(i)) {
            draft.coverage.skipped_folders.push(folder.clone());
        }
    }
    let mut apps: Vec<AppRun> = roots
        .into_iter()
        .zip(drafts)
        .enumerate()
        // What belongs to no app is worth a report only when there is something in it.
        .filter(|(i, (_, draft))| Some(*i) != rest || draft.says_something())
        .map(|(_, (root, draft))| {
            let mut facts = draft.finish(root.kind);
            facts.edits = edits::of(&facts, &files, &mut memory.sites);
            rules::run::run(facts, settings, &files)
        })
        .collect();
    tell_apart(&mut apps);
    keep_what_is_pointed_at(&apps, &mut files);
    Some(Run { apps, files, commit: checkout::commit(&settings.root) })
}

/// The public listing of an app, where one was asked for.
fn listing_of(
    settings: &Settings,
    online: Option<Online<'_>>,
    facts: &Facts,
    alone: bool,
) -> Option<Arc<Listing>> {
    let keys = rules::listing::keys(facts);
    match settings.listing.as_ref()? {
        Source::Saved(listing) => {
            let of_this = listing.text(ListingField::Key).is_some_and(|(key, _)| keys.contains(key));
            (alone || of_this).then(|| Arc::clone(listing))
        }
        Source::Marketplace { base, key } => {
            let Online { fetcher, .. } = online?;
            let Some(key) = key.as_ref().or(keys.first()) else {
                let missing = vec!["nothing here names the key under which the app is listed".to_owned()];
                return Some(Arc::new(Listing { source: base.to_string(), missing, ..Listing::default() }));
            };
            Some(Arc::new(listing::fetch(fetcher, base, key)))
        }
    }
}

/// Gives a descriptor that is built in code to the app of its file, when nothing else says what that is.
fn built_in_code(manifest: Manifest, roots: &mut [AppRoot], drafts: &mut [Draft]) {
    let Some(index) = owner(roots, &manifest.file) else { return };
    let (Some(root), Some(draft)) = (roots.get_mut(index), drafts.get_mut(index)) else { return };
    if root.kind != AppType::Unknown || draft.facts.app.kind != AppType::Unknown {
        return;
    }
    root.kind = AppType::Connect;
    root.kind_reason = format!("`{}` builds a Connect descriptor", visible(&manifest.file));
    root.manifests.push(manifest);
    draft.facts.app = app(root, draft.facts.declaration.as_ref());
}

/// The functions that manifests name: those that run on a schedule or when an app is removed, and those whose
/// results leave the app, by the names that code exports them under.
fn entry_points(roots: &[AppRoot]) -> Entries {
    let manifests = || roots.iter().flat_map(|r| &r.manifests);
    let run = manifests().flat_map(|m| {
        let scheduled = m.scheduled.iter().filter_map(|s| s.function.as_deref());
        let removed = m.on_uninstall.iter().map(|u| u.value.as_str());
        scheduled.chain(removed).filter_map(|key| m.handler(key))
    });
    let answering = manifests().flat_map(|m| m.answering.iter().filter_map(|key| m.handler(key)));
    Entries { run: run.map(str::to_owned).collect(), answering: answering.map(str::to_owned).collect() }
}

/// Adds what a manifest runs to what code alone says of reporting and erasing.
fn run_by_manifest(facts: &mut Facts, entries: &BTreeMap<String, Entry>) {
    let data = &mut facts.personal_data;
    for manifest in &facts.app.manifests {
        let entry = |key: &str| manifest.handler(key).and_then(|name| Some((name, entries.get(name)?)));
        for trigger in &manifest.scheduled {
            let Some((_, entry)) = trigger.function.as_deref().and_then(entry) else { continue };
            if entry.reports {
                let interval = trigger.interval.as_ref();
                data.schedules.push(ReportSchedule {
                    place: interval.map_or(&trigger.place, |i| &i.place).clone(),
                    by: "forge.scheduled-trigger".to_owned(),
                    expression: interval.map(|i| format!("interval: {}", i.value)).unwrap_or_default(),
                    hours: interval.and_then(|i| PersonalData::get().interval(&i.value)),
                });
            }
        }
        for run in &manifest.on_uninstall {
            let Some((name, entry)) = entry(&run.value) else { continue };
            let place = entry.place.clone().unwrap_or_else(|| run.place.clone());
            data.erasures.retain(|e| e.place != place);
            data.erasures.push(Erasure { place, name: name.to_owned(), deletes: entry.deletes.clone() });
        }
    }
    data.schedules.sort_by(|a, b| (&a.place, &a.by).cmp(&(&b.place, &b.by)));
    data.erasures.sort_by(|a, b| a.place.cmp(&b.place));
}

/// Declarations that no app takes, because it has another one.
fn unread_declarations(tree: &Tree, roots: &[AppRoot]) -> Vec<Problem> {
    let taken: BTreeSet<&str> = roots.iter().filter_map(|r| r.declaration.as_deref()).collect();
    let mut problems = Vec::new();
    for entry in tree.files.iter().filter(|f| f.kind == FileKind::Declaration && !taken.contains(&*f.path)) {
        let Some(root) = owner(roots, &entry.path).and_then(|i| roots.get(i)) else { continue };
        let other = root.declaration.as_deref().unwrap_or(declaration::FILE_NAME);
        problems.push(Problem {
            place: Place::start_of(&entry.path),
            input: InputKind::Declaration,
            message: format!("the app's declaration is `{}`: this one is not read", visible(other)),
            help: Some("keep one of the two".to_owned()),
            matters: true,
        });
    }
    problems
}

/// What to say when ignore files leave nothing to check: a check of nothing is not a clean one.
fn nothing_seen(settings: &Settings, tree: &Tree) -> Option<Problem> {
    if settings.no_ignore || !tree.files.is_empty() {
        return None;
    }
    let all = discover::walk(&Settings { no_ignore: true, ..settings.clone() }).files.len();
    if all == 0 {
        return None;
    }
    let ignoring = [".gitignore", ".ignore"].into_iter().find(|f| settings.root.join(f).is_file());
    let files = if all == 1 { "the only file".to_owned() } else { format!("all {all} files") };
    Some(Problem {
        place: Place::start_of(&ignoring.unwrap_or(".").into()),
        input: InputKind::File,
        message: format!("ignore files leave out {files} of this folder: nothing was checked"),
        help: Some("`--no-ignore` checks what they leave out too".to_owned()),
        matters: true,
    })
}

/// The app that a tree without manifest and declaration is taken for.
fn unknown_root() -> AppRoot {
    AppRoot {
        root: Arc::from("."),
        covers_tree: true,
        manifests: Vec::new(),
        declaration: None,
        kind: AppType::Unknown,
        kind_reason: "there is no Forge manifest, no Connect descriptor and no `email-access.yaml`"
            .to_owned(),
    }
}

/// With several apps, adds one for the files that belong to none of them; gives its position.
fn rest_of(tree: &Tree, roots: &mut Vec<AppRoot>) -> Option<usize> {
    let orphan = tree.files.iter().any(|f| apps::owner(roots, &f.path).is_none());
    if !orphan {
        return None;
    }
    let mut rest = unknown_root();
    rest.covers_tree = false;
    rest.kind_reason = "these files belong to none of the apps in this tree".to_owned();
    roots.push(rest);
    Some(roots.len() - 1)
}

fn owner(roots: &[AppRoot], path: &str) -> Option<usize> {
    apps::owner(roots, path).or_else(|| roots.len().checked_sub(1))
}

/// Reads every file that is a manifest by its name.
fn manifests(tree: &Tree, files: &mut BTreeMap<Arc<str>, SourceFile>) -> (Vec<Manifest>, Vec<Problem>) {
    let mut manifests = Vec::new();
    let mut problems = Vec::new();
    for entry in &tree.files {
        if !matches!(
            entry.kind,
            FileKind::ForgeManifest | FileKind::ConnectDescriptor | FileKind::MaybeDescriptor
        ) {
            continue;
        }
        match read::read_text(&tree.root, entry, MAX_DATA_BYTES) {
            Ok(file) => {
                let Some(read) = apps::read_manifest(entry.kind, &file) else { continue };
                let useful = read.manifest.is_some() || !read.problems.is_empty();
                manifests.extend(read.manifest);
                problems.extend(read.problems);
                if useful {
                    files.insert(Arc::clone(&file.path), file);
                }
            }
            // A `descriptor.json` may be anything; the other names promise a manifest.
            Err(_) if entry.kind == FileKind::MaybeDescriptor => {}
            Err(mut problem) => {
                problem.input = InputKind::Manifest;
                problem.matters = true;
                problems.push(problem);
            }
        }
    }
    (manifests, problems)
}

/// The files that may hold code or annotations, tests of each app left out.
fn sources<'t>(tree: &'t Tree, roots: &[AppRoot], drafts: &mut [Draft]) -> Vec<&'t FileEntry> {
    let mut out = Vec::new();
    for entry in &tree.files {
        let Some(index) = owner(roots, &entry.path) else { continue };
        let (Some(root), Some(draft)) = (roots.get(index), drafts.get_mut(index)) else { continue };
        draft.coverage.files_seen += 1;
        let code = matches!(entry.kind, FileKind::Source(_));
        let data = matches!(entry.kind, FileKind::Yaml | FileKind::ForgeManifest | FileKind::Declaration);
        if !code && !data {
            continue;
        }
        let below = below(root, &entry.path);
        if code && load::is_test(below) {
            draft.coverage.test_files += 1;
            continue;
        }
        if draft.excludes(below) {
            draft.coverage.excluded_files += 1;
            continue;
        }
        out.push(entry);
    }
    out
}

/// A path as it is below its app's root.
fn below<'p>(root: &AppRoot, path: &'p str) -> &'p str {
    path.strip_prefix(&*root.root).map_or(path, |p| p.trim_start_matches('/'))
}

/// Gives each app its part of the analysis.
fn share(analysis: Analysis, roots: &[AppRoot], drafts: &mut [Draft]) {
    for access in analysis.accesses {
        if let Some(draft) = owner(roots, &access.place.file).and_then(|i| drafts.get_mut(i)) {
            draft.facts.accesses.push(access);
        }
    }
    // A flow belongs to the app that makes the access.
    let mut of: BTreeMap<String, usize> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        of.extend(draft.facts.accesses.iter().map(|a| (a.id.clone(), index)));
    }
    for flow in analysis.flows {
        if let Some(draft) = of.get(&flow.access).and_then(|i| drafts.get_mut(*i)) {
            draft.facts.flows.push(flow);
        }
    }
    for place in analysis.exhausted {
        if let Some(draft) = owner(roots, &place.file).and_then(|i| drafts.get_mut(i)) {
            draft.problems.push(Problem {
                place,
                input: InputKind::Source,
                message: "following values takes too many steps here: not all that this file does with addresses may be known".to_owned(),
                help: Some("look through this file by hand".to_owned()),
                matters: false,
            });
        }
    }
    let PersonalDataFacts { reports, schedules, erasures } = analysis.personal_data;
    for report in reports {
        if let Some(draft) = owner(roots, &report.place.file).and_then(|i| drafts.get_mut(i)) {
            draft.facts.personal_data.reports.push(report);
        }
    }
    for schedule in schedules {
        if let Some(draft) = owner(roots, &schedule.place.file).and_then(|i| drafts.get_mut(i)) {
            draft.facts.personal_data.schedules.push(schedule);
        }
    }
    for erasure in erasures {
        if let Some(draft) = owner(roots, &erasure.place.file).and_then(|i| drafts.get_mut(i)) {
            draft.facts.personal_data.erasures.push(erasure);
        }
    }
    for observation in analysis.observations {
        if let Some(draft) = owner(roots, &observation.place.file).and_then(|i| drafts.get_mut(i)) {
            draft.facts.observations.push(observation);
        }
    }
}

/// An app's facts while they are being put together.
struct Draft {
    facts: Facts,
    excludes: Option<globset::GlobSet>,
    problems: Vec<Problem>,
    coverage: Coverage,
}

impl Draft {
    fn new(
        settings: &Settings,
        memory: &Memory,
        tree: &Tree,
        root: &AppRoot,
        files: &mut BTreeMap<Arc<str>, SourceFile>,
    ) -> Self {
        let mut problems = Vec::new();
        let declared =
            root.declaration.as_ref().and_then(|path| declared(settings, tree, path, files, &mut problems));
        let excludes = declared.as_ref().and_then(excludes);
        let documents = documents_of(settings, memory, tree, root, declared.as_ref(), files);
        let (approval, approval_exists) = approved(tree, root, files, &mut problems);
        let facts = Facts {
            app: app(root, declared.as_ref()),
            declaration_exists: root.declaration.is_some(),
            declaration: declared,
            approval,
            approval_exists,
            catalogue: Arc::clone(&settings.catalogue),
            accesses: Vec::new(),
            flows: Vec::new(),
            observations: Vec::new(),
            personal_data: Default::default(),
            annotations: Vec::new(),
            bad_annotations: Vec::new(),
            suppressions: Vec::new(),
            documents,
            listing: None,
            problems: Vec::new(),
            coverage: Coverage::default(),
            edits: Edits::default(),
        };
        Self { facts, excludes, problems, coverage: Coverage::default() }
    }

    /// Takes over what one file came to.
    fn take(&mut self, loaded: &Loaded) {
        let AnnotationsRead { annotations, bad, suppressions } = &loaded.annotations;
        self.facts.annotations.extend_from_slice(annotations);
        self.facts.bad_annotations.extend_from_slice(bad);
        self.facts.suppressions.extend_from_slice(suppressions);
        self.problems.extend_from_slice(&loaded.problems);
        self.coverage.files_parsed += usize::from(loaded.parsed);
        if let Some(language) = loaded.unfollowed {
            match self.coverage.unfollowed.iter_mut().find(|(name, _)| name == language) {
                Some((_, count)) => *count += 1,
                None => self.coverage.unfollowed.push((language.to_owned(), 1)),
            }
        }
    }

    /// Whether the declaration leaves out this path below the app's root.
    fn excludes(&self, below: &str) -> bool {
        self.excludes.as_ref().is_some_and(|e| e.is_match(below))
    }

    fn says_something(&self) -> bool {
        !self.facts.accesses.is_empty()
            || !self.facts.annotations.is_empty()
            || !self.facts.bad_annotations.is_empty()
            || !self.problems.is_empty()
    }

    fn finish(mut self, kind: AppType) -> Facts {
        let mut facts = self.facts;
        name_uses(&mut facts);
        authorize(&mut facts, kind);
        self.problems.sort();
        self.coverage.unfollowed.sort();
        facts.problems = self.problems;
        facts.coverage = self.coverage;
        facts.annotations.sort_by(|a, b| a.place.cmp(&b.place));
        facts.bad_annotations.sort_by(|a, b| a.place.cmp(&b.place));
        facts.suppressions.sort_by(|a, b| a.place.cmp(&b.place));
        facts
    }
}

/// The most uses that are kept of one place.
const MAX_USES: usize = 100;

/// Gives each access the uses of the annotations that cover it: those that start on its first line or
/// around it, in the order of the file.
fn name_uses(facts: &mut Facts) {
    // What covers the same lines for the same use says it once. By first line, then in file order.
    let mut seen = BTreeSet::new();
    let mut covers: BTreeMap<&str, Vec<(u32, usize, u32, &String)>> = BTreeMap::new();
    let mut order = 0;
    for annotation in &facts.annotations {
        let Some((first, last)) = annotation.covers else { continue };
        let file: &str = &annotation.place.file;
        for (name, _) in annotation.uses.iter().filter(|(name, _)| seen.insert((file, first, last, name))) {
            covers.entry(file).or_default().push((first, order, last, name));
            order += 1;
        }
    }
    covers.values_mut().for_each(|c| c.sort());
    facts.accesses.sort_by(|a, b| a.place.cmp(&b.place));
    let mut file: Option<Arc<str>> = None;
    let mut coming: &[(u32, usize, u32, &String)] = &[];
    let mut open: BTreeMap<(usize, &String), u32> = BTreeMap::new();
    let mut ends: BTreeSet<(u32, usize, &String)> = BTreeSet::new();
    for access in &mut facts.accesses {
        let line = access.place.line;
        if file.as_ref() != Some(&access.place.file) {
            file = Some(Arc::clone(&access.place.file));
            coming = covers.get(&*access.place.file).map_or(&[], Vec::as_slice);
            open.clear();
            ends.clear();
        }
        while let Some(((first, order, last, name), rest)) = coming.split_first()
            && *first <= line
        {
            open.insert((*order, name), *last);
            ends.insert((*last, *order, name));
            coming = rest;
        }
        while let Some((last, order, name)) = ends.first().copied()
            && last < line
        {
            ends.remove(&(last, order, name));
            open.remove(&(order, name));
        }
        for (_, name) in open.keys() {
            if access.uses.len() >= MAX_USES {
                break;
            }
            if !access.uses.contains(name) {
                access.uses.push((*name).clone());
            }
        }
    }
}

/// An app without a manifest that hands scopes to Atlassian's authorize address is a 3LO app.
fn authorize(facts: &mut Facts, kind: AppType) {
    let scopes: Vec<Located<String>> = facts
        .observations
        .iter()
        .filter(|o| o.kind == ObservationKind::AuthorizeScope)
        .map(|o| Located { value: o.detail.clone(), place: o.place.clone() })
        .collect();
    if kind == AppType::Unknown && facts.app.kind == AppType::Unknown && !scopes.is_empty() {
        facts.app.kind = AppType::Oauth2;
        facts.app.kind_reason = "it hands scopes to Atlassian's authorize address".to_owned();
    }
    facts.app.oauth_scopes = scopes;
}

fn declared(
    settings: &Settings,
    tree: &Tree,
    path: &Arc<str>,
    files: &mut BTreeMap<Arc<str>, SourceFile>,
    problems: &mut Vec<Problem>,
) -> Option<Declaration> {
    let entry = tree.files.iter().find(|f| f.path == *path)?;
    match read::read_text(&tree.root, entry, declaration::MAX_BYTES as u64) {
        Ok(file) => {
            let names: Vec<&str> = rules::ALL.iter().map(|r| r.name).collect();
            let uses: Vec<String> = settings.catalogue.uses.iter().map(|u| u.id.clone()).collect();
            let read = declaration::read_with(&file, &names, &uses);
            problems.extend(read.problems);
            files.insert(Arc::clone(&file.path), file);
            read.declaration
        }
        Err(mut problem) => {
            problem.input = InputKind::Declaration;
            problem.matters = true;
            problems.push(problem);
            None
        }
    }
}

/// The record of the app's approval, and whether there is one, readable or not. It is part of no walk: whether
/// an ignore file names it does not matter.
fn approved(
    tree: &Tree,
    root: &AppRoot,
    files: &mut BTreeMap<Arc<str>, SourceFile>,
    problems: &mut Vec<Problem>,
) -> (Option<Approval>, bool) {
    let path = match &*root.root {
        "." => lock::FILE_NAME.to_owned(),
        folder => format!("{folder}/{}", lock::FILE_NAME),
    };
    if std::fs::symlink_metadata(tree.root.join(&path)).is_err() {
        return (None, false);
    }
    let entry = FileEntry {
        path: path.into(),
        size: 0,
        kind: FileKind::Other,
        system_path: None,
        stamp: Default::default(),
    };
    let read = read::read_text(&tree.root, &entry, lock::MAX_BYTES as u64).and_then(|file| {
        let read = lock::read(&file);
        files.insert(Arc::clone(&file.path), file);
        read
    });
    match read {
        Ok(approval) => (Some(approval), true),
        Err(problem) => {
            problems.push(Problem { input: InputKind::Lock, matters: true, ..problem });
            (None, true)
        }
    }
}

/// `lint.exclude` as one matcher; paths are relative to the app's root.
fn excludes(declaration: &Declaration) -> Option<globset::GlobSet> {
    if declaration.lint_exclude.is_empty() {
        return None;
    }
    let mut set = globset::GlobSetBuilder::new();
    // A pattern that is none is a problem of the declaration's, told where it was read.
    for glob in declaration.lint_exclude.iter().filter_map(|g| globset::Glob::new(&g.value).ok()) {
        set.add(glob);
    }
    set.build().ok()
}

fn documents_of(
    settings: &Settings,
    memory: &Memory,
    tree: &Tree,
    root: &AppRoot,
    declaration: Option<&Declaration>,
    files: &mut BTreeMap<Arc<str>, SourceFile>,
) -> Vec<Document> {
    let below = |path: &str| {
        root.covers_tree
            || *root.root == *"."
            || path.strip_prefix(&*root.root).is_some_and(|p| p.starts_with('/'))
            || !path.contains('/')
    };
    let paths: Vec<Arc<str>> =
        tree.files.iter().filter(|f| below(&f.path)).map(|f| Arc::clone(&f.path)).collect();
    let open = |path: &str| memory.open(settings, path);
    let found = documents::find(&documents::Search {
        app_root: &root.root,
        declaration,
        manifests: &root.manifests,
        paths: &paths,
        open: &open,
    });
    files.extend(found.files);
    found.documents
}

/// What manifests and declaration say of the app.
fn app(root: &AppRoot, declaration: Option<&Declaration>) -> App {
    let manifest = root.manifests.first();
    let text = |l: &Located<String>| l.value.clone();
    let declared = |get: fn(&Declaration) -> Option<&Located<String>>| declaration.and_then(get).map(text);
    let of_manifest =
        |get: fn(&Manifest) -> Option<&Located<String>>| root.manifests.iter().find_map(get).map(text);
    let mut products = manifest.map(|m| m.products.clone()).unwrap_or_default();
    for product in declaration.iter().flat_map(|d| &d.products) {
        if !products.contains(&product.value) {
            products.push(product.value);
        }
    }
    let (kind, kind_reason) = match (root.kind, declaration.and_then(|d| d.kind.as_ref())) {
        (AppType::Unknown, Some(kind)) => (kind.value, format!("`{}` says so", declaration::FILE_NAME)),
        (kind, _) => (kind, root.kind_reason.clone()),
    };
    App {
        root: Arc::clone(&root.root),
        kind,
        kind_reason,
        key: of_manifest(|m| m.key.as_ref()).or_else(|| declared(|d| d.key.as_ref())),
        name: of_manifest(|m| m.name.as_ref()).or_else(|| declared(|d| d.name.as_ref())),
        vendor: of_manifest(|m| m.vendor.as_ref()).or_else(|| declared(|d| d.vendor.as_ref())),
        products,
        manifests: root.manifests.clone(),
        oauth_scopes: Vec::new(),
    }
}

/// Gives findings of different apps that are alike (two copies of one app in a tree) identities of their own.
fn tell_apart(apps: &mut [AppRun]) {
    let mut seen = BTreeSet::new();
    for finding in apps.iter_mut().flat_map(|a| &mut a.findings) {
        if !seen.insert(finding.fingerprint.clone()) {
            finding.fingerprint = fingerprint(finding.rule, &finding.app, &finding.fingerprint, 0);
            seen.insert(finding.fingerprint.clone());
        }
    }
}

/// Drops the texts that nothing points into, so that a large tree does not stay in memory.
fn keep_what_is_pointed_at(apps: &[AppRun], files: &mut BTreeMap<Arc<str>, SourceFile>) {
    let mut wanted = BTreeSet::new();
    for app in apps {
        for finding in &app.findings {
            wanted.insert(Arc::clone(&finding.place.file));
            wanted.extend(finding.related.iter().map(|r| Arc::clone(&r.place.file)));
            wanted.extend(finding.fix.iter().map(|e| Arc::clone(&e.file)));
        }
        wanted.extend(app.facts.accesses.iter().map(|a| Arc::clone(&a.place.file)));
        wanted.extend(app.facts.flows.iter().map(|f| Arc::clone(&f.place.file)));
        wanted.extend(app.facts.flows.iter().flat_map(|f| f.path.iter().map(|s| Arc::clone(&s.place.file))));
        wanted.extend(app.facts.documents.iter().map(|d| Arc::clone(&d.place.file)));
        wanted.extend(app.facts.app.manifests.iter().map(|m| Arc::clone(&m.file)));
        wanted.extend(app.facts.declaration.iter().map(|d| Arc::clone(&d.file)));
    }
    files.retain(|path, _| wanted.contains(path));
}
