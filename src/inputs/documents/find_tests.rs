use super::*;
use crate::facts::ManifestKind;
use crate::inputs::declaration;

const POLICY: &str = "# Privacy policy\n\nWe store email addresses.\n";

/// A repository in memory, an app root, a declaration and links of a manifest.
#[derive(Default)]
struct Case<'c> {
    files: &'c [(&'c str, &'c [u8])],
    app_root: &'c str,
    declaration: &'c str,
    links: &'c [(&'c str, &'c str)],
}

impl Case<'_> {
    fn find(&self) -> Found {
        let declared = declaration::read(&SourceFile::new("email-access.yaml", self.declaration), &[]);
        let links = self.links.iter().map(|(label, address)| {
            let place = Place::start_of(&Arc::from("atlassian-connect.json"));
            ((*label).to_owned(), Located { value: (*address).to_owned(), place })
        });
        let manifest = manifest(links.collect());
        let paths: Vec<Arc<str>> = self.files.iter().map(|(path, _)| Arc::from(*path)).collect();
        find(&Search {
            app_root: if self.app_root.is_empty() { "." } else { self.app_root },
            declaration: declared.declaration.as_ref(),
            manifests: &[manifest],
            paths: &paths,
            open: &|path| match self.files.iter().find(|(p, _)| *p == path) {
                Some((_, bytes)) => Opened::Bytes(bytes.to_vec()),
                None => Opened::Missing,
            },
        })
    }

    /// Each document in short: kind, where from, address, file, state.
    fn short(&self) -> Vec<String> {
        self.find().documents.iter().map(short).collect()
    }
}

fn short(d: &Document) -> String {
    let kind = match d.kind {
        DocumentKind::PrivacyPolicy => "policy",
        DocumentKind::CustomerTerms => "terms",
    };
    let from = if d.declared { "declared" } else { "found" };
    let state = match &d.state {
        DocumentState::AddressOnly => "address",
        DocumentState::Read { .. } => "read",
        DocumentState::MissingFile => "missing",
        DocumentState::Unreadable(_) => "unreadable",
    };
    let (url, file) = (d.url.as_deref().unwrap_or("-"), d.file.as_deref().unwrap_or("-"));
    format!("{kind} {from} {url} {file} {state} at {}", d.place)
}

fn manifest(links: Vec<(String, Located<String>)>) -> Manifest {
    Manifest {
        kind: ManifestKind::Connect,
        file: Arc::from("atlassian-connect.json"),
        key: None,
        connect_key: None,
        name: None,
        vendor: None,
        products: Vec::new(),
        scopes: Vec::new(),
        scopes_place: None,
        scopes_as_map: false,
        modules: Vec::new(),
        connect_modules: false,
        egress: Vec::new(),
        remotes: Vec::new(),
        storage_classifications: Vec::new(),
        lifecycle: Vec::new(),
        scheduled: Vec::new(),
        functions: Vec::new(),
        on_uninstall: Vec::new(),
        answering: Vec::new(),
        gdpr_migration: None,
        links,
        unread: Vec::new(),
    }
}

#[test]
fn declared_documents_are_read_or_named_as_missing() {
    let case = Case {
        files: &[("app/docs/P.md", POLICY.as_bytes())],
        app_root: "app",
        declaration: "version: 1\ndocuments:\n  privacy-policy: {url: https://v.example/p, file: ./docs/P.md}\n  \
                      customer-terms: docs/TERMS.md\n",
        ..Case::default()
    };
    assert_eq!(
        case.short(),
        [
            "policy declared https://v.example/p app/docs/P.md read at email-access.yaml:3:52",
            "terms declared - app/docs/TERMS.md missing at email-access.yaml:4:19",
        ]
    );
    assert_eq!(case.find().files.keys().map(|k| &**k).collect::<Vec<_>>(), ["app/docs/P.md"]);

    let only = Case { declaration: "version: 1\ndocuments: {privacy-policy: https://v.example/p}\n", ..case };
    assert_eq!(
        only.short()[..1],
        ["policy declared https://v.example/p - address at email-access.yaml:2:29"]
    );
}

#[test]
fn files_are_found_by_name_and_weak_names_need_their_text() {
    let case = Case {
        files: &[
            ("EULA.pdf", b"%PDF-1.4"),
            ("LICENSE.md", b"MIT License. You agree to these terms."),
            ("PRIVACY.md", POLICY.as_bytes()),
            ("TERMS.md", b"By installing you accept this agreement."),
            ("docs/terms.md", b"Issue: a thing. Board: a list of things."),
            ("tests/PRIVACY.md", POLICY.as_bytes()),
        ],
        ..Case::default()
    };
    assert_eq!(
        case.short(),
        [
            "policy found - PRIVACY.md read at PRIVACY.md:1:1",
            "terms found - EULA.pdf unreadable at EULA.pdf:1:1",
            "terms found - TERMS.md read at TERMS.md:1:1",
        ]
    );
    assert_eq!(case.find().files.keys().map(|k| &**k).collect::<Vec<_>>(), ["PRIVACY.md", "TERMS.md"]);
}

#[test]
fn a_declared_file_is_not_found_again() {
    let case = Case {
        files: &[("PRIVACY.md", POLICY.as_bytes())],
        declaration: "version: 1\ndocuments: {privacy-policy: PRIVACY.md}\n",
        ..Case::default()
    };
    assert_eq!(case.short(), ["policy declared - PRIVACY.md read at email-access.yaml:2:29"]);
}

#[test]
fn manifests_and_readmes_link_to_documents() {
    let case = Case {
        files: &[
            (
                "README.md",
                b"# App\n\n[Privacy Policy](https://v.example/readme-privacy), [terms](legal/our.md),\n\
                [privacy policy](https://www.atlassian.com/legal/privacy-policy), [EULA](gone.md)\n",
            ),
            ("legal/our.md", b"You agree."),
        ],
        links: &[
            ("self", "https://v.example/app/atlassian-connect.json"),
            ("homepage", "https://v.example/privacy-first"),
            ("privacy-policy", "https://v.example/p"),
            ("vendor", "https://v.example/privacy"),
            ("eula", "not an address"),
        ],
        ..Case::default()
    };
    assert_eq!(
        case.short(),
        [
            "policy found https://v.example/p - address at atlassian-connect.json:1:1",
            "terms found - legal/our.md read at legal/our.md:1:1",
        ],
        "the manifest's address makes the README's needless"
    );
    let readme_only = Case { links: &[], ..case };
    assert_eq!(
        readme_only.short().first().map(String::as_str),
        Some("policy found https://v.example/readme-privacy - address at README.md:3:1")
    );
}

#[test]
fn an_app_below_the_root_has_its_own_and_the_roots_documents() {
    let case = Case {
        files: &[
            ("PRIVACY.md", POLICY.as_bytes()),
            ("other/PRIVACY.md", POLICY.as_bytes()),
            ("app/PRIVACY.md", POLICY.as_bytes()),
        ],
        app_root: "app",
        ..Case::default()
    };
    let files: Vec<_> = case.find().documents.into_iter().filter_map(|d| d.file).collect();
    assert_eq!(files, ["PRIVACY.md", "app/PRIVACY.md"]);
}

#[test]
fn the_number_of_files_is_bounded() {
    let names: Vec<String> = (0..MAX_FILES * 2).map(|n| format!("legal/{n:03}/PRIVACY.md")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), POLICY.as_bytes())).collect();
    assert_eq!(Case { files: &files, ..Case::default() }.find().documents.len(), MAX_FILES);
}

#[test]
fn links_resolve_inside_the_repository_only() {
    let table = [
        ("README.md", "docs/p.md#x", Some("docs/p.md")),
        ("a/b/README.md", "../p%20q.md", Some("a/p q.md")),
        ("a/README.md", "/p.md", Some("p.md")),
        ("README.md", "../p.md", None),
        ("README.md", "#privacy", None),
        ("README.md", "mailto:x", None),
    ];
    for (from, target, expected) in table {
        assert_eq!(resolve(from, target).as_deref(), expected, "{from} {target}");
    }
}
