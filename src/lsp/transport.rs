//! Messages in and out. A message that cannot be read is answered, not the end.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::Sender;

use lsp_server::{ErrorCode, Message};

use super::server::Event;

/// Bad messages one after the other, above which the other side is taken to speak something else.
const MAX_BAD: usize = 100;

/// Passes on every message until the other side ends or nobody listens any more.
pub(super) fn read_all(mut input: impl BufRead, events: &Sender<Event>) {
    let mut bad = 0;
    loop {
        let event = match Message::read(&mut input) {
            Ok(Some(message)) => {
                bad = 0;
                Event::Message(message)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData && bad < MAX_BAD => {
                bad += 1;
                Event::Unreadable
            }
            Ok(None) | Err(_) => {
                // Whoever does not listen any more has ended already.
                let _ = events.send(Event::Closed);
                return;
            }
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

/// Answers a message of which not even the id could be read.
pub(super) fn refuse(out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::json!({
        "jsonrpc": "2.0",
        "id": null,
        "error": { "code": ErrorCode::ParseError as i32, "message": "the message could not be read" },
    })
    .to_string();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}
