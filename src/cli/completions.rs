//! `completions`: what a shell needs to complete the command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::terminal::Terminal;
use super::{Cli, Stop};

/// Print the completions of a shell: commands, options and their values.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit completions bash > ~/.local/share/bash-completion/completions/mailpermit
  mailpermit completions zsh > ~/.zfunc/_mailpermit      with ~/.zfunc in $fpath
  mailpermit completions fish > ~/.config/fish/completions/mailpermit.fish
  mailpermit completions powershell >> $PROFILE")]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    // Written to memory first: the generator panics when its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mailpermit", &mut script);
    terminal.out().write_all(&script)?;
    Ok(())
}
