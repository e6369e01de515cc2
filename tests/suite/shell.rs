//! What shells and terminals get: completions, manual pages, help, and what is said to a mistyped word.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{is_committed, root};

fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
        .args(args)
        .current_dir(root("examples/forge-alerts"))
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "80")
        .output()
        .expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("it writes UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The names of the commands that `--help` lists.
fn commands() -> Vec<String> {
    let command = mailpermit::cli::command();
    let shown = command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help");
    shown.map(|c| c.get_name().to_owned()).collect()
}

fn has(program: &str) -> bool {
    let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok()
}

#[test]
fn every_shell_gets_completions_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, err) = run(&["completions", shell]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{shell}");
        for command in commands() {
            assert!(script.contains(&command), "{shell} lacks {command}");
        }
    }
    if !has("bash") {
        return;
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join("mailpermit.bash");
    std::fs::write(&file, run(&["completions", "bash"]).1).expect("writable");
    let script = "source \"$1\"; COMP_WORDS=(mailpermit check --fail-on ''); COMP_CWORD=3; \
                  _mailpermit mailpermit '' --fail-on; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let run = Command::new("bash").args(["-c", script, "bash"]).arg(&file).output().expect("bash starts");
    let offered = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(offered.lines().collect::<Vec<_>>(), ["error", "warning", "never"], "{offered}");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join("man1");
    let (code, _, err) = run(&["man", "--output", out.to_str().expect("UTF-8")]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let text = |path: &Path| std::fs::read_to_string(path).expect("it was written");
    let main = text(&out.join("mailpermit.1"));
    for command in commands() {
        let page = text(&out.join(format!("mailpermit-{command}.1")));
        assert!(page.contains(".SH NAME") && page.contains("Examples:"), "{command}\n{page}");
        assert!(main.contains(&format!("mailpermit\\-{command}(1)")), "{command}\n{main}");
        assert_eq!(run(&["man", &command]).1, page, "{command}");
    }
    assert_eq!(run(&["man"]).1, main);
    let (code, _, err) = run(&["man", "frobnicate"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("there is no command `frobnicate`"), "{err}");
}

#[test]
fn every_command_shows_examples_in_its_help() {
    for command in commands() {
        let (code, help, _) = run(&[&command, "--help"]);
        assert_eq!(code, Some(0), "{command}");
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command}\n{help}"));
        assert!(examples.contains(&format!("  mailpermit {command}")), "{command}\n{help}");
        assert!(
            help.lines()
                .all(|l| l.chars().count() <= 80 || l.starts_with("  mailpermit") || l.starts_with("  vim")),
            "{command}\n{help}"
        );
    }
}

#[test]
fn a_mistyped_word_gets_the_one_that_is_near() {
    for (args, near) in [
        (&["chek"][..], "'check'"),
        (&["explian", "x"], "'explain'"),
        (&["check", "--format", "jsn"], "'json'"),
        (&["check", "--fail-onn", "error"], "'--fail-on'"),
        (&["check", "--select", "undeclared-acess"], "`undeclared-access`"),
        (&["explain", "email-in-log"], "`email-in-logs`"),
        (&["completions", "bsh"], "'bash'"),
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(err.contains(near), "{args:?}\n{err}");
    }
}

#[test]
fn every_rule_is_explained_within_eighty_columns() {
    for rule in mailpermit::rules::ALL {
        let (code, page, _) = run(&["explain", rule.name]);
        assert_eq!(code, Some(0), "{}", rule.name);
        assert!(page.starts_with(&format!("{}: {}", rule.name, rule.summary.split(' ').next().unwrap())));
        for line in page.lines() {
            // Code and addresses are not broken.
            let whole = line.starts_with("    ") || line.contains("https://");
            assert!(line.chars().count() <= 80 || whole, "{}: {line}", rule.name);
        }
        assert!(page.contains("How to fix") && !page.contains("|--"), "{}", rule.name);
    }
}

#[test]
fn the_page_of_commands_is_what_help_says() {
    let mut text = "<!-- Generated from the command line; `UPDATE=1 cargo test shell::` writes it anew. -->\n\n# Commands\n\n".to_owned();
    let mut program = mailpermit::cli::command().term_width(96);
    program.build();
    let fenced = |command: &mut clap::Command| {
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        format!("```text\n{}\n```\n", lines.join("\n").trim_end())
    };
    text.push_str(&fenced(&mut program.clone()));
    for name in commands() {
        let command = program.find_subcommand_mut(&name).expect("it was listed");
        text.push_str(&format!("\n## `mailpermit {name}`\n\n{}", fenced(command)));
    }
    is_committed("docs/cli.md", &text);
}

#[test]
fn links_of_the_documentation_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)\s]+)\)").expect("it is sound");
    let heading = |text: &str, anchor: &str| {
        text.lines().filter_map(|l| l.strip_prefix('#')).any(|l| {
            let plain = l.trim_start_matches('#').trim().to_lowercase().replace('`', "");
            plain.replace(' ', "-").replace(['.', ',', '?', ':', '\'', '[', ']', '…', '@', '(', ')'], "")
                == anchor
        })
    };
    let mut pages: Vec<_> =
        std::fs::read_dir(root("docs")).expect("it is there").map(|e| e.expect("an entry").path()).collect();
    pages.retain(|p| p.extension().is_some_and(|e| e == "md"));
    assert!(pages.len() > 8, "{pages:?}");
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("it is text");
        for found in link.captures_iter(&text).map(|c| c[1].to_owned()) {
            if found.starts_with("https:") || found.starts_with("http:") {
                continue;
            }
            let (path, anchor) = found.split_once('#').unwrap_or((&found, ""));
            let target = if path.is_empty() { page.clone() } else { page.with_file_name("").join(path) };
            assert!(target.exists(), "{}: {found}", page.display());
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&target).expect("it is text");
                assert!(heading(&text, anchor), "{}: {found}", page.display());
            }
        }
    }
}
