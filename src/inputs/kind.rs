//! What a file is, told by its path alone; nothing is opened here.

/// What a file is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `manifest.yml`: a Forge manifest when it has an `app.id`.
    ForgeManifest,
    /// `atlassian-connect….json`: a Connect descriptor by its name.
    ConnectDescriptor,
    /// `descriptor.json`: a Connect descriptor when it has `key` and `baseUrl`.
    MaybeDescriptor,
    /// `email-access.yaml`.
    Declaration,
    /// Program text.
    Source(SourceKind),
    /// Other YAML.
    Yaml,
    /// Other JSON.
    Json,
    /// A text for people: privacy policy, terms, readme, documentation.
    Document,
    /// Anything else.
    Other,
}

/// The languages of program text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// JavaScript, TypeScript and their JSX forms.
    JavaScript,
    /// Vue components.
    Vue,
    /// Svelte components.
    Svelte,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Python.
    Python,
    /// C#, Razor included.
    CSharp,
    /// PHP.
    Php,
    /// Ruby.
    Ruby,
    /// Go.
    Go,
    /// HTML and the languages that make it.
    Template,
}

impl SourceKind {
    /// Its name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Vue => "Vue",
            Self::Svelte => "Svelte",
            Self::Java => "Java",
            Self::Kotlin => "Kotlin",
            Self::Python => "Python",
            Self::CSharp => "C#",
            Self::Php => "PHP",
            Self::Ruby => "Ruby",
            Self::Go => "Go",
            Self::Template => "HTML templates",
        }
    }
}

/// Endings of file names, compared in lower case; the first that fits decides.
const SOURCES: &[(SourceKind, &[&str])] = &[
    (
        SourceKind::Template,
        &[
            ".blade.php",
            ".hbs",
            ".mustache",
            ".handlebars",
            ".ejs",
            ".html",
            ".htm",
            ".xhtml",
            ".j2",
            ".jinja",
            ".jinja2",
            ".twig",
            ".vm",
            ".ftl",
            ".erb",
            ".haml",
            ".slim",
            ".pug",
            ".jade",
            ".njk",
            ".liquid",
            ".gohtml",
            ".tmpl",
            ".jsp",
            ".jspx",
            ".jspf",
            ".gsp",
            ".ftlh",
            ".tpl",
            ".djhtml",
            ".phtml",
        ],
    ),
    (SourceKind::JavaScript, &[".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]),
    (SourceKind::Vue, &[".vue"]),
    (SourceKind::Svelte, &[".svelte"]),
    (SourceKind::Java, &[".java"]),
    (SourceKind::Kotlin, &[".kt", ".kts"]),
    (SourceKind::Python, &[".py", ".pyi"]),
    (SourceKind::CSharp, &[".cs", ".razor", ".cshtml"]),
    (SourceKind::Php, &[".php"]),
    (SourceKind::Ruby, &[".rb", ".rake"]),
    (SourceKind::Go, &[".go"]),
];

/// Endings of texts for people, whatever the file is called.
const TEXT_ENDINGS: &[&str] = &[".md", ".markdown", ".mdx", ".txt", ".rst", ".adoc", ".asciidoc"];
/// Endings of pages that are a document when their name or folder says so, and a template otherwise.
const PAGE_ENDINGS: &[&str] = &[".html", ".htm"];
/// How the names of documents start, in lower case.
const DOCUMENT_NAMES: &[&str] = &[
    "privacy",
    "terms",
    "eula",
    "readme",
    "datenschutz",
    "security",
    "dpa",
    "data-processing",
    "data_processing",
    "license-agreement",
    "gdpr",
];
/// Folders of documents.
const DOCUMENT_FOLDERS: &[&str] = &["docs", "doc", "legal", "documentation"];

/// What the file at `path` (relative, with `/`) is.
#[must_use]
pub fn classify(path: &str) -> FileKind {
    let lower = path.to_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let ends = |endings: &[&str]| endings.iter().any(|e| name.len() > e.len() && name.ends_with(e));
    match name {
        "manifest.yml" | "manifest.yaml" => return FileKind::ForgeManifest,
        "email-access.yml" | "email-access.yaml" => return FileKind::Declaration,
        "descriptor.json" => return FileKind::MaybeDescriptor,
        // Also `atlassian-connect.dev.json` and templates such as `atlassian-connect.json.tmpl`.
        _ if name.starts_with("atlassian-connect") && name.contains(".json") => {
            return FileKind::ConnectDescriptor;
        }
        _ => {}
    }
    let document_name = DOCUMENT_NAMES.iter().any(|n| name.starts_with(n));
    let document_folder = folders.split('/').any(|f| DOCUMENT_FOLDERS.contains(&f));
    if ends(TEXT_ENDINGS)
        || ends(PAGE_ENDINGS) && (document_name || document_folder)
        || document_name && !name.contains('.')
    {
        return FileKind::Document;
    }
    if let Some((kind, _)) = SOURCES.iter().find(|(_, endings)| ends(endings)) {
        return FileKind::Source(*kind);
    }
    if name == "rakefile" {
        return FileKind::Source(SourceKind::Ruby);
    }
    match () {
        () if ends(&[".yml", ".yaml"]) => FileKind::Yaml,
        () if ends(&[".json"]) => FileKind::Json,
        () => FileKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_classified() {
        use FileKind::{
            ConnectDescriptor, Declaration, Document, ForgeManifest, Json, MaybeDescriptor, Other, Yaml,
        };
        let source = FileKind::Source;
        for (path, expected) in [
            ("manifest.yml", ForgeManifest),
            ("apps/a/Manifest.yaml", ForgeManifest),
            ("manifest.json", Json),
            ("atlassian-connect.json", ConnectDescriptor),
            ("a/atlassian-connect.dev.json", ConnectDescriptor),
            ("a/atlassian-connect.json.tmpl", ConnectDescriptor),
            ("node/atlassian-connect-express.js", source(SourceKind::JavaScript)),
            ("descriptor.json", MaybeDescriptor),
            ("email-access.yaml", Declaration),
            ("email-access.lock", Other),
            ("src/a.test.TSX", source(SourceKind::JavaScript)),
            ("src/a.d.mts", source(SourceKind::JavaScript)),
            ("a.vue", source(SourceKind::Vue)),
            ("build.gradle.kts", source(SourceKind::Kotlin)),
            ("x.cshtml", source(SourceKind::CSharp)),
            ("views/a.blade.php", source(SourceKind::Template)),
            ("a.php", source(SourceKind::Php)),
            ("app/views/mail.html.erb", source(SourceKind::Template)),
            ("Rakefile", source(SourceKind::Ruby)),
            ("web/index.html", source(SourceKind::Template)),
            ("web/privacy-policy.html", Document),
            ("docs/index.html", Document),
            ("docs/demo.js", source(SourceKind::JavaScript)),
            ("src/privacy.ts", source(SourceKind::JavaScript)),
            ("PRIVACY", Document),
            ("README", Document),
            ("notes.md", Document),
            ("docker-compose.yml", Yaml),
            ("package.json", Json),
            (".py", Other),
            ("Makefile", Other),
        ] {
            assert_eq!(classify(path), expected, "{path}");
        }
    }
}
