//! Stops texts that would exhaust the parser's stack before they reach it.
//!
//! The parser is recursive, as all fast ones are. Threads that parse get a large stack
//! (`inputs::sources::PARSER_STACK`), and this linear look at the text makes sure that it suffices.

use crate::text::{Span, SyntaxError};

/// Open brackets at one point. Bundled real code stays below 200.
const MAX_BRACKETS: usize = 3_000;
/// Operators that nest to the right, in one statement. The longest chain seen in real code has 600.
const MAX_CHAIN: usize = 20_000;

/// Refuses a text that nests too deep.
///
/// # Errors
/// The place at which the limit is passed. Strings and comments are not told apart from code: the
/// limits are far above what either holds.
pub(super) fn check(text: &str) -> Result<(), SyntaxError> {
    let mut open = 0_usize;
    let mut chain = 0_usize;
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        match b {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => {
                open = open.saturating_sub(1);
                chain = chain.saturating_sub(1);
            }
            b';' | b',' => chain = 0,
            b'!' | b'~' | b'?' | b'=' | b'-' | b'+' | b'<' | b'*' => chain += 1,
            // `await`, `new`, `typeof`, `void`, `else`: words before a blank count too.
            b' ' if bytes.get(i.wrapping_sub(1)).is_some_and(u8::is_ascii_lowercase) => chain += 1,
            b'\n' => chain = chain.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS || (chain > MAX_CHAIN && !prose(bytes, i)) {
            let message = if open > MAX_BRACKETS {
                format!("brackets are nested deeper than {MAX_BRACKETS} levels")
            } else {
                format!("a statement holds more than {MAX_CHAIN} operators")
            };
            return Err(SyntaxError {
                message: format!("{message}: not analysed"),
                span: Span::at(i),
                help: Some("if this is generated, leave it out with `lint.exclude`".to_owned()),
            });
        }
    }
    Ok(())
}

/// Whether the text around `at` is a long literal: no operator within the last 200 bytes but minus,
/// plus, equals and blanks, as encoded data and prose have.
fn prose(bytes: &[u8], at: usize) -> bool {
    let start = at.saturating_sub(200);
    bytes.get(start..at).is_some_and(|b| b.iter().all(|b| !matches!(b, b'!' | b'~' | b'?' | b'<' | b'*')))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn real_shapes_pass_and_towers_do_not() {
        assert!(check(&"const a = b ? c : d;\n".repeat(50_000)).is_ok());
        assert!(check(&"(".repeat(10_000)).is_err());
        assert!(check(&"!".repeat(30_000)).is_err());
        assert!(check(&format!("const s = '{}';", "lorem ipsum dolor ".repeat(40_000))).is_ok());
    }
}
