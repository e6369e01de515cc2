//! The colours of the report, or none.

use anstyle::{AnsiColor, Effects, Style};

use crate::findings::Severity;

/// Styles by purpose; all empty when no colours are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Palette {
    error: Style,
    warning: Style,
    info: Style,
    /// Headings and messages.
    pub(crate) strong: Style,
    /// Small words such as `why:`.
    pub(crate) accent: Style,
    /// What may be overlooked.
    pub(crate) dim: Style,
    /// All is well.
    pub(crate) good: Style,
    /// Whether there are colours at all.
    pub(crate) colored: bool,
}

impl Palette {
    /// The palette with or without colours.
    pub(crate) fn new(color: bool) -> Self {
        if !color {
            return Self::default();
        }
        let bold = |c: AnsiColor| c.on_default().effects(Effects::BOLD);
        Self {
            error: bold(AnsiColor::BrightRed),
            warning: bold(AnsiColor::Yellow),
            info: bold(AnsiColor::BrightBlue),
            strong: Style::new().effects(Effects::BOLD),
            accent: AnsiColor::Cyan.on_default(),
            dim: Style::new().effects(Effects::DIMMED),
            good: bold(AnsiColor::Green),
            colored: true,
        }
    }

    /// The colour of a severity.
    pub(crate) fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// What a severity is called.
pub(crate) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "advice",
    }
}
