//! How the template languages are written, as data.

use crate::inputs::sources::template::Template;

/// How one template language is written.
pub(super) struct Style {
    /// Marks around what is shown; the longer opening first.
    pub(super) shows: &'static [(&'static str, &'static str)],
    /// Marks around what steers.
    pub(super) steers: &'static [(&'static str, &'static str)],
    /// Attributes of tags whose value is an expression: it is shown, or it steers.
    pub(super) attributes: &'static [&'static str],
    /// What starts a directive or a name without marks around it.
    pub(super) sign: Option<char>,
    /// Directives behind the sign that steer, with their arguments in parentheses.
    pub(super) directives: &'static [&'static str],
    /// Whether what is shown may start with a word that steers: `{{#each}}`, `{{range}}`.
    pub(super) mixed: bool,
}

/// First words of what steers, between marks that also show.
pub(super) const STEERING: &[&str] = &[
    "if", "else", "end", "range", "with", "define", "template", "block", "each", "unless", "include", "let",
    "import", "partial", "extends", "layout", "break", "continue", "for", "set", "elif", "elseif", "endif",
];

/// Names of calls that take in another template, under which `build` writes all of them.
pub(super) const INCLUDES: &[&str] = &[
    "include",
    "includes",
    "include_once",
    "extends",
    "embed",
    "import",
    "render",
    "partial",
    "template",
    "layout",
    "parse",
    "insert",
    "includeIf",
    "includeWhen",
    "each",
    "component",
    "PartialAsync",
    "Partial",
    "RenderPartialAsync",
    "RenderPartial",
];

const NOTHING: Style =
    Style { shows: &[], steers: &[], attributes: &[], sign: None, directives: &[], mixed: false };

static CURLY: Style = Style {
    shows: &[("{{{", "}}}"), ("{{", "}}"), ("[[", "]]"), ("[(", ")]")],
    steers: &[("{%", "%}")],
    attributes: &[
        "th:text",
        "th:utext",
        "th:value",
        "th:field",
        "th:href",
        "th:title",
        "th:attr",
        "th:each",
        "th:object",
        "th:with",
        "th:replace",
        "th:insert",
        "th:include",
        "data-th-text",
        "data-th-each",
    ],
    mixed: true,
    ..NOTHING
};

static MUSTACHE: Style = Style { shows: &[("{{{", "}}}"), ("{{", "}}")], mixed: true, ..NOTHING };

static PERCENT: Style = Style { shows: &[("{{", "}}")], steers: &[("{%", "%}")], ..NOTHING };

static TAGS: Style =
    Style { shows: &[("<%==", "%>"), ("<%=", "%>"), ("<%-", "%>")], steers: &[("<%", "%>")], ..NOTHING };

/// In ERB a dash only trims white space.
static RUBY_TAGS: Style =
    Style { shows: &[("<%==", "%>"), ("<%=", "%>")], steers: &[("<%-", "%>"), ("<%", "%>")], ..NOTHING };

static JSP: Style = Style {
    shows: &[("<%=", "%>"), ("${", "}"), ("#{", "}")],
    steers: &[("<%", "%>"), ("<c:forEach", ">"), ("<c:set", ">"), ("<jsp:include", ">"), ("<g:each", ">")],
    attributes: &["value"],
    ..NOTHING
};

static VELOCITY: Style =
    Style { sign: Some('$'), directives: &["foreach", "set", "parse", "include"], ..NOTHING };

static FREEMARKER: Style =
    Style { shows: &[("${", "}"), ("[=", "]")], steers: &[("<#", ">"), ("[#", "]")], ..NOTHING };

static BLADE: Style = Style {
    shows: &[("{!!", "!!}"), ("{{", "}}"), ("<?=", "?>")],
    steers: &[("<?php", "?>")],
    sign: Some('@'),
    directives: &[
        "foreach",
        "forelse",
        "for",
        "include",
        "includeIf",
        "includeWhen",
        "each",
        "extends",
        "component",
        "php",
        "livewire",
    ],
    ..NOTHING
};

static RAZOR: Style = Style {
    sign: Some('@'),
    directives: &["foreach", "for", "model", "page", "inject", "using", "if", "while", "switch", "section"],
    ..NOTHING
};

static BRACES: Style = Style {
    shows: &[("{{", "}}"), ("{$", "}"), ("{print $", "}")],
    steers: &[
        ("{foreach", "}"),
        ("{for", "}"),
        ("{assign", "}"),
        ("{let", "}"),
        ("{include", "}"),
        ("{call", "}"),
    ],
    ..NOTHING
};

/// How a format is written; `None` for one whose expressions are read elsewhere or not at all.
pub(super) fn style(template: Template, path: &str) -> Option<&'static Style> {
    let ends = |end: &str| path.to_ascii_lowercase().ends_with(end);
    match template {
        Template::Html if ends(".svg") || ends(".xml") => None,
        Template::Html if ends(".tpl") => Some(&BRACES),
        Template::Html => Some(&CURLY),
        Template::Handlebars => Some(&MUSTACHE),
        Template::Ejs => Some(&TAGS),
        Template::Erb => Some(&RUBY_TAGS),
        Template::Jsp => Some(&JSP),
        Template::Jinja => Some(&PERCENT),
        Template::Velocity => Some(&VELOCITY),
        Template::Freemarker => Some(&FREEMARKER),
        Template::Blade => Some(&BLADE),
        Template::Razor => Some(&RAZOR),
        Template::Thymeleaf => Some(&CURLY),
        Template::Vue | Template::Svelte | Template::Php | Template::Yaml => None,
    }
}
