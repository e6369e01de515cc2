//! Text in a given width: wrapping, padding, counting. Knows nothing of findings.

/// How many columns a character takes in a terminal, near enough: East Asian wide ones take two.
pub(crate) fn columns_of(c: char) -> usize {
    let wide = matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
        | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    if wide { 2 } else { 1 }
}

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// The longest start of `text` that takes at most `max` columns.
pub(crate) fn head(text: &str, max: usize) -> &str {
    let mut used = 0;
    for (index, c) in text.char_indices() {
        used += columns_of(c);
        if used > max {
            return text.get(..index).unwrap_or("");
        }
    }
    text
}

/// The longest end of `text` that takes at most `max` columns.
pub(crate) fn tail(text: &str, max: usize) -> &str {
    let mut used = 0;
    for (index, c) in text.char_indices().rev() {
        used += columns_of(c);
        if used > max {
            return text.get(index + c.len_utf8()..).unwrap_or("");
        }
    }
    text
}

/// Breaks `text` at white space into lines of at most `width` columns; the first one has `taken`
/// columns less. A word longer than a line gets a line of its own. At least one line.
pub(crate) fn wrap(text: &str, taken: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = taken;
    for word in text.split_whitespace() {
        let needed = columns(word);
        let space = usize::from(!line.is_empty());
        if used + space + needed > width && !(line.is_empty() && used == 0) {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += needed;
    }
    lines.push(line);
    lines
}

/// `text` behind `lead`, wrapped, with later lines under its first word.
pub(crate) fn hanging(lead: &str, text: &str, width: usize) -> String {
    let indent = columns(lead);
    let lines = wrap(text, 0, width.saturating_sub(indent).max(20));
    let mut out = String::from(lead);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `1 error`, `2 errors`.
pub(crate) fn count(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listing(items: &[&str]) -> String {
    match items.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping() {
        assert_eq!(wrap("one two three", 0, 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 4, 7), ["one", "two", "three"]);
        assert_eq!(wrap("unbreakable x", 0, 4), ["unbreakable", "x"]);
        assert_eq!(wrap("unbreakable", 3, 4), ["", "unbreakable"]);
        assert_eq!(wrap("", 0, 4), [""]);
        assert_eq!(hanging("a: ", "one two three four five six", 24), "a: one two three four\n   five six\n");
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!((head("añb漢c", 4), tail("añb漢c", 3)), ("añb", "漢c"));
        assert_eq!((head("abc", 9), tail("abc", 9)), ("abc", "abc"));
        assert_eq!(columns("漢é"), 3);
    }
}
