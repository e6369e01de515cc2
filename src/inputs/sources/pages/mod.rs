//! Templates that a server fills in: what they show, as a program.
//!
//! A template becomes a module with one function, whose parameter is what the template is rendered with.
//! What it shows becomes markup, its loops and assignments become variables, and the templates that it
//! takes in become calls. All template languages are read the same way: `styles` says how one is written,
//! `scan` finds the pieces, `words` the names in them, `build` makes the module. Who renders a template,
//! and with what, is not known here.

mod build;
mod razor;
mod scan;
mod styles;
mod words;

use super::template::Template;
use crate::program::Module;
use crate::text::{SourceFile, Span};

/// The programs of a template: what it shows, and the code of a component that is written into it.
#[must_use]
pub fn programs(file: &SourceFile, comments: &[Span]) -> Vec<Module> {
    let code = match Template::from_path(&file.path) {
        Some(Template::Razor) => razor::code(file),
        _ => None,
    };
    page(file, comments).into_iter().chain(code).collect()
}

/// What a template shows; `None` when there is nothing that could be followed.
fn page(file: &SourceFile, comments: &[Span]) -> Option<Module> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    // The component around an Angular template is what fills it in.
    if name.ends_with(".component.html") {
        return None;
    }
    let style = styles::style(Template::from_path(&file.path)?, &file.path)?;
    let pieces = scan::pieces(&file.text, style, comments);
    build::module(file, style, &pieces)
}
