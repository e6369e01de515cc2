//! The pieces of a template: what is shown and what steers, in the order of the file.

use super::styles::{STEERING, Style};
use crate::text::Span;

/// A piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An expression whose value is shown.
    Shows(Span),
    /// A loop, an assignment, an end, another template.
    Steers(Span),
}

/// Pieces of one template.
const MAX_PIECES: usize = 20_000;
/// A longer expression is none.
const MAX_LENGTH: usize = 4_000;

/// Finds the pieces of a template outside of its comments.
pub(super) fn pieces(text: &str, style: &Style, comments: &[Span]) -> Vec<Piece> {
    let mut scanner =
        Scanner { text, style, at: 0, comments, comment: 0, last: Vec::new(), patience: 0, out: Vec::new() };
    scanner.patience = text.len() * 4 + 10_000;
    scanner.last = style.shows.iter().chain(style.steers).map(|(_, close)| text.rfind(close)).collect();
    scanner.run();
    scanner.out
}

struct Scanner<'a> {
    text: &'a str,
    style: &'a Style,
    at: usize,
    comments: &'a [Span],
    /// The first comment that is not behind.
    comment: usize,
    /// Where each closing mark stands last: behind it, nothing is searched for.
    last: Vec<Option<usize>>,
    /// How much may still be searched in vain, so that hostile text costs no more than honest text.
    patience: usize,
    out: Vec<Piece>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() && self.out.len() < MAX_PIECES {
            if self.skip_comment() {
                continue;
            }
            let Some(rest) = self.text.get(self.at..) else {
                self.at += 1;
                continue;
            };
            if self.marked(rest) || self.signed(rest) || self.attribute(rest) {
                continue;
            }
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) -> bool {
        while let Some(comment) = self.comments.get(self.comment) {
            let (start, end) = (comment.start as usize, comment.end as usize);
            if end <= self.at {
                self.comment += 1;
                continue;
            }
            if start <= self.at {
                self.at = end;
                self.comment += 1;
                return true;
            }
            return false;
        }
        false
    }

    /// `balanced`, as long as there is patience left.
    fn closed(&mut self, text: &str, open: char, close: char) -> Option<usize> {
        let cost = text.len().min(MAX_LENGTH);
        if self.patience < cost {
            return None;
        }
        let found = balanced(text, open, close);
        if found.is_none() {
            self.patience -= cost;
        }
        found
    }

    fn push(&mut self, shows: bool, from: usize, to: usize) {
        if to > from && to - from <= MAX_LENGTH {
            let span = Span::new(from, to);
            self.out.push(if shows { Piece::Shows(span) } else { Piece::Steers(span) });
        }
    }

    /// A piece between marks.
    fn marked(&mut self, rest: &str) -> bool {
        let shows = self.style.shows.iter().map(|m| (m, true));
        let marks = shows.chain(self.style.steers.iter().map(|m| (m, false)));
        for (i, ((open, close), shows)) in marks.enumerate() {
            let Some(inside) = rest.strip_prefix(open) else { continue };
            if self.last.get(i).copied().flatten().is_none_or(|last| last < self.at) {
                continue;
            }
            let Some(length) = inside.find(close) else { continue };
            // Keep what the mark itself says: `<#list`, `<c:set`, the sign of `{$name`.
            let word = match shows {
                true if open.ends_with('$') => open.len() - 1,
                true => open.len(),
                false => open.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(open.len()),
            };
            let from = self.at + word;
            let end = self.at + open.len() + length;
            let inner = self.text.get(from..end).unwrap_or_default();
            let trimmed = inner.trim_start_matches(['-', '~', '=', ' ', '\t', '\n', '\r', '&']);
            let steers = self.style.mixed && shows && steers(trimmed);
            if shows && !steers {
                self.push(true, from, end);
            } else {
                self.push(false, from, end);
            }
            self.at = end + close.len();
            return true;
        }
        false
    }

    /// `@Model.Email`, `@(…)`, `@foreach (…)`, `$user.email`, `${user.email}`, `#foreach(…)`.
    fn signed(&mut self, rest: &str) -> bool {
        let Some(sign) = self.style.sign else { return false };
        let directive = if sign == '$' { '#' } else { sign };
        if let Some(behind) = rest.strip_prefix(directive) {
            let name: String = behind.chars().take_while(|c| c.is_ascii_alphanumeric()).take(24).collect();
            if self.style.directives.contains(&name.as_str()) {
                return self.directive(behind, &name);
            }
        }
        let Some(behind) = rest.strip_prefix(sign) else { return false };
        // `@@` and `a@example.com` are text.
        let before = self.text.get(..self.at).and_then(|t| t.chars().next_back());
        if sign == '@' && (behind.starts_with('@') || before.is_some_and(|c| c.is_alphanumeric())) {
            self.at += 1 + usize::from(behind.starts_with('@'));
            return true;
        }
        let behind = behind.strip_prefix('!').filter(|_| sign == '$').unwrap_or(behind);
        let from = self.text.len() - behind.len();
        let (open, close) = if sign == '$' { ('{', '}') } else { ('(', ')') };
        let length = if behind.starts_with(open) {
            match self.closed(behind, open, close) {
                Some(length) => length,
                None => return false,
            }
        } else {
            let length = expression(behind);
            self.patience = self.patience.saturating_sub(usize::from(length == 0));
            length
        };
        // Blade shows between its marks only.
        if length == 0 || !self.style.shows.is_empty() {
            return false;
        }
        let inner = usize::from(behind.starts_with(open));
        self.push(true, from + inner, from + length - inner);
        self.at = from + length;
        true
    }

    /// A directive with its arguments: up to the closing parenthesis, else to the end of the line.
    fn directive(&mut self, behind: &str, name: &str) -> bool {
        let from = self.at + 1;
        let after = behind.get(name.len()..).unwrap_or_default();
        let spaces = after.len() - after.trim_start_matches([' ', '\t']).len();
        let arguments = after.get(spaces..).unwrap_or_default();
        let length = if arguments.starts_with('(') {
            self.closed(arguments, '(', ')').map_or(0, |l| name.len() + spaces + l)
        } else {
            behind.find('\n').unwrap_or(behind.len())
        };
        if length == 0 {
            return false;
        }
        self.push(false, from, from + length);
        self.at = from + length;
        true
    }

    /// `th:text="${user.email}"`
    fn attribute(&mut self, rest: &str) -> bool {
        let at_word =
            self.text.get(..self.at).and_then(|t| t.chars().next_back()).is_some_and(|c| c.is_whitespace());
        if !at_word {
            return false;
        }
        for name in self.style.attributes {
            let Some(value) = rest.strip_prefix(name).and_then(|r| r.strip_prefix('=')) else { continue };
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if self.patience < MAX_LENGTH {
                return false;
            }
            let Some(length) = value.get(1..).and_then(|v| v.find(quote)) else {
                self.patience = 0;
                continue;
            };
            let from = self.at + name.len() + 2;
            let last = name.rsplit([':', '-']).next().unwrap_or(name);
            let steers = matches!(last, "each" | "object" | "with" | "replace" | "insert" | "include");
            if steers {
                // The attribute's name says what its value is.
                let start = self.at + name.len() - last.len();
                self.push(false, start, from + length);
            } else if name.contains(':') || name.contains("th-") {
                self.push(true, from, from + length);
            } else {
                // Left to the marks inside.
                self.at += name.len() + 2;
                return true;
            }
            self.at = from + length + 1;
            return true;
        }
        false
    }
}

/// Whether what stands between marks steers: `{{#each}}`, `{{range .Users}}`, `{{> card}}`.
fn steers(inner: &str) -> bool {
    if inner.starts_with(['#', '/', '^', '>', '!']) {
        return true;
    }
    let word: String = inner.chars().take_while(|c| c.is_ascii_alphabetic()).take(16).collect();
    let rest = inner.get(word.len()..).unwrap_or_default();
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r', '-', '~']);
    (STEERING.contains(&word.as_str()) && ends) || (inner.starts_with('$') && inner.contains(":="))
}

/// How long the text is up to the mark that closes the one at its start.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    for (i, c) in text.char_indices() {
        if i > MAX_LENGTH {
            return None;
        }
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == open => depth += 1,
            None if c == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i + c.len_utf8());
                }
            }
            None => {}
        }
    }
    None
}

/// How long an expression without marks around it is: a name, its members, indices and calls.
fn expression(text: &str) -> usize {
    let mut at = 0_usize;
    let word = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len()
    };
    let first = word(0);
    if first == 0 || text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    at += first;
    for _ in 0..24 {
        let rest = text.get(at..).unwrap_or_default();
        let dots = ["?.", "!.", "."].iter().find(|d| rest.starts_with(**d)).map_or(0, |d| d.len());
        let (open, close) = match rest.chars().next() {
            Some('(') => ('(', ')'),
            Some('[') => ('[', ']'),
            _ if dots > 0 => {
                let name = word(at + dots);
                if name == 0 {
                    break;
                }
                at += dots + name;
                continue;
            }
            _ => break,
        };
        match balanced(rest, open, close) {
            Some(length) => at += length,
            None => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::sources::pages::styles::style;
    use crate::inputs::sources::template::Template;

    fn read(path: &str, text: &str) -> Vec<String> {
        let style = style(Template::from_path(path).expect("a template"), path).expect("a style");
        pieces(text, style, &[])
            .into_iter()
            .map(|piece| match piece {
                Piece::Shows(span) => format!("= {}", text.get(span.range()).unwrap_or_default().trim()),
                Piece::Steers(span) => format!("- {}", text.get(span.range()).unwrap_or_default().trim()),
            })
            .collect()
    }

    #[test]
    fn pieces_of_each_language() {
        let table: &[(&str, &str, &[&str])] = &[
            (
                "a.j2",
                "{% for u in users %}{{ u.email }}{% endfor %}",
                &["- for u in users", "= u.email", "- endfor"],
            ),
            ("a.hbs", "{{#each users}}{{email}}{{/each}}", &["- #each users", "= email", "- /each"]),
            ("a.html", "{{range .Users}}{{.Email}}{{end}}", &["- range .Users", "= .Email", "- end"]),
            ("a.html", "<p th:text=\"${u.email}\">x</p>", &["= ${u.email}"]),
            (
                "a.html",
                "<p th:each=\"u : ${users}\">[[${u.email}]]</p>",
                &["- each=\"u : ${users}", "= ${u.email}"],
            ),
            (
                "a.erb",
                "<% @users.each do |u| %><%= u.email %><% end %>",
                &["- @users.each do |u|", "= u.email", "- end"],
            ),
            ("a.ejs", "<%- user.email %><% if (x) { %>", &["= user.email", "- if (x) {"]),
            (
                "a.vm",
                "#foreach($u in $users) $!{u.email} $u.name #end",
                &["- foreach($u in $users)", "= u.email", "= u.name"],
            ),
            ("a.ftl", "<#list users as u>${u.email}</#list>", &["- list users as u", "= u.email"]),
            (
                "a.blade.php",
                "@foreach ($users as $u) {{ $u->email }} @endforeach",
                &["- foreach ($users as $u)", "= $u->email"],
            ),
            (
                "a.cshtml",
                "@model X\n<p>@Model.Email</p> me@example.com @(u.Mail)",
                &["- model X", "= Model.Email", "= u.Mail"],
            ),
            (
                "a.jsp",
                "<c:forEach items=\"${users}\" var=\"u\">${u.email}",
                &["- c:forEach items=\"${users}\" var=\"u\"", "= u.email"],
            ),
        ];
        for (path, text, expected) in table {
            assert_eq!(read(path, text), *expected, "{path}: {text}");
        }
    }

    #[test]
    fn nothing_breaks_it() {
        for text in [
            "{{",
            "{{{{",
            "@",
            "@(",
            "@é",
            "$",
            "${",
            "#foreach(",
            "<%",
            "<%=",
            "th:text=",
            " th:text=\"",
            "{{}}",
        ] {
            for path in ["a.html", "a.hbs", "a.vm", "a.cshtml", "a.erb", "a.jsp", "a.blade.php", "a.ftl"] {
                let _ = read(path, text);
            }
        }
    }
}
