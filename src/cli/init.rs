//! `init`: drafts `email-access.yaml` from what the code does, and annotates the code.

mod ask;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::check::folder;
use super::{Stop, Terminal, catalogue};
use crate::facts::{AppType, Facts};
use crate::findings::run::Run;
use crate::init::{self, Annotated, Draft, Hints};
use crate::inputs::declaration::FILE_NAME;
use crate::inputs::sources::load::PARSER_STACK;
use crate::settings::Settings;
use crate::text::redact::one_line;
use crate::text::words::count;

/// Draft `email-access.yaml`: every place that reads addresses, grouped by what is done with them, with a use
/// proposed for each group.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit init                    asks, on a terminal
  mailpermit init --yes              takes every proposal
  mailpermit init --yes --annotate   writes the @email-use comments into the code as well
  mailpermit init --yes --force      drafts anew; the old file is kept as email-access.yaml.bak")]
pub(super) struct InitArgs {
    /// The app's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Take every proposal and ask nothing.
    #[arg(long, short)]
    yes: bool,
    /// Write `@email-use` comments into the code, above what reads addresses.
    #[arg(long)]
    annotate: bool,
    /// Draft anew although there is a declaration; the old one is kept beside it.
    #[arg(long)]
    force: bool,
    /// What kind of app it is, where no manifest says so.
    #[arg(long, value_enum, value_name = "KIND")]
    r#type: Option<Kind>,
    /// Atlassian's list of uses, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    cache: super::cache::CacheArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A Connect app.
    Connect,
    /// A Forge app.
    Forge,
    /// A Forge app with Connect modules.
    ForgeWithConnect,
    /// An app that uses OAuth 2.0 (3LO).
    Oauth2,
}

impl From<Kind> for AppType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Connect => Self::Connect,
            Kind::Forge => Self::Forge,
            Kind::ForgeWithConnect => Self::ForgeWithConnect,
            Kind::Oauth2 => Self::Oauth2,
        }
    }
}

/// What a user decided.
pub(super) enum Decision {
    /// Write, and annotate the code or not.
    Write {
        /// Whether the code is annotated.
        annotate: bool,
    },
    /// Write nothing.
    Nothing,
}

pub(super) fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let asks = !args.yes;
    if asks && !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Stop::usage("`init` asks questions, and there is no terminal to ask them on")
            .help("`--yes` takes every proposal; `--annotate` writes comments into the code as well"));
    }
    folder(&args.path, "init")?;
    let catalogue = catalogue(args.catalogue.as_deref())?;
    let settings = Settings { catalogue: Arc::clone(&catalogue), ..Settings::of(args.path.clone()) };
    let run = args.cache.check(&settings)?;
    let facts = the_app(&run, &args.path)?;
    let home = home(&args.path, &facts.app.root);
    let target = target(&home, args.force)?;
    let mut draft = init::propose(facts);
    if let Some(kind) = args.r#type.filter(|_| draft.kind == AppType::Unknown) {
        draft.kind = kind.into();
        draft.kind_reason = "`--type` said so".to_owned();
    }
    terminal.print(&init::listing(&draft, &catalogue))?;
    terminal.flush()?;
    for problem in facts.problems.iter().filter(|p| p.matters).take(5) {
        terminal.note(&format!("warning: {}: {}", problem.place, one_line(&problem.message, 200)));
    }
    if draft.groups.is_empty() {
        terminal.note("nothing was written: no place that reads addresses was found, so there is nothing to declare\nnext: `mailpermit check` says what was read and what was not");
        return Ok(());
    }
    let annotate = match asks {
        false => args.annotate,
        true => match ask::ask(&mut draft, &catalogue, args.annotate)? {
            Decision::Write { annotate } => annotate,
            Decision::Nothing => {
                terminal.note("nothing was written");
                return Ok(());
            }
        },
    };
    draft.name_groups();
    write(&draft, &run, &target, &settings, annotate, terminal)
}

fn write(
    draft: &Draft,
    run: &Run,
    target: &Path,
    settings: &Settings,
    annotate: bool,
    terminal: &mut Terminal,
) -> Result<(), Stop> {
    let text = init::render(draft, &read_hints(target, draft, run), &settings.catalogue);
    let annotated = if annotate { annotated(draft, run)? } else { Annotated::default() };
    let unwritable =
        |path: &Path, e: std::io::Error| Stop::usage(format!("cannot write `{}`: {e}", path.display()));
    if target.exists() {
        let copy = free_copy(target)?;
        let old = std::fs::read(target).map_err(|e| unwritable(target, e))?;
        crate::files::write_whole(&copy, &old).map_err(|e| unwritable(&copy, e))?;
        terminal.note(&format!("kept the old `{}` as `{}`", target.display(), copy.display()));
    }
    for (file, text) in &annotated.texts {
        let path = settings.root.join(&**file);
        let old = std::fs::read(&path).map_err(|e| unwritable(&path, e))?;
        let mark: &[u8] = if old.starts_with(b"\xef\xbb\xbf") { b"\xef\xbb\xbf" } else { b"" };
        let known = run.files.get(file).map(|f| f.text.as_bytes());
        if old.get(mark.len()..) != known {
            terminal.note(&format!(
                "warning: `{}` is not UTF-8, or was changed meanwhile: not annotated",
                path.display()
            ));
            continue;
        }
        let bytes = [mark, text.as_bytes()].concat();
        crate::files::write_whole(&path, &bytes).map_err(|e| unwritable(&path, e))?;
    }
    crate::files::write_whole(target, text.as_bytes()).map_err(|e| unwritable(target, e))?;
    terminal.note(&ending(draft, target, &annotated, annotate));
    Ok(())
}

/// What was written, and what comes next.
fn ending(draft: &Draft, target: &Path, annotated: &Annotated, annotate: bool) -> String {
    let mut lines = vec![format!("wrote `{}`", target.display())];
    if annotate {
        let files = annotated.texts.len();
        lines.push(format!(
            "wrote {} into {}",
            count(annotated.comments, "comment", "comments"),
            count(files, "file", "files")
        ));
        lines.extend(annotated.left.iter().take(10).map(|place| {
            format!("no comment could be written for {place}: write `@email-use NAME` there yourself")
        }));
    }
    lines.push("next:".to_owned());
    let to_do = draft.groups.iter().filter(|g| g.description.is_none()).count();
    let name = target.display();
    let mut steps = Vec::new();
    if draft.kind == AppType::Unknown {
        steps.push(format!("say in `{name}` what kind of app it is: `type`, under `app`"));
    }
    steps.push(match to_do {
        0 => format!("read `{name}`, and correct what is wrong"),
        1 => format!("complete the description in `{name}` that says TODO"),
        n => format!("complete the {n} descriptions in `{name}` that say TODO"),
    });
    let open = draft.groups.iter().flat_map(|g| &g.reads).any(|r| !r.annotated);
    steps.push(if open && !annotate {
        "name the uses in the code: `@email-use NAME` in a comment above each place (`init --annotate --force` does it)".to_owned()
    } else {
        "look at the comments in the code: each has to name the use that the place serves".to_owned()
    });
    steps.push("run `mailpermit check`, which says what is still missing, documents among it, and `mailpermit check --fix`, which mends what is safe to mend".to_owned());
    steps.push("run `mailpermit request`, which writes the request when no error stands".to_owned());
    lines.extend(steps.iter().enumerate().map(|(i, step)| format!("  {}. {step}", i + 1)));
    lines.join("\n")
}

/// The app that is meant: the only one that a manifest or a declaration shows, or the only one at all.
fn the_app<'r>(run: &'r Run, path: &Path) -> Result<&'r Facts, Stop> {
    let apps: Vec<&Facts> = run.apps.iter().map(|a| &a.facts).collect();
    if let [only] = apps.as_slice() {
        return Ok(only);
    }
    let known: Vec<&Facts> =
        apps.iter().copied().filter(|f| !f.app.manifests.is_empty() || f.declaration_exists).collect();
    if let [only] = known.as_slice() {
        return Ok(only);
    }
    let roots: Vec<String> =
        known.iter().map(|f| format!("`{}`", home(path, &f.app.root).display())).collect();
    Err(Stop::usage(format!("there are {} apps here: {}", known.len(), roots.join(", ")))
        .help("a declaration is for one app: pass its folder"))
}

/// The folder of an app.
fn home(path: &Path, root: &str) -> PathBuf {
    let joined = if root == "." { path.to_path_buf() } else { path.join(root) };
    // `email-access.yaml` reads better than `./email-access.yaml`.
    joined.strip_prefix(".").map(Path::to_path_buf).unwrap_or(joined)
}

/// Where the declaration goes. Never over one that is there, unless that was asked for.
fn target(home: &Path, force: bool) -> Result<PathBuf, Stop> {
    let target = home.join(FILE_NAME);
    let short = home.join("email-access.yml");
    for there in [&target, &short] {
        // A link that leads nowhere is there too.
        if std::fs::symlink_metadata(there).is_err() {
            continue;
        }
        if !there.is_file() {
            return Err(Stop::usage(format!("`{}` is no file", there.display())).help("move it away"));
        }
        if !force {
            return Err(Stop::usage(format!("`{}` exists: it is not overwritten", there.display()))
                .help("`mailpermit check` says what is missing in it; `init --force` drafts it anew and keeps a copy"));
        }
        return Ok(there.clone());
    }
    Ok(target)
}

/// A name beside a file that is not taken: `.bak`, `.bak.2` and so on.
fn free_copy(target: &Path) -> Result<PathBuf, Stop> {
    const MOST: u32 = 1000;
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..MOST).map(|n| target.with_file_name(format!("{name}.bak.{n}")));
    let mut names = std::iter::once(target.with_file_name(format!("{name}.bak"))).chain(numbered);
    names.find(|n| std::fs::symlink_metadata(n).is_err()).ok_or_else(|| {
        Stop::usage(format!("there are {MOST} copies of `{name}` already")).help("move some away")
    })
}

/// The annotated texts, made on a thread that has room for parsers.
fn annotated(draft: &Draft, run: &Run) -> Result<Annotated, Stop> {
    let failed =
        || Stop::usage("the code could not be read again to annotate it").help("leave `--annotate` out");
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(PARSER_STACK)
            .spawn_scoped(scope, || init::annotate(draft, &run.files))
            .map_err(|_| failed())?
            .join()
            .map_err(|_| failed())
    })
}

/// What package.json, README and manifests say of the app.
fn read_hints(target: &Path, draft: &Draft, run: &Run) -> Hints {
    const MOST: u64 = 1 << 20;
    let home = target.parent().unwrap_or(Path::new("."));
    let text = |name: &str| {
        let path = home.join(name);
        let small = std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() && m.len() <= MOST);
        small.then(|| std::fs::read_to_string(&path).ok()).flatten()
    };
    let readme =
        ["README.md", "readme.md", "Readme.md", "README.markdown", "README"].into_iter().find_map(text);
    let inside = |path: &str| &*draft.root == "." || path.starts_with(&*draft.root);
    let manifests = run.apps.iter().flat_map(|a| &a.facts.app.manifests).filter(|m| inside(&m.file));
    let manifests = manifests.filter_map(|m| run.files.get(&m.file)).map(|f| &*f.text);
    let texts: Vec<&str> = readme.as_deref().into_iter().chain(manifests).collect();
    init::hints(text("package.json").as_deref(), &texts)
}
