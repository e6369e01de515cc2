//! What everything else points at: files, spans, places, and the two data languages as spanned trees.
//!
//! Nothing in here knows what Atlassian is, and nothing in here opens a file.

pub mod file;
pub mod json;
pub mod paths;
pub mod redact;
pub mod span;
pub mod tree;
pub mod words;
pub mod yaml;

pub use file::SourceFile;
pub use span::{Place, Span};
pub use tree::{Entry, Node, SyntaxError, Value};
