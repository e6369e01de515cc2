//! How long a check takes, how long one takes that follows another over the same tree, and how long an editor waits
//! for the language server: from the edit to the findings. `cargo bench --bench again`; nothing is asserted, machines differ. It takes about four
//! minutes, once it is built.

mod tree;

use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _, pipe};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use mailpermit::lsp::{Options, serve};
use mailpermit::memory::Memory;
use mailpermit::settings::Settings;
use serde_json::{Value, json};
use tree::{FILES, source, write_app};

fn again(criterion: &mut Criterion) {
    for accesses in [50, 250] {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        write_app(folder.path(), accesses);
        let settings = Settings::of(folder.path());
        let mut group = criterion.benchmark_group(format!("{FILES} files, {accesses} accesses"));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(4));
        group.bench_function("check", |b| b.iter(|| mailpermit::check(&settings).expect("it can be read")));
        group.bench_function("first of several", |b| {
            b.iter(|| {
                mailpermit::check_with(&settings, None, &mut Memory::for_more_runs()).expect("it can be read")
            });
        });
        let mut memory = Memory::for_more_runs();
        mailpermit::check_with(&settings, None, &mut memory).expect("it can be read");
        let asking = source(0, true);
        let quiet = source(1, false);
        let written = |path: &str| std::fs::read_to_string(folder.path().join(path)).expect("it was written");
        let (declaration, manifest) = (written("email-access.yaml"), written("manifest.yml"));
        for (name, path, text) in [
            ("a comment in code that asks", "src/m0/f0.ts", asking.as_str()),
            ("a comment in other code", "src/m1/f1.ts", quiet.as_str()),
            ("edit of the declaration", "email-access.yaml", declaration.as_str()),
            ("edit of the manifest", "manifest.yml", manifest.as_str()),
        ] {
            let path: Arc<str> = path.into();
            let mark = if path.ends_with("ml") { "#" } else { "//" };
            let mut n = 0;
            group.bench_function(name, |b| {
                b.iter(|| {
                    n += 1;
                    memory.set_unsaved(&path, Some(format!("{mark} edit {n}\n{text}").into()));
                    mailpermit::check_with(&settings, None, &mut memory).expect("it can be read")
                });
            });
            memory.set_unsaved(&path, None);
        }
        group.bench_function("after a file was saved", |b| {
            b.iter(|| {
                memory.changed_on_disk(Some("src/m0/f0.ts"));
                mailpermit::check_with(&settings, None, &mut memory).expect("it can be read")
            });
        });
        group.finish();
    }
}

/// An editor at the other end of two pipes.
struct Editor {
    to: PipeWriter,
    from: BufReader<PipeReader>,
    root: String,
    version: i64,
}

impl Editor {
    fn start(folder: &Path) -> Self {
        let (input, to) = pipe().expect("there are pipes");
        let (from, output) = pipe().expect("there are pipes");
        let options = Options { settings: Settings::of(folder) };
        std::thread::spawn(move || serve(BufReader::new(input), output, options));
        let root = url::Url::from_file_path(folder).expect("it is absolute").to_string();
        let mut editor = Self { to, from: BufReader::new(from), root, version: 1 };
        let folders = json!([{ "uri": editor.root, "name": "app" }]);
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": {} });
        editor.send(json!({ "id": 0, "method": "initialize", "params": params }));
        editor.wait(|m| m["id"] == 0);
        editor.send(json!({ "method": "initialized", "params": {} }));
        editor
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
    }

    /// Reads until a message is what is waited for.
    fn wait(&mut self, is: impl Fn(&Value) -> bool) {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                self.from.read_line(&mut line).expect("it speaks");
                if line.trim().is_empty() {
                    break;
                }
                length = line.trim_start_matches("Content-Length: ").trim().parse().expect("a number");
            }
            let mut bytes = vec![0; length];
            self.from.read_exact(&mut bytes).expect("it speaks");
            if is(&serde_json::from_slice(&bytes).expect("JSON")) {
                return;
            }
        }
    }

    /// Waits for the findings of a file.
    fn told(&mut self, path: &str) {
        let uri = format!("{}/{path}", self.root);
        self.wait(|m| m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri.as_str());
    }

    fn open(&mut self, path: &str, text: &str) {
        let document =
            json!({ "uri": format!("{}/{path}", self.root), "languageId": "x", "version": 1, "text": text });
        self.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    }

    /// Replaces something on a line, as typing does.
    fn edit(&mut self, path: &str, line: usize, characters: [usize; 2], text: &str) {
        self.version += 1;
        let [start, end] = characters.map(|character| json!({ "line": line, "character": character }));
        let change = json!([{ "range": { "start": start, "end": end }, "text": text }]);
        let document = json!({ "uri": format!("{}/{path}", self.root), "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": change });
        self.send(json!({ "method": "textDocument/didChange", "params": params }));
    }
}

fn editor(criterion: &mut Criterion) {
    for accesses in [50, 250] {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        write_app(folder.path(), accesses);
        let mut group =
            criterion.benchmark_group(format!("{FILES} files, {accesses} accesses, in an editor"));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(4));
        let path = "src/m0/f0.ts";
        group.bench_function("first findings", |b| {
            b.iter_with_large_drop(|| {
                let mut editor = Editor::start(folder.path());
                editor.told(path);
                editor
            });
        });
        let mut editor = Editor::start(folder.path());
        editor.told(path);
        let text = source(0, true);
        editor.open(path, &text);
        group.bench_function("a comment is typed", |b| {
            b.iter(|| {
                editor.edit(path, 0, [0, 0], "// note\n");
                editor.told(path);
            });
        });
        // The property whose value is logged, there and gone again.
        let mut editor = Editor::start(folder.path());
        editor.told(path);
        editor.open(path, &text);
        let line = text.lines().position(|l| l.contains("console.log")).expect("it logs");
        let mut logged = true;
        group.bench_function("code is changed", |b| {
            b.iter(|| {
                let (from, to) = if logged { ("email", "emails") } else { ("emails", "email") };
                let start = "  console.log('sending to', ".len();
                editor.edit(path, line, [start, start + from.len()], to);
                logged = !logged;
                editor.told(path);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, again, editor);
criterion_main!(benches);
