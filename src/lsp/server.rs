//! Messages to answers: one loop over what the editor says and what checks come to.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, Write};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProvider, CompletionOptions,
    CompletionParams, DefinitionParams, DefinitionProvider, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, HoverParams, HoverProvider, InitializeParams,
    PositionEncodingKind, PublishDiagnosticsParams, Range, ReferenceParams, ReferencesProvider,
    ServerCapabilities, TextDocumentPositionParams, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::Abilities;
use super::checker::{self, Checked, Job, What};
use super::position::{Encoding, to_path};
use super::state::{self, At, Document, Root};
use super::things::{self, Here};
use super::{actions, completion, definition, diagnostics, hover, transport};
use crate::settings::Settings;
use crate::text::{SourceFile, Span};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The editor asked for it, as it should.
    Orderly,
    /// The editor went away.
    Abrupt,
}

/// What is the same for all folders.
#[derive(Clone, Debug)]
pub struct Options {
    /// The settings of a check; its root is what the editor says.
    pub settings: Settings,
}

/// What the loop gets to know.
pub(super) enum Event {
    Message(Message),
    Unreadable,
    Closed,
    Checked(Box<Checked>),
}

/// The largest text of an editor that is checked, in bytes.
const MAX_TEXT: usize = 16 << 20;
/// Folders that are checked at once.
const MAX_ROOTS: usize = 32;
/// Requests that wait for a check.
const MAX_WAITING: usize = 256;

/// Serves one editor until it says that it ends, or goes away.
///
/// # Errors
/// When nothing can be written to the editor, or no thread can be started.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write, options: Options) -> io::Result<End> {
    let (events_in, events) = channel();
    let (jobs, jobs_out) = channel();
    let reader = events_in.clone();
    // Not joined: it may wait for the editor for ever.
    thread::Builder::new().name("reads".to_owned()).spawn(move || transport::read_all(input, &reader))?;
    let newer = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&newer);
    thread::Builder::new()
        .name("checks".to_owned())
        .spawn(move || checker::work(&jobs_out, &events_in, &told))?;
    let mut server = Server {
        out: output,
        jobs,
        newer,
        options,
        stage: Stage::New,
        encoding: Encoding::default(),
        abilities: Abilities::default(),
        watches: false,
        roots: Vec::new(),
        serial: 0,
        waiting: VecDeque::new(),
    };
    server.run(&events)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    ShutDown,
}

struct Server<W> {
    out: W,
    jobs: Sender<Job>,
    /// Set with each job: a check that is not urgent stops for it.
    newer: Arc<AtomicBool>,
    options: Options,
    stage: Stage,
    encoding: Encoding,
    abilities: Abilities,
    /// Whether the editor can be asked to tell of changes on disk.
    watches: bool,
    roots: Vec<Option<Root>>,
    /// The number of the last change.
    serial: u64,
    /// Requests that have to be answered from a check that is still to come.
    waiting: VecDeque<Request>,
}

/// What a request came to: an answer, or that it has to wait.
enum Answer {
    Now(Value),
    Wait,
}

type Failure = (ErrorCode, String);

impl<W: Write> Server<W> {
    fn run(&mut self, events: &Receiver<Event>) -> io::Result<End> {
        let mut queue = VecDeque::new();
        loop {
            if queue.is_empty() {
                match events.recv() {
                    Ok(event) => queue.push_back(event),
                    Err(_) => return Ok(End::Abrupt),
                }
            }
            // All that is there is looked at together: what was cancelled meanwhile is not worked out.
            queue.extend(events.try_iter());
            let Some(event) = queue.pop_front() else { continue };
            match event {
                Event::Closed => return Ok(End::Abrupt),
                Event::Unreadable => transport::refuse(&mut self.out)?,
                Event::Checked(checked) => self.checked(*checked)?,
                Event::Message(Message::Notification(told)) if told.method == "exit" => {
                    let orderly = self.stage == Stage::ShutDown;
                    return Ok(if orderly { End::Orderly } else { End::Abrupt });
                }
                Event::Message(Message::Notification(told)) => self.told(told)?,
                Event::Message(Message::Request(request)) => {
                    if queue.iter().any(|e| cancels(e, &request.id)) {
                        self.fail(request.id, ErrorCode::RequestCanceled, "cancelled")?;
                    } else {
                        self.asked(request)?;
                    }
                }
                // Answers to what was asked of the editor change nothing here.
                Event::Message(Message::Response(_)) => {}
            }
        }
    }

    fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        message.into().write(&mut self.out)
    }

    fn notify(&mut self, method: &str, params: impl Serialize) -> io::Result<()> {
        self.send(Notification::new(method.to_owned(), params))
    }

    fn fail(&mut self, id: RequestId, code: ErrorCode, message: &str) -> io::Result<()> {
        self.send(Response::new_err(id, code as i32, message.to_owned()))
    }

    fn job(&mut self, root: usize, what: What) {
        self.serial += 1;
        if let Some(Some(root)) = self.roots.get_mut(root) {
            root.changed = self.serial;
        }
        // Without the thread that checks there is nothing more to say, and the loop ends with its channel.
        let _ = self.jobs.send(Job { serial: self.serial, root, what });
        self.newer.store(true, Ordering::Relaxed);
    }

    // ---- requests ----

    fn asked(&mut self, request: Request) -> io::Result<()> {
        let id = request.id.clone();
        let answer = match (self.stage, request.method.as_str()) {
            (Stage::New, "initialize") => self.initialize(request.params.clone()).map(Answer::Now),
            (Stage::New, _) => Err((ErrorCode::ServerNotInitialized, "not initialized yet".to_owned())),
            (_, "initialize") => Err((ErrorCode::InvalidRequest, "initialized already".to_owned())),
            (_, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Answer::Now(Value::Null))
            }
            (Stage::ShutDown, _) => Err((ErrorCode::InvalidRequest, "shut down already".to_owned())),
            (Stage::Running, _) => {
                // One request that gives way must not take the others with it.
                let answered = std::panic::catch_unwind(AssertUnwindSafe(|| self.answer(&request)));
                answered.unwrap_or_else(|_| {
                    let message = "answering went wrong: this is a bug, please report it".to_owned();
                    Err((ErrorCode::InternalError, message))
                })
            }
        };
        match answer {
            Ok(Answer::Now(value)) => self.send(Response::new_ok(id, value)),
            Ok(Answer::Wait) if self.waiting.len() < MAX_WAITING => {
                self.waiting.push_back(request);
                Ok(())
            }
            Ok(Answer::Wait) => self.fail(id, ErrorCode::RequestFailed, "too many requests wait for a check"),
            Err((code, message)) => self.fail(id, code, &message),
        }
    }

    fn answer(&self, request: &Request) -> Result<Answer, Failure> {
        let params = || request.params.clone();
        match request.method.as_str() {
            "textDocument/hover" => {
                let p: HoverParams = read(params())?;
                self.with_things(&p.text_document_position_params, |root, here| {
                    value(hover::of(root, here, self.encoding))
                })
            }
            "textDocument/definition" => {
                let p: DefinitionParams = read(params())?;
                self.with_things(&p.text_document_position_params, |root, here| {
                    value(definition::definition(root, here, self.encoding))
                })
            }
            "textDocument/references" => {
                let p: ReferenceParams = read(params())?;
                let declaration = p.context.include_declaration;
                self.with_things(&p.text_document_position_params, |root, here| {
                    value(definition::references(root, here, declaration, self.encoding))
                })
            }
            "textDocument/completion" => {
                let p: CompletionParams = read(params())?;
                self.complete(&p.text_document_position_params)
            }
            "textDocument/codeAction" => {
                let p: CodeActionParams = read(params())?;
                let wanted = p.context.only.as_ref();
                if wanted.is_some_and(|o| !o.iter().any(is_quick_fix)) {
                    return Ok(Answer::Now(json!([])));
                }
                self.with_range(&p.text_document.uri, p.range, |root, file, here| {
                    value(actions::of(root, file, here, self.encoding, self.abilities))
                })
            }
            method => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    fn root(&self, at: &At) -> Option<&Root> {
        self.roots.get(at.root)?.as_ref()
    }

    /// Answers from what stands at a position, once the check knows the text as it is.
    fn with_things(
        &self,
        at: &TextDocumentPositionParams,
        answer: impl FnOnce(&Root, &[Here<'_>]) -> Result<Value, Failure>,
    ) -> Result<Answer, Failure> {
        let range = Range { start: at.position, end: at.position };
        self.with_range(&at.text_document.uri, range, |root, _, here| answer(root, here))
    }

    fn with_range(
        &self,
        uri: &Uri,
        range: Range,
        answer: impl FnOnce(&Root, &SourceFile, &[Here<'_>]) -> Result<Value, Failure>,
    ) -> Result<Answer, Failure> {
        let Some(at) = state::locate(&self.roots, uri) else { return Ok(Answer::Now(Value::Null)) };
        let Some(root) = self.root(&at) else { return Ok(Answer::Now(Value::Null)) };
        if root.checked < root.changed {
            return Ok(Answer::Wait);
        }
        let Some(file) = root.file(&at.path) else { return Ok(Answer::Now(Value::Null)) };
        let offset = |position| self.encoding.offset(&file, position);
        let start = offset(range.start);
        let span = Span { start, end: offset(range.end).max(start) };
        let here = things::at(root, &at.path, span);
        answer(root, &file, &here).map(Answer::Now)
    }

    /// Completion looks at the text as it is now and does not wait for a check, save for the first.
    fn complete(&self, at: &TextDocumentPositionParams) -> Result<Answer, Failure> {
        let Some(found) = state::locate(&self.roots, &at.text_document.uri) else {
            return Ok(Answer::Now(Value::Null));
        };
        let Some(root) = self.root(&found) else { return Ok(Answer::Now(Value::Null)) };
        if root.run.is_none() && root.checked < root.changed {
            return Ok(Answer::Wait);
        }
        let Some(file) = root.file(&found.path) else { return Ok(Answer::Now(Value::Null)) };
        value(completion::at(root, &file, at.position, self.encoding)).map(Answer::Now)
    }

    #[expect(deprecated, reason = "editors that know no workspace folders name the root in the old way")]
    fn initialize(&mut self, params: Value) -> Result<Value, Failure> {
        let params: InitializeParams = read(params)?;
        let capabilities = &params.capabilities;
        let offered = capabilities.general.as_ref().and_then(|g| g.position_encodings.as_ref());
        // Bytes are what texts are kept in; every editor knows the other.
        if offered.is_some_and(|o| o.contains(&PositionEncodingKind::UTF8)) {
            self.encoding = Encoding::Utf8;
        }
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|w| w.workspace_edit.as_ref());
        self.abilities.snippets =
            edits.is_some_and(|e| e.snippet_edit_support == Some(true) && e.document_changes == Some(true));
        let watched = workspace.and_then(|w| w.did_change_watched_files.as_ref());
        self.watches = watched.is_some_and(|w| w.dynamic_registration == Some(true));
        let folders = params.workspace_folders_initialize_params.workspace_folders;
        let mut folders: Vec<Uri> = value(folders)
            .ok()
            .and_then(|v| v.as_array().cloned())
            .unwrap_or_default()
            .iter()
            .filter_map(|f| f.get("uri")?.as_str().map(Uri::from))
            .collect();
        if folders.is_empty() {
            folders.extend(params.root_uri);
        }
        for folder in folders.iter().filter_map(to_path) {
            self.add_root(folder);
        }
        self.stage = Stage::Running;
        Ok(json!({
            "capabilities": value(capabilities_of(self.encoding))?,
            "serverInfo": { "name": "mailpermit", "version": env!("CARGO_PKG_VERSION") },
        }))
    }

    // ---- notifications ----

    fn told(&mut self, told: Notification) -> io::Result<()> {
        if self.stage != Stage::Running {
            return Ok(());
        }
        let params = told.params;
        match told.method.as_str() {
            "initialized" => self.watch()?,
            "textDocument/didOpen" => {
                if let Ok(p) = read::<DidOpenTextDocumentParams>(params) {
                    self.open(p);
                }
            }
            "textDocument/didChange" => {
                if let Ok(p) = read::<DidChangeTextDocumentParams>(params) {
                    self.change(p);
                }
            }
            "textDocument/didClose" => {
                if let Ok(p) = read::<DidCloseTextDocumentParams>(params) {
                    self.close(&p.text_document.uri);
                }
            }
            "textDocument/didSave" => {
                if let Ok(p) = read::<DidSaveTextDocumentParams>(params) {
                    self.on_disk(&p.text_document.uri);
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Ok(p) = read::<DidChangeWatchedFilesParams>(params) {
                    for change in &p.changes {
                        self.on_disk(&change.uri);
                    }
                }
            }
            "workspace/didChangeWorkspaceFolders" => {
                if let Ok(p) = read::<DidChangeWorkspaceFoldersParams>(params) {
                    for folder in p.event.removed.iter().filter_map(|f| to_path(&f.uri)) {
                        self.remove_root(&folder)?;
                    }
                    for folder in p.event.added.iter().filter_map(|f| to_path(&f.uri)) {
                        self.add_root(folder);
                    }
                }
            }
            "$/cancelRequest" => {
                let id =
                    params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok());
                let at = id.and_then(|id| self.waiting.iter().position(|r| r.id == id));
                if let Some(request) = at.and_then(|at| self.waiting.remove(at)) {
                    self.fail(request.id, ErrorCode::RequestCanceled, "cancelled")?;
                }
            }
            // Whatever else an editor tells is not needed.
            _ => {}
        }
        Ok(())
    }

    /// Asks the editor to tell of files that change outside of it.
    fn watch(&mut self) -> io::Result<()> {
        if !self.watches {
            return Ok(());
        }
        let registration = json!({ "registrations": [{
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": [{ "globPattern": "**/*" }] },
        }] });
        let id = RequestId::from("watch".to_owned());
        self.send(Request::new(id, "client/registerCapability".to_owned(), registration))
    }

    fn add_root(&mut self, folder: PathBuf) {
        let known = self.roots.iter().flatten().any(|r| r.path() == folder);
        if known || self.roots.len() >= MAX_ROOTS || !folder.is_dir() {
            return;
        }
        let settings = Settings { root: folder, ..self.options.settings.clone() };
        self.roots.push(Some(Root::new(settings.clone())));
        self.job(self.roots.len() - 1, What::Root(Box::new(settings)));
    }

    fn remove_root(&mut self, folder: &std::path::Path) -> io::Result<()> {
        let at = self.roots.iter().position(|r| r.as_ref().is_some_and(|r| r.path() == folder));
        let Some(at) = at else { return Ok(()) };
        let Some(root) = self.roots.get_mut(at).and_then(Option::take) else { return Ok(()) };
        self.job(at, What::Gone);
        for uri in root.told.keys().filter_map(|path| root.uri(path)) {
            self.notify(
                "textDocument/publishDiagnostics",
                PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() },
            )?;
        }
        Ok(())
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        if document.text.len() > MAX_TEXT {
            return;
        }
        let mut at = state::locate(&self.roots, &document.uri);
        if at.is_none()
            && self.roots.iter().flatten().next().is_none()
            && let Some(folder) = state::folder_for(&document.uri)
        {
            self.add_root(folder);
            at = state::locate(&self.roots, &document.uri);
        }
        let Some(at) = at else { return };
        let file = SourceFile::new(Arc::clone(&at.path), state::without_mark(document.text));
        self.set(&at, Document { uri: document.uri, version: document.version, changed: 0, file });
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = &params.text_document.text_document_identifier.uri;
        let Some(at) = state::locate(&self.roots, uri) else { return };
        let encoding = self.encoding;
        let before = self.root(&at).and_then(|r| r.documents.get(&at.path));
        let Some(before) = before.cloned() else { return };
        let file = state::changed(&before.file, params.content_changes, encoding);
        self.set(&at, Document { file, version: params.text_document.version, ..before });
    }

    /// Takes in a text of the editor.
    fn set(&mut self, at: &At, document: Document) {
        let text = Arc::clone(&document.file.text);
        self.job(at.root, What::Text(Arc::clone(&at.path), Some(text)));
        let changed = self.serial;
        if let Some(Some(root)) = self.roots.get_mut(at.root) {
            root.documents.insert(Arc::clone(&at.path), Document { changed, ..document });
        }
    }

    fn close(&mut self, uri: &Uri) {
        let Some(at) = state::locate(&self.roots, uri) else { return };
        if let Some(Some(root)) = self.roots.get_mut(at.root) {
            root.documents.remove(&at.path);
        }
        self.job(at.root, What::Text(Arc::clone(&at.path), None));
    }

    fn on_disk(&mut self, uri: &Uri) {
        let Some(at) = state::locate(&self.roots, uri) else { return };
        if crate::memory::is_walked(&at.path) {
            self.job(at.root, What::Disk(Some(at.path)));
        }
    }

    // ---- checks ----

    fn checked(&mut self, checked: Checked) -> io::Result<()> {
        let encoding = self.encoding;
        let Some(Some(root)) = self.roots.get_mut(checked.root) else { return Ok(()) };
        root.checked = checked.serial;
        let run = match checked.run {
            Ok(run) => run,
            Err(message) => {
                let params = json!({ "type": 1, "message": format!("mailpermit: {message}") });
                self.notify("window/logMessage", params)?;
                return self.answer_waiting();
            }
        };
        root.run = Some(run);
        let found = diagnostics::all(root, encoding);
        let mut news: BTreeMap<Arc<str>, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
        for path in root.told.keys().filter(|p| !found.contains_key(*p)) {
            news.insert(Arc::clone(path), Vec::new());
        }
        for (path, diagnostics) in found {
            // What has changed since will be checked again in a moment.
            let stale = root.documents.get(&path).is_some_and(|d| d.changed > checked.serial);
            if !stale && root.told.get(&path) != Some(&diagnostics) {
                news.insert(path, diagnostics);
            }
        }
        let mut messages = Vec::new();
        for (path, diagnostics) in news {
            let Some(uri) = root.uri(&path) else { continue };
            let version = root.documents.get(&path).map(|d| d.version);
            messages.push(PublishDiagnosticsParams { uri, version, diagnostics: diagnostics.clone() });
            if diagnostics.is_empty() {
                root.told.remove(&path);
            } else {
                root.told.insert(path, diagnostics);
            }
        }
        for message in messages {
            self.notify("textDocument/publishDiagnostics", message)?;
        }
        self.answer_waiting()
    }

    fn answer_waiting(&mut self) -> io::Result<()> {
        for request in std::mem::take(&mut self.waiting) {
            self.asked(request)?;
        }
        Ok(())
    }
}

fn cancels(event: &Event, id: &RequestId) -> bool {
    let Event::Message(Message::Notification(told)) = event else { return false };
    told.method == "$/cancelRequest"
        && told.params.get("id").and_then(|i| serde_json::from_value::<RequestId>(i.clone()).ok()).as_ref()
            == Some(id)
}

fn is_quick_fix(kind: &CodeActionKind) -> bool {
    matches!(kind, CodeActionKind::Empty | CodeActionKind::QuickFix)
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    serde_json::from_value(params).map_err(|e| (ErrorCode::InvalidParams, e.to_string()))
}

fn value(of: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(of).map_err(|e| (ErrorCode::InternalError, e.to_string()))
}

fn capabilities_of(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(lsp_types::Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProvider::Bool(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([" ", ",", "[", ":"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        references_provider: Some(ReferencesProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
            ..CodeActionOptions::default()
        })),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp_types::ChangeNotifications::Bool(true)),
            }),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}
