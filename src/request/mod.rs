//! The ticket: what is said about an app, from its facts, its declaration and the run.
//!
//! `build` gathers plain data, `update` what of it is not as approved; `compose` renders either as Markdown, and
//! the writers of `document` make the other formats of that. Nothing in here judges anew, opens a file or asks the
//! network: a statement that the facts do not carry is a gap, never a guess.

mod build;
pub mod compose;
pub mod document;
pub mod escape;
pub mod fields;
pub mod json;
pub mod model;
mod refusal;
mod source;
mod texts;
pub mod update;

pub use build::build;
pub use compose::{Format, Template, render, render_update};
pub use fields::Fields;
pub use model::Request;
pub use refusal::{Refusal, refusal};
pub use source::source;
pub use update::Update;

/// Why a request could not be written. All of these are the user's to mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The template is wrong, at a line.
    #[error("{file}:{line}: {message}")]
    Template {
        /// The template's name.
        file: String,
        /// The line, from 1; 0 when the engine could not tell.
        line: usize,
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// The template ran for too long.
    #[error("the template `{file}` was stopped after {steps} steps")]
    TooManySteps {
        /// The template's name.
        file: String,
        /// The limit.
        steps: u64,
    },
    /// The template wrote too much.
    #[error("the template `{file}` was stopped after writing {bytes} bytes")]
    TooLong {
        /// The template's name.
        file: String,
        /// The limit.
        bytes: usize,
    },
    /// The list of fields is wrong.
    #[error("{file}:{line}: {message}")]
    Fields {
        /// The file's name.
        file: String,
        /// The line, from 1; 0 when it could not be told.
        line: u64,
        /// What is wrong.
        message: String,
    },
}

impl RequestError {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Template { help, .. } => help,
            Self::TooManySteps { .. } => "look for a loop over a loop or a macro that calls itself",
            Self::TooLong { .. } => "look for a loop that repeats the whole request",
            Self::Fields { .. } => {
                "write `version: 1` and `fields:`, a list of `label`, `part`, `source` and `confidence`"
            }
        }
    }
}
