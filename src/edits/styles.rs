//! How a comment is written, by the kind of file; and which comments have to stay with the line below them.

use crate::inputs::kind::{FileKind, SourceKind, classify};
use crate::inputs::sources::template::Template;

/// What opens and what closes a comment.
pub(super) type Style = (&'static str, &'static str);

const SLASHES: Style = ("// ", "");
const HASH: Style = ("# ", "");
/// Between the elements of JSX and Svelte.
const BRACES: Style = ("{/* ", " */}");
/// Where nothing may end with its line.
const BLOCK: Style = ("/* ", " */");
const MARKUP: Style = ("<!-- ", " -->");

/// The ways to write a comment in a file of that name, the usual one first. Which of them does at a place is
/// found out by trying.
pub(super) fn of(path: &str) -> Vec<Style> {
    let FileKind::Source(kind) = classify(path) else { return Vec::new() };
    match kind {
        SourceKind::JavaScript => vec![SLASHES, BRACES, BLOCK],
        SourceKind::Vue => vec![SLASHES, MARKUP, BLOCK],
        SourceKind::Svelte => vec![SLASHES, MARKUP, BRACES, BLOCK],
        SourceKind::Java | SourceKind::Kotlin | SourceKind::Go => vec![SLASHES, BLOCK],
        SourceKind::Php => vec![SLASHES, BLOCK, ("<?php /* ", " */ ?>")],
        SourceKind::CSharp if path.ends_with(".cs") => vec![SLASHES, BLOCK],
        SourceKind::Python | SourceKind::Ruby => vec![HASH],
        SourceKind::Template | SourceKind::CSharp => {
            Template::from_path(path).map(template).unwrap_or_default()
        }
    }
}

/// Comments that do not reach the reader of the page, where the format has them.
fn template(template: Template) -> Vec<Style> {
    match template {
        Template::Handlebars => vec![("{{!-- ", " --}}")],
        Template::Ejs | Template::Erb => vec![("<%# ", " %>")],
        Template::Jsp => vec![("<%-- ", " --%>")],
        Template::Jinja => vec![("{# ", " #}")],
        Template::Velocity => vec![("## ", ""), ("#* ", " *#")],
        Template::Freemarker => vec![("<#-- ", " -->")],
        Template::Blade => vec![("{{-- ", " --}}")],
        Template::Razor => vec![("@* ", " *@"), SLASHES],
        Template::Html | Template::Vue | Template::Svelte | Template::Thymeleaf => vec![MARKUP, SLASHES],
        Template::Php => vec![("<?php /* ", " */ ?>")],
        Template::Yaml => vec![HASH],
    }
}

/// Parts of comments that speak to another tool about the line below them: nothing may come between.
const DIRECTIVES: &[&str] = &[
    "-next-line",
    "@ts-",
    "biome-ignore",
    "c8 ignore",
    "deno-lint-ignore",
    "istanbul ignore",
    "ktlint-",
    "noinspection",
    "nolint",
    "noqa",
    "nosonar",
    "oxlint-disable",
    "phpcs:",
    "phpstan-",
    "prettier-ignore",
    "psalm-suppress",
    "pylint:",
    "pyright:",
    "resharper",
    "rubocop:",
    "type: ignore",
    "v8 ignore",
];

/// Whether a comment speaks to another tool about the line below it.
pub(super) fn is_directive(comment: &str) -> bool {
    let lower = comment.to_ascii_lowercase();
    DIRECTIVES.iter().any(|d| lower.contains(d))
}
