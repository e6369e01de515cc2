//! Formats with verbs, as `sprintf` takes them.

/// A part of a format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// What stands there.
    Text(String),
    /// A verb.
    Hole,
}

/// Takes a format apart at its verbs.
pub(super) fn pieces(format: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        if chars.peek() == Some(&'%') {
            chars.next();
            text.push('%');
            continue;
        }
        while chars.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
        chars.next();
        if !text.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut text)));
        }
        out.push(Piece::Hole);
    }
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn formats() {
        let text = |t: &str| Piece::Text(t.to_owned());
        assert_eq!(
            pieces("/rest/api/%d/user?id=%-5s&p=100%%"),
            [text("/rest/api/"), Piece::Hole, text("/user?id="), Piece::Hole, text("&p=100%")]
        );
        assert_eq!(pieces("%+v"), [Piece::Hole]);
        assert_eq!(pieces(""), []);
    }
}
