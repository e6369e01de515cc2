//! What the server knows: the folders, the texts that are open, and what the last check of each folder said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{Diagnostic, Location, Position, Range, TextDocumentContentChangeEvent, Uri};

use super::position::{Encoding, below, to_path, to_uri};
use crate::facts::Facts;
use crate::findings::run::Run;
use crate::inputs::discover::{FileEntry, MAX_SOURCE_BYTES};
use crate::inputs::kind::classify;
use crate::inputs::read;
use crate::settings::Settings;
use crate::text::{Place, SourceFile};

/// A text that is open in the editor.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// As the editor writes its address.
    pub(super) uri: Uri,
    pub(super) version: i32,
    /// The number of the last change of it.
    pub(super) changed: u64,
    pub(super) file: SourceFile,
}

/// A folder that is checked.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) settings: Settings,
    /// Open texts, by path below the folder.
    pub(super) documents: BTreeMap<Arc<str>, Document>,
    /// What the last check came to.
    pub(super) run: Option<Run>,
    /// The last change that has been taken into account.
    pub(super) checked: u64,
    /// The last change of anything in it.
    pub(super) changed: u64,
    /// What was told last of each file.
    pub(super) told: BTreeMap<Arc<str>, Vec<Diagnostic>>,
}

impl Root {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            documents: BTreeMap::new(),
            run: None,
            checked: 0,
            changed: 0,
            told: BTreeMap::new(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.settings.root
    }

    /// The facts of all apps.
    pub(super) fn facts(&self) -> impl Iterator<Item = &Facts> {
        self.run.iter().flat_map(|r| &r.apps).map(|a| &a.facts)
    }

    /// The text of a file: from the editor, from the last check, or from disk.
    pub(super) fn file(&self, path: &str) -> Option<SourceFile> {
        if let Some(document) = self.documents.get(path) {
            return Some(document.file.clone());
        }
        if let Some(file) = self.run.as_ref().and_then(|r| r.files.get(path)) {
            return Some(file.clone());
        }
        let entry = FileEntry {
            path: path.into(),
            size: 0,
            kind: classify(path),
            system_path: None,
            stamp: Default::default(),
        };
        read::read_text(self.path(), &entry, MAX_SOURCE_BYTES).ok()
    }

    /// The address of a file, as the editor writes it when it is open there.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        match self.documents.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => to_uri(&self.path().join(path)),
        }
    }

    /// The range of a place.
    pub(super) fn range(&self, place: &Place, encoding: Encoding) -> Range {
        match self.file(&place.file) {
            Some(file) => encoding.range(&file, place.span),
            None => Encoding::range_without_text(place),
        }
    }

    /// A place as an editor goes to it.
    pub(super) fn location(&self, place: &Place, encoding: Encoding) -> Option<Location> {
        Some(Location { uri: self.uri(&place.file)?, range: self.range(place, encoding) })
    }
}

/// A file below one of the folders.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub(super) root: usize,
    pub(super) path: Arc<str>,
}

/// The folder that holds a file, and its path below it.
pub(super) fn locate(roots: &[Option<Root>], uri: &Uri) -> Option<At> {
    let path = to_path(uri)?;
    let of = |i: usize, root: &Root| Some((root.path().components().count(), i, below(root.path(), &path)?));
    let all = roots.iter().enumerate().filter_map(|(i, root)| of(i, root.as_ref()?));
    all.max_by_key(|(depth, ..)| *depth).map(|(_, root, path)| At { root, path })
}

/// The folder to check for a file that lies in none: its app's, or the one it lies in.
pub(super) fn folder_for(uri: &Uri) -> Option<PathBuf> {
    let path = to_path(uri)?;
    let parent = path.parent()?;
    Some(crate::inputs::apps::nearest_root(parent).unwrap_or_else(|| parent.to_owned()))
}

/// The text after an editor's changes.
pub(super) fn changed(
    file: &SourceFile,
    changes: Vec<TextDocumentContentChangeEvent>,
    encoding: Encoding,
) -> SourceFile {
    let mut file = file.clone();
    for change in changes {
        let text = match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                let at = |position: Position| encoding.offset(&file, position) as usize;
                let (start, end) = (at(part.range.start), at(part.range.end));
                let mut text = file.text.to_string();
                text.replace_range(start..end.max(start), &part.text);
                text
            }
        };
        file = SourceFile::new(Arc::clone(&file.path), without_mark(text));
    }
    file
}

/// A text without the byte order mark, which no reader sees either.
pub(super) fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}
