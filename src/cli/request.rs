//! `request`: the arguments of the command that writes the access request.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Write the access request: a ticket that every statement of the code backs by file and line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit request
  mailpermit request --format text --output request.txt
  mailpermit request --draft              even while errors stand; says what is missing")]
pub struct RequestArgs {
    /// The app's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    pub format: RequestFormat,
    /// Write it to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write it even while an error stands, marked as a draft.
    #[arg(long)]
    pub draft: bool,
    /// A template to use instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// The form's fields, instead of the built-in ones.
    #[arg(long, value_name = "FILE")]
    pub fields: Option<PathBuf>,
    /// Atlassian's list of uses, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
}

/// The formats of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RequestFormat {
    /// Markdown.
    #[default]
    Markdown,
    /// Plain text, for forms.
    Text,
}
