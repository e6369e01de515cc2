//! `man`: the manual pages, for who packages the program.

use std::io;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use super::terminal::Terminal;
use super::{Cli, Stop};
use crate::files::write_whole;

/// Print a manual page, or write all of them into a folder.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit man | man -l -
  mailpermit man check | man -l -
  mailpermit man --output share/man/man1")]
pub(super) struct ManArgs {
    /// The command that the page is about; the program itself unless given.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of the program and of all commands into this folder.
    #[arg(long, short, value_name = "FOLDER", conflicts_with = "command")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Gives every command its full name.
    program.build();
    if let Some(folder) = &args.output {
        let unwritable = |e: io::Error| Stop::usage(format!("cannot write to `{}`: {e}", folder.display()));
        std::fs::create_dir_all(folder).map_err(unwritable)?;
        for (name, command) in pages(&program) {
            write_whole(&folder.join(format!("{name}.1")), &page(command)?).map_err(unwritable)?;
        }
        return Ok(());
    }
    let wanted = args.command.as_deref();
    let found = pages(&program).into_iter().find(|(_, c)| c.get_name() == wanted.unwrap_or("mailpermit"));
    let Some((_, command)) = found else {
        let name = crate::text::redact::one_line(wanted.unwrap_or_default(), 80);
        return Err(
            Stop::usage(format!("there is no command `{name}`")).help("`mailpermit --help` lists them all")
        );
    };
    terminal.out().write_all(&page(command)?)?;
    Ok(())
}

/// The program and its commands, each with the name of its page.
fn pages(program: &Command) -> Vec<(String, Command)> {
    let commands = program.get_subcommands().filter(|c| !c.is_hide_set());
    let named = |c: &Command| (c.get_display_name().unwrap_or(c.get_name()).to_owned(), c.clone());
    std::iter::once(program).chain(commands).map(named).collect()
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(text)
}
