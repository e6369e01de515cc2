//! `request`: writes the access request of one app.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::terminal::Terminal;
use super::{Stop, Verdict, catalogue};
use crate::facts::InputKind;
use crate::findings::run::{AppRun, Run};
use crate::inputs::checkout;
use crate::request::{self, Fields, Format, Template};
use crate::settings::Settings;

/// Write the access request: a ticket that every statement of the code backs by file and line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit request
  mailpermit request --format text --output request.txt
  mailpermit request --format html --output request.html
  mailpermit request --draft              even while errors stand; says what is missing
  mailpermit request --update             only what is not as it was approved
  mailpermit request --app apps/planner   one of several apps in this folder")]
pub(super) struct RequestArgs {
    /// The app's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The folder of the app that is meant, when PATH holds several.
    #[arg(long, value_name = "FOLDER")]
    app: Option<String>,
    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    format: RequestFormat,
    /// Write it to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write it even while an error stands, marked as a draft.
    #[arg(long)]
    draft: bool,
    /// Write only what is new, changed or gone since the approval that `email-access.lock` records.
    #[arg(long)]
    update: bool,
    /// A template in Markdown to use instead of the built-in one, whatever the format.
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// The form's fields, instead of the built-in ones.
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// Atlassian's list of uses, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    cache: super::cache::CacheArgs,
}

/// The formats of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RequestFormat {
    /// Markdown.
    #[default]
    Markdown,
    /// Plain text, for forms.
    Text,
    /// Jira's wiki markup.
    Jira,
    /// The Atlassian Document Format, for the REST APIs.
    Adf,
    /// The fields by name, and everything that a template can name.
    Json,
    /// One page that prints well.
    Html,
}

impl RequestFormat {
    fn format(self) -> Format {
        match self {
            Self::Markdown => Format::Markdown,
            Self::Text => Format::Text,
            Self::Jira => Format::Jira,
            Self::Adf => Format::Adf,
            Self::Json => Format::Json,
            Self::Html => Format::Html,
        }
    }
}

pub(super) fn run(args: &RequestArgs, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    let settings =
        Settings { catalogue: catalogue(args.catalogue.as_deref())?, ..Settings::of(args.path.clone()) };
    let fields = match &args.fields {
        None => Fields::builtin(),
        Some(path) => Fields::parse(&path.display().to_string(), &text(path)?).map_err(stop)?,
    };
    let template = match args.template.as_deref() {
        None => None,
        Some(path) => Some((path.display().to_string(), text(path)?)),
    };
    let run = args.cache.check(&settings)?;
    let app = the_app(&run, args.app.as_deref())?;
    let mut request = request::build(app, &run, &fields);
    request.draft |= args.draft && request::refusal(app).is_some();
    let commit = run.commit.as_deref();
    request.method.source =
        checkout::remote(&args.path).zip(commit).and_then(|(r, c)| request::source(&r, c));
    let template = template.as_ref().map(|(name, source)| Template { name, source });
    let format = args.format.format();
    let update = match (args.update, &app.facts.approval) {
        (false, _) => None,
        (true, None) => return Err(no_approval(app)),
        (true, Some(approval)) => Some(request::Update::of(&request, &app.facts, approval)),
    };
    if let Some(nothing) = update.as_ref().filter(|u| u.is_empty()) {
        let ticket = &nothing.ticket;
        terminal.note(&format!("nothing differs from what {ticket} approved: there is no update to file"));
        return Ok(Verdict::Clean);
    }
    if let Some(refusal) = request::refusal(app)
        && !args.draft
    {
        terminal.note(&format!("error: {refusal}\nhelp: {}", refusal.help()));
        return Ok(Verdict::Findings);
    }
    let rendered = match &update {
        Some(update) => request::render_update(update, format, template),
        None => request::render(&request, format, template),
    };
    let rendered = rendered.map_err(stop)?;
    match &args.output {
        None => terminal.print(&rendered)?,
        Some(path) => crate::files::write_whole(path, rendered.as_bytes())
            .map_err(|e| Stop::usage(format!("cannot write `{}`: {e}", path.display())))?,
    }
    Ok(Verdict::Clean)
}

/// What to say where there is nothing to update.
fn no_approval(app: &AppRun) -> Stop {
    match app.facts.problems.iter().find(|p| p.input == InputKind::Lock) {
        Some(problem) => {
            let place = &problem.place;
            let at = format!("{}:{}:{}", place.file, place.line, place.column);
            Stop::usage(format!("{at}: {}", problem.message)).help(problem.help.clone().unwrap_or_default())
        }
        None => Stop::usage("no approval is on record, so there is nothing to update")
            .help("`mailpermit approve --ticket KEY` records one; without it, `mailpermit request` writes a new request"),
    }
}

fn text(path: &Path) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|e| Stop::usage(format!("cannot read `{}`: {e}", path.display())))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn stop(error: request::RequestError) -> Stop {
    Stop::usage(error.to_string()).help(error.help())
}

/// The app that is asked for: the only one, or the one in the folder that was named.
pub(super) fn the_app<'r>(run: &'r Run, folder: Option<&str>) -> Result<&'r AppRun, Stop> {
    let roots = || {
        let roots: Vec<String> = run.apps.iter().map(|a| format!("`{}`", a.facts.app.root)).collect();
        roots.join(", ")
    };
    match (folder, run.apps.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(Stop::usage(format!("there are {} apps here: {}", run.apps.len(), roots()))
            .help("this is done for one app: name its folder with `--app FOLDER`")),
        (Some(folder), apps) => {
            let folder = folder.trim_end_matches('/');
            let folder = if folder.is_empty() { "." } else { folder };
            apps.iter().find(|a| *a.facts.app.root == *folder).ok_or_else(|| {
                Stop::usage(format!("there is no app in `{folder}`")).help(format!("there are: {}", roots()))
            })
        }
    }
}
