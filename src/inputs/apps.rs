//! Which apps a tree holds, where each has its root, and which file belongs to which.
//!
//! A tree may hold several apps, test fixtures among them; each is checked on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::Tree;
use super::kind::{FileKind, classify};
use super::manifest::ManifestRead;
use super::{connect, forge};
use crate::facts::{AppType, Manifest, ManifestKind};
use crate::text::SourceFile;

/// Files that mark the folder of a project, and so the root of a Connect app.
const PROJECT_FILES: &[&str] = &[
    "package.json",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "go.mod",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "composer.json",
    "Gemfile",
];
/// The ending of a project file that has the project's name before it.
const PROJECT_ENDING: &str = ".csproj";
/// Files and folders that stand at the top of a checkout, whatever projects it is made of.
const CHECKOUT_MARKS: &[&str] = &[
    ".git",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".github",
    ".gitlab-ci.yml",
    "bitbucket-pipelines.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "settings.gradle",
    "settings.gradle.kts",
    "go.work",
    "pnpm-workspace.yaml",
    "lerna.json",
    "nx.json",
    "turbo.json",
    "global.json",
    "Directory.Build.props",
];
/// How files at the top of a checkout are called, apart from their endings, and how they end.
const CHECKOUT_NAMES: &[&str] = &["readme", "license", "licence"];
const CHECKOUT_ENDINGS: &[&str] = &[".sln", ".slnx"];

/// One app of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRoot {
    /// Its folder relative to the checked root; `.` for the checked root itself.
    pub root: Arc<str>,
    /// Whether every file of the tree belongs to it, because it is the only app.
    pub covers_tree: bool,
    /// Its manifests, Forge first.
    pub manifests: Vec<Manifest>,
    /// The path of its `email-access.yaml`, when there is one.
    pub declaration: Option<Arc<str>>,
    /// What kind of app, as far as manifests tell.
    pub kind: AppType,
    /// Why it is taken for that kind.
    pub kind_reason: String,
}

/// Reads a file that is a manifest by its name; `None` for every other kind of file.
#[must_use]
pub fn read_manifest(kind: FileKind, file: &SourceFile) -> Option<ManifestRead> {
    match kind {
        FileKind::ForgeManifest => Some(forge::read(file)),
        FileKind::ConnectDescriptor | FileKind::MaybeDescriptor => Some(connect::read(file)),
        _ => None,
    }
}

/// Finds the apps of a tree, sorted by root. None when there is neither a manifest nor a declaration.
///
/// `broken` are the paths of manifests that could not be read: they show where an app is, and no more.
#[must_use]
pub fn find(tree: &Tree, manifests: Vec<Manifest>, broken: &BTreeSet<Arc<str>>) -> Vec<AppRoot> {
    let projects = project_folders(tree);
    let mut roots: BTreeMap<String, Vec<Manifest>> = BTreeMap::new();
    let mut unread: BTreeMap<String, &str> = BTreeMap::new();
    for path in broken {
        let root = match classify(path) {
            FileKind::ForgeManifest => folder_of(path),
            _ => nearest_project(path, &projects),
        };
        roots.entry(root.to_owned()).or_default();
        unread.entry(root.to_owned()).or_insert(path);
    }
    for manifest in manifests {
        let root = match manifest.kind {
            ManifestKind::Forge => folder_of(&manifest.file),
            ManifestKind::Connect => nearest_project(&manifest.file, &projects),
        };
        roots.entry(root.to_owned()).or_default().push(manifest);
    }
    let mut declarations: BTreeMap<String, Arc<str>> = BTreeMap::new();
    // Files are sorted, so `.yaml` comes before `.yml`. Those in an app's own folder go first.
    let found =
        || tree.files.iter().filter(|f| f.kind == FileKind::Declaration).map(|f| (folder_of(&f.path), f));
    for (folder, file) in found().filter(|(folder, _)| roots.contains_key(*folder)) {
        declarations.entry(folder.to_owned()).or_insert_with(|| Arc::clone(&file.path));
    }
    for (folder, file) in found().filter(|(folder, _)| !roots.contains_key(*folder)) {
        let below = only_root_below(&roots, folder).filter(|root| !declarations.contains_key(*root));
        declarations.entry(below.unwrap_or(folder).to_owned()).or_insert_with(|| Arc::clone(&file.path));
    }
    for root in declarations.keys() {
        roots.entry(root.clone()).or_default();
    }
    let covers_tree = roots.len() == 1;
    let app = |(root, mut manifests): (String, Vec<Manifest>)| {
        manifests.sort_by(|a, b| (a.kind, &a.file).cmp(&(b.kind, &b.file)));
        let (kind, kind_reason) = match unread.get(&root) {
            Some(path) if manifests.is_empty() => (AppType::Unknown, format!("`{path}` could not be read")),
            _ => kind_of(&manifests),
        };
        let declaration = declarations.get(&root).map(Arc::clone);
        AppRoot { root: root.into(), covers_tree, manifests, declaration, kind, kind_reason }
    };
    roots.into_iter().map(app).collect()
}

/// The app that the file at `path` belongs to: the one with the deepest root above it.
#[must_use]
pub fn owner(apps: &[AppRoot], path: &str) -> Option<usize> {
    let holds = |app: &AppRoot| app.covers_tree || is_below(path, &app.root);
    let depth = |app: &AppRoot| if &*app.root == "." { 0 } else { app.root.len() };
    apps.iter().enumerate().filter(|(_, a)| holds(a)).max_by_key(|(_, a)| depth(a)).map(|(i, _)| i)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder == "." || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The folder of a path; `.` when it has none.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

fn project_folders(tree: &Tree) -> BTreeSet<&str> {
    let marks = |path: &str, kind: FileKind| {
        let name = path.rsplit('/').next().unwrap_or(path);
        kind == FileKind::Declaration || PROJECT_FILES.contains(&name) || name.ends_with(PROJECT_ENDING)
    };
    tree.files.iter().filter(|f| marks(&f.path, f.kind)).map(|f| folder_of(&f.path)).collect()
}

/// The outermost folders that hold projects or apps, when the tree is a folder of several that have nothing
/// to do with each other: neither a project nor a checkout itself. Empty when it is one.
#[must_use]
pub fn separate_projects(tree: &Tree, apps: &[AppRoot]) -> BTreeSet<String> {
    let mut folders = project_folders(tree);
    folders.extend(apps.iter().filter(|a| !a.manifests.is_empty()).map(|a| &*a.root));
    if folders.contains(".") || is_checkout(tree) {
        return BTreeSet::new();
    }
    let is_outermost = |folder: &&&str| {
        let mut above = folder.match_indices('/').filter_map(|(i, _)| folder.get(..i));
        !above.any(|a| folders.contains(a))
    };
    let outermost: BTreeSet<String> = folders.iter().filter(is_outermost).map(|f| (*f).to_owned()).collect();
    if outermost.len() > 1 { outermost } else { BTreeSet::new() }
}

/// Whether a tree is one checkout: its parts belong together, however many projects they are.
fn is_checkout(tree: &Tree) -> bool {
    let named = |name: &str| {
        let name = name.to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or(&name);
        CHECKOUT_NAMES.contains(&stem) || CHECKOUT_ENDINGS.iter().any(|e| name.ends_with(e))
    };
    CHECKOUT_MARKS.iter().any(|mark| tree.root.join(mark).exists())
        || tree.files.iter().any(|f| !f.path.contains('/') && named(&f.path))
}

/// The one of `projects` that a file stands in; empty for none.
#[must_use]
pub fn project_of<'p>(path: &'p str, projects: &BTreeSet<String>) -> &'p str {
    let mut above = path.match_indices('/').filter_map(|(i, _)| path.get(..i));
    above.find(|folder| projects.contains(*folder)).unwrap_or_default()
}

/// The nearest project folder at or above the file; its own folder when there is none.
fn nearest_project<'a>(path: &'a str, projects: &BTreeSet<&str>) -> &'a str {
    let own = folder_of(path);
    let mut folder = own;
    loop {
        if projects.contains(folder) {
            return folder;
        }
        if folder == "." {
            return own;
        }
        folder = folder_of(folder);
    }
}

/// The root below `folder`, when there is exactly one: a declaration above a single app is that app's.
fn only_root_below<'a>(roots: &'a BTreeMap<String, Vec<Manifest>>, folder: &str) -> Option<&'a str> {
    let mut below = roots.keys().filter(|r| is_below(r, folder));
    let only = below.next()?;
    below.next().is_none().then_some(only.as_str())
}

fn kind_of(manifests: &[Manifest]) -> (AppType, String) {
    let Some(first) = manifests.first() else {
        return (AppType::Unknown, "no manifest was found".to_owned());
    };
    if first.kind == ManifestKind::Connect {
        return (AppType::Connect, format!("`{}` is a Connect descriptor", first.file));
    }
    for manifest in manifests.iter().filter(|m| m.kind == ManifestKind::Forge) {
        let connect_scope = |s: &&crate::facts::ScopeName| {
            let name = s.value.to_lowercase();
            name.ends_with(":connect-jira") || name.ends_with(":connect-confluence")
        };
        let why = if manifest.connect_modules {
            "has `connectModules`".to_owned()
        } else if manifest.connect_key.is_some() {
            "has `app.connect.key`".to_owned()
        } else if let Some(scope) = manifest.scopes.iter().find(connect_scope) {
            format!("has the scope `{}`", crate::text::redact::one_line(&scope.value, 80))
        } else {
            continue;
        };
        return (AppType::ForgeWithConnect, format!("`{}` {why}", manifest.file));
    }
    (AppType::Forge, format!("`{}` is a Forge manifest", first.file))
}

/// Files that show that a folder is an app's root.
const ROOT_FILES: &[&str] = &["manifest.yml", "manifest.yaml", "atlassian-connect.json", "email-access.yaml"];

/// The app's root that `folder` lies in, told by the names of files on the way up; `None` when none shows it.
#[must_use]
pub fn nearest_root(folder: &Path) -> Option<PathBuf> {
    /// Folders on the way up that are looked at.
    const MOST: usize = 32;
    let root = folder.ancestors().take(MOST).find(|a| ROOT_FILES.iter().any(|f| a.join(f).is_file()))?;
    Some(root.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::discover::FileEntry;

    const FORGE: &str = "app: {id: 'ari:cloud:ecosystem::app/1'}\n";
    const CONNECT: &str = r#"{"key": "k", "baseUrl": "https://example.com", "scopes": []}"#;

    /// The apps of a tree with these files, manifests with the usual text.
    fn apps(paths: &[&str]) -> Vec<AppRoot> {
        let mut paths = paths.to_vec();
        paths.sort_unstable();
        let entry = |p: &&str| FileEntry {
            path: (*p).into(),
            size: 0,
            kind: classify(p),
            system_path: None,
            stamp: Default::default(),
        };
        let tree = Tree { files: paths.iter().map(entry).collect(), ..Tree::default() };
        let read = |f: &FileEntry| {
            let text = if f.kind == FileKind::ForgeManifest { FORGE } else { CONNECT };
            read_manifest(f.kind, &SourceFile::new(Arc::clone(&f.path), text)).and_then(|r| r.manifest)
        };
        let manifests = tree.files.iter().filter_map(read).collect();
        find(&tree, manifests, &BTreeSet::new())
    }

    /// `root: manifests (declaration)`, one line an app.
    fn shown(paths: &[&str]) -> Vec<String> {
        let app = |a: &AppRoot| {
            let manifests: Vec<_> = a.manifests.iter().map(|m| &*m.file).collect();
            let declared = a.declaration.as_ref().map_or_else(String::new, |d| format!(" ({d})"));
            format!("{}: {}{declared}", a.root, manifests.join(" "))
        };
        apps(paths).iter().map(app).collect()
    }

    #[test]
    fn roots_are_found() {
        for (paths, expected) in [
            (&["src/a.ts"][..], &[][..]),
            (&["manifest.yml", "package.json"], &[".: manifest.yml"]),
            (&["apps/forge/manifest.yml", "package.json"], &["apps/forge: apps/forge/manifest.yml"]),
            (
                &["pom.xml", "src/main/resources/atlassian-connect.json"],
                &[".: src/main/resources/atlassian-connect.json"],
            ),
            (&["web/public/descriptor.json"], &["web/public: web/public/descriptor.json"]),
            (&["x/A.csproj", "x/wwwroot/atlassian-connect.json"], &["x: x/wwwroot/atlassian-connect.json"]),
            (
                &[
                    "a/package.json",
                    "a/atlassian-connect.json",
                    "a/c/atlassian-connect.dev.json",
                    "a/manifest.yml",
                ],
                &["a: a/manifest.yml a/atlassian-connect.json a/c/atlassian-connect.dev.json"],
            ),
            (
                &["tests/fixtures/a/manifest.yml", "manifest.yml"],
                &[".: manifest.yml", "tests/fixtures/a: tests/fixtures/a/manifest.yml"],
            ),
            (&["email-access.yaml", "src/a.py"], &[".:  (email-access.yaml)"]),
            (
                &["email-access.yaml", "email-access.yml", "manifest.yml"],
                &[".: manifest.yml (email-access.yaml)"],
            ),
            (&["email-access.yaml", "app/manifest.yml"], &["app: app/manifest.yml (email-access.yaml)"]),
            (
                &["email-access.yaml", "app/manifest.yml", "app/email-access.yml"],
                &[".:  (email-access.yaml)", "app: app/manifest.yml (app/email-access.yml)"],
            ),
            (
                &["email-access.yaml", "a/manifest.yml", "b/manifest.yml"],
                &[".:  (email-access.yaml)", "a: a/manifest.yml", "b: b/manifest.yml"],
            ),
        ] {
            assert_eq!(shown(paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn files_belong_to_the_deepest_root() {
        let two = apps(&["a/manifest.yml", "a/b/manifest.yml"]);
        for (path, expected) in
            [("a/x.ts", Some(0)), ("a/b/c/x.ts", Some(1)), ("ab/x.ts", None), ("x.ts", None)]
        {
            assert_eq!(owner(&two, path), expected, "{path}");
        }
        let with_root = apps(&["manifest.yml", "a/manifest.yml"]);
        assert_eq!((owner(&with_root, "x.ts"), owner(&with_root, "a/x.ts")), (Some(0), Some(1)));
        let one = apps(&["apps/forge/manifest.yml"]);
        assert!(one[0].covers_tree);
        assert_eq!(owner(&one, "backend/x.ts"), Some(0));
        assert_eq!(owner(&[], "x.ts"), None);
    }

    #[test]
    fn a_manifest_that_cannot_be_read_shows_where_its_app_is() {
        let good = read_manifest(FileKind::ForgeManifest, &SourceFile::new("good/manifest.yml", FORGE))
            .and_then(|r| r.manifest)
            .expect("it has an app id");
        let broken = ["bad/manifest.yml", "worse/atlassian-connect.json", "good/atlassian-connect.json"];
        let found = find(&Tree::default(), vec![good], &broken.map(Arc::from).into());
        let shown: Vec<_> = found.iter().map(|a| (&*a.root, a.kind, a.kind_reason.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("bad", AppType::Unknown, "`bad/manifest.yml` could not be read"),
                ("good", AppType::Forge, "`good/manifest.yml` is a Forge manifest"),
                ("worse", AppType::Unknown, "`worse/atlassian-connect.json` could not be read"),
            ]
        );
    }

    #[test]
    fn kinds_are_told_with_their_reason() {
        let forge = |rest: &str| {
            let file = SourceFile::new("manifest.yml", format!("{FORGE}{rest}"));
            forge::read(&file).manifest.expect("it has an app id")
        };
        let connect = connect::read(&SourceFile::new("atlassian-connect.json", CONNECT)).manifest.unwrap();
        for (manifests, kind, reason) in [
            (vec![], AppType::Unknown, "no manifest was found"),
            (vec![connect.clone()], AppType::Connect, "`atlassian-connect.json` is a Connect descriptor"),
            (vec![forge("")], AppType::Forge, "`manifest.yml` is a Forge manifest"),
            (vec![forge(""), connect], AppType::Forge, "`manifest.yml` is a Forge manifest"),
            (
                vec![forge("connectModules: {'jira:webhooks': []}")],
                AppType::ForgeWithConnect,
                "`manifest.yml` has `connectModules`",
            ),
            (
                vec![forge("permissions: {scopes: ['read:connect-confluence']}")],
                AppType::ForgeWithConnect,
                "`manifest.yml` has the scope `read:connect-confluence`",
            ),
        ] {
            assert_eq!(kind_of(&manifests), (kind, reason.to_owned()));
        }
    }
}
