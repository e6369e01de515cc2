//! Comments of markup and templates: formats that have no parser of their own here.
//!
//! One table says how each format writes comments, code and blocks; `markup` reads them all the same
//! way. Nothing in here knows what an annotation is.

use super::markup::{self, Scan};
use super::{Comments, yaml};
use crate::text::Span;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// HTML, XML and their kin.
    Html,
    /// A Vue component.
    Vue,
    /// A Svelte component.
    Svelte,
    /// Handlebars and Mustache.
    Handlebars,
    /// EJS and its kin.
    Ejs,
    /// ERB.
    Erb,
    /// JSP.
    Jsp,
    /// Jinja, Twig, Nunjucks, Liquid, Django.
    Jinja,
    /// Velocity.
    Velocity,
    /// FreeMarker.
    Freemarker,
    /// Blade.
    Blade,
    /// Razor.
    Razor,
    /// Thymeleaf.
    Thymeleaf,
    /// The markup around PHP code.
    Php,
    /// YAML.
    Yaml,
}

/// How a format writes comments inside its own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeComments {
    /// `//` and `/* */`.
    Slashes,
    /// `#` up to the end of the line.
    Hash,
    /// The format has none, or a parser reads the code.
    None,
}

/// How blocks are written that an annotation before them covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    /// `{% name %}` … `{% endname %}`; a block named `comment` is one.
    Percent,
    /// `{{#name}}` … `{{/name}}`.
    Mustache,
    /// `{#name}` … `{/name}`.
    Svelte,
    /// `@name` … `@endname`.
    At,
    /// None, or none whose end can be told.
    None,
}

/// How one format is written.
pub(super) struct Style {
    template: Template,
    extensions: &'static [&'static str],
    /// Comments besides `<!-- -->`; the longer opening first. An empty end is the end of the line.
    pub(super) comments: &'static [(&'static str, &'static str)],
    /// Where code stands inside markup.
    pub(super) code: &'static [(&'static str, &'static str)],
    pub(super) code_comments: CodeComments,
    pub(super) blocks: Blocks,
    /// Whether attribute values may stand in braces.
    pub(super) braces_in_tags: bool,
    /// Whether scripts and styles are filled in like the markup, and are not code as they stand.
    pub(super) fills_scripts: bool,
}

const PLAIN: Style = Style {
    template: Template::Html,
    extensions: &["html", "htm", "xhtml", "xml", "svg", "tmpl", "gohtml", "tpl"],
    comments: &[],
    code: &[],
    code_comments: CodeComments::None,
    blocks: Blocks::None,
    braces_in_tags: false,
    fills_scripts: true,
};

/// For scripts alone: what stands between the tags of a component is nobody's template, and braces
/// around a value of an attribute are balanced or else taken as they stand.
static SCRIPTS: Style = Style { braces_in_tags: true, fills_scripts: false, ..PLAIN };

const TAGS: &[(&str, &str)] = &[("<%", "%>")];
const MUSTACHES: &[(&str, &str)] = &[("{{", "}}")];
const PERCENTS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}")];

static STYLES: &[Style] = &[
    PLAIN,
    Style {
        template: Template::Vue,
        extensions: &["vue"],
        code: MUSTACHES,
        code_comments: CodeComments::Slashes,
        fills_scripts: false,
        ..PLAIN
    },
    Style {
        template: Template::Svelte,
        extensions: &["svelte"],
        comments: &[("{/*", "*/")],
        blocks: Blocks::Svelte,
        braces_in_tags: true,
        fills_scripts: false,
        ..PLAIN
    },
    Style {
        template: Template::Handlebars,
        extensions: &["hbs", "handlebars", "mustache"],
        comments: &[("{{!--", "--}}"), ("{{~!--", "--~}}"), ("{{!", "}}"), ("{{~!", "}}")],
        code: MUSTACHES,
        blocks: Blocks::Mustache,
        ..PLAIN
    },
    Style {
        template: Template::Ejs,
        extensions: &["ejs"],
        comments: &[("<%#", "%>")],
        code: TAGS,
        code_comments: CodeComments::Slashes,
        ..PLAIN
    },
    Style {
        template: Template::Erb,
        extensions: &["erb", "rhtml"],
        comments: &[("<%#", "%>"), ("<%-#", "%>")],
        code: TAGS,
        code_comments: CodeComments::Hash,
        ..PLAIN
    },
    Style {
        template: Template::Jsp,
        extensions: &["jsp", "jspx", "jspf", "tag", "gsp"],
        comments: &[("<%--", "--%>")],
        code: TAGS,
        code_comments: CodeComments::Slashes,
        ..PLAIN
    },
    Style {
        template: Template::Jinja,
        extensions: &["jinja", "jinja2", "j2", "twig", "njk", "liquid", "djhtml"],
        comments: &[("{#", "#}")],
        code: PERCENTS,
        blocks: Blocks::Percent,
        ..PLAIN
    },
    Style {
        template: Template::Velocity,
        extensions: &["vm", "vtl"],
        comments: &[("##", ""), ("#*", "*#")],
        ..PLAIN
    },
    Style {
        template: Template::Freemarker,
        extensions: &["ftl", "ftlh", "ftlx"],
        comments: &[("<#--", "-->")],
        ..PLAIN
    },
    Style {
        template: Template::Blade,
        extensions: &["blade.php"],
        comments: &[("{{--", "--}}")],
        code: &[("{{", "}}"), ("{!!", "!!}"), ("<?php", "?>")],
        code_comments: CodeComments::Slashes,
        blocks: Blocks::At,
        ..PLAIN
    },
    Style { template: Template::Razor, extensions: &["cshtml", "razor"], comments: &[("@*", "*@")], ..PLAIN },
    Style { template: Template::Thymeleaf, extensions: &[], ..PLAIN },
    Style { template: Template::Php, extensions: &[], code: &[("<?", "?>")], ..PLAIN },
    Style { template: Template::Yaml, extensions: &["yaml", "yml"], ..PLAIN },
];

/// A script inside markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptBlock {
    /// The code between the tags.
    pub body: Span,
    /// What the tag says of its language, in lower case: `ts`, `tsx`, `jsx`; `None` for JavaScript.
    pub lang: Option<String>,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Html,
        Self::Vue,
        Self::Svelte,
        Self::Handlebars,
        Self::Ejs,
        Self::Erb,
        Self::Jsp,
        Self::Jinja,
        Self::Velocity,
        Self::Freemarker,
        Self::Blade,
        Self::Razor,
        Self::Thymeleaf,
        Self::Php,
        Self::Yaml,
    ];

    /// The format that files of this name are written in. Blade files end in `.php` too: ask here
    /// before asking for a language.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let has = |e: &&str| name.strip_suffix(*e).is_some_and(|stem| stem.ends_with('.'));
        STYLES.iter().find(|s| s.extensions.iter().any(has)).map(|s| s.template)
    }

    fn style(self) -> &'static Style {
        STYLES.iter().find(|s| s.template == self).unwrap_or(&PLAIN)
    }
}

/// The comments of a text in this format, and its elements and blocks as items.
#[must_use]
pub fn comments(template: Template, text: &str) -> Comments {
    match template {
        Template::Yaml => yaml::comments(text),
        _ => {
            let Scan { comments, items, .. } = markup::scan(text, template.style());
            Comments { comments, items }
        }
    }
}

/// The scripts of a `.vue`, `.svelte` or `.html` file, in order. Scripts that hold data or templates
/// are left out.
#[must_use]
pub fn script_blocks(text: &str) -> Vec<ScriptBlock> {
    markup::scan(text, &SCRIPTS).scripts
}

#[cfg(test)]
mod tests;
