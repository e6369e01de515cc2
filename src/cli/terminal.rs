//! Where output goes and how it looks there: streams, colours, width.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use super::Stop;
use crate::reports::wrap::hanging;
use crate::text::redact::one_line;

/// Columns where no terminal says how many it has.
pub(super) const DEFAULT_WIDTH: usize = 100;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On terminals.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams, with what is known of the terminal behind them.
pub(super) struct Terminal {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// Columns of standard output.
    pub(super) width: usize,
    /// Whether standard output gets colours.
    pub(super) color: bool,
    /// Whether colours were asked for whatever the output is.
    pub(super) color_forced: bool,
    /// Whether standard output is a terminal that shows links.
    pub(super) links: bool,
    color_err: bool,
}

impl Terminal {
    pub(super) fn new(when: ColorWhen) -> Self {
        let choice = |auto: ColorChoice| match when {
            ColorWhen::Auto => auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        let out_choice = choice(AutoStream::choice(&io::stdout()));
        let err_choice = choice(AutoStream::choice(&io::stderr()));
        let color = out_choice != ColorChoice::Never;
        let color_err = err_choice != ColorChoice::Never;
        // `AutoStream` is for old consoles; what has no colours passes as it is.
        let out: Box<dyn Write> = if color {
            Box::new(BufWriter::new(AutoStream::new(io::stdout(), out_choice)))
        } else {
            Box::new(BufWriter::new(io::stdout()))
        };
        let err: Box<dyn Write> = if color_err {
            Box::new(AutoStream::new(io::stderr(), err_choice))
        } else {
            Box::new(io::stderr())
        };
        let links = color && has_links(io::stdout().is_terminal(), |name| std::env::var_os(name));
        Self { out, err, width: width(), color, color_forced: when == ColorWhen::Always, links, color_err }
    }

    /// Writes what was asked for.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes JSON, indented.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Standard output itself.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Says something that nobody asked for.
    pub(super) fn note(&mut self, text: &str) {
        // When standard error is closed there is nobody to tell.
        let _ = writeln!(self.err, "{text}");
    }

    /// Says something behind what was asked for.
    pub(super) fn aside(&mut self, text: &str) {
        // What is printed before it comes first.
        let _ = self.out.flush();
        self.note(text);
    }

    /// Writes what is still held back.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Says why a command could not do its work.
    pub(super) fn complain(&mut self, stop: &Stop) {
        // What was printed before it comes first.
        let _ = self.out.flush();
        let palette = crate::reports::human::Palette::new(self.color_err);
        let tone = palette.severity(crate::findings::Severity::Error);
        let message = format!("{tone}error{tone:#}: {}", one_line(&stop.to_string(), 2000));
        self.note(&message);
        if let Stop::Usage { help: Some(help), .. } = stop {
            let text = hanging("  help: ", help, self.width);
            self.note(text.trim_end());
        }
    }
}

/// What terminals that show links set, with how the value starts; nothing for any value.
const LINKED_TERMINALS: &[(&str, &[&str])] = &[
    ("WT_SESSION", &[]),
    ("KONSOLE_VERSION", &[]),
    ("DOMTERM", &[]),
    ("TERM_PROGRAM", &["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "zed"]),
    ("TERM", &["xterm-kitty", "alacritty", "foot", "xterm-ghostty"]),
];
/// The first version of the library behind GNOME's terminals that shows links.
const FIRST_VTE: u32 = 5000;

/// Whether links are shown: when the terminal is known for it, or `FORCE_HYPERLINK` says so.
fn has_links(terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let text = |name: &str| variable(name).and_then(|v| v.into_string().ok());
    if let Some(forced) = text("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let known = |(name, starts): &(&str, &[&str])| {
        text(name).is_some_and(|v| starts.is_empty() || starts.iter().any(|s| v.starts_with(s)))
    };
    let vte = text("VTE_VERSION").and_then(|v| v.parse().ok()).is_some_and(|v: u32| v >= FIRST_VTE);
    terminal && (vte || LINKED_TERMINALS.iter().any(known))
}

/// `COLUMNS`, else what the terminal says, else a fixed number.
fn width() -> usize {
    let said = std::env::var_os("COLUMNS").and_then(|c| c.to_str()?.trim().parse().ok()).filter(|c| *c > 0);
    let measured = || terminal_size::terminal_size_of(io::stdout()).map(|(w, _)| usize::from(w.0));
    said.or_else(measured).filter(|w| *w > 0).unwrap_or(DEFAULT_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_for_terminals_that_show_them() {
        for (terminal, set, expected) in [
            (true, &[("VTE_VERSION", "6800")][..], true),
            (true, &[("VTE_VERSION", "4800")], false),
            (true, &[("TERM", "xterm-kitty")], true),
            (true, &[("TERM", "xterm-256color")], false),
            (true, &[("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")], false),
            (false, &[("WT_SESSION", "1")], false),
            (false, &[("FORCE_HYPERLINK", "1")], true),
            (true, &[], false),
        ] {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
            assert_eq!(has_links(terminal, variable), expected, "{set:?}");
        }
    }
}
