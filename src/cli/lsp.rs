//! `lsp`: the language server, over standard input and output.

use clap::Args;

use super::terminal::Terminal;
use super::{Stop, Verdict};
use crate::lsp::{End, Options, serve};
use crate::settings::Settings;

/// Serve an editor: findings while you type, names to choose from, fixes. Started by the editor.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit lsp          speaks the Language Server Protocol on standard input and output
  vim.lsp.config.mailpermit = { cmd = { 'mailpermit', 'lsp' } }   in Neovim's settings

Folders with what editors need lie in `editors/`.")]
pub(super) struct LspArgs {
    /// Accepted because editors pass it: there is no other way than standard input and output.
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(_args: &LspArgs, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    let input = std::io::BufReader::new(std::io::stdin());
    let options = Options { settings: Settings::of(".") };
    match serve(input, terminal.out(), options)? {
        End::Orderly => Ok(Verdict::Clean),
        End::Abrupt => Ok(Verdict::Findings),
    }
}
