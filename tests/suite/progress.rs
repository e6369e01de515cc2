//! The line on a terminal while a check takes long: seen by who sits there, and by nobody else.
#![cfg(unix)]

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::program::Folder;

/// Words of the line.
const SHOWN: &[&str] = &[
    "looking for files",
    "reading \u{2588}",
    "reading \u{2591}",
    "following addresses through the code",
    "fetching documents",
];

/// An app whose check takes long enough for the line, however fast the machine is.
fn long_work() -> Folder {
    let app = Folder::copy_of("examples/broken-digest");
    let mut files = 8;
    let mut written = 0;
    for _ in 0..9 {
        while written < files {
            let mut text = String::from("import api, { route } from '@forge/api';\n");
            for i in 0..400 {
                let _ = write!(
                    text,
                    "export async function mail{i}(id) {{\n  const res = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${{id}}`);\n  const user = await res.json();\n  return [user.emailAddress, user.displayName, {i}].filter((x) => x).map((x) => `${{x}}`).join(', ');\n}}\n"
                );
            }
            app.write(&format!("src/long/f{written}.js"), &text);
            written += 1;
        }
        let start = Instant::now();
        let ended = app.run(&["check"]);
        // No terminal, no line: it would fill the logs of CI.
        assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""), "{}", ended.out);
        if start.elapsed() > Duration::from_millis(2_500) {
            return app;
        }
        files *= 2;
    }
    app
}

/// All that a command writes to a terminal.
fn on_a_terminal(app: &Folder, program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(app.path());
    command.env("TERM", "xterm").env("NO_COLOR", "1").env_remove("COLUMNS");
    let mut session = rexpect::session::spawn_command(command, Some(120_000)).expect("a terminal");
    session.exp_eof().expect("it ends")
}

#[test]
fn long_work_shows_a_line_on_a_terminal_and_nowhere_else() {
    let program = env!("CARGO_BIN_EXE_mailpermit");
    let app = long_work();
    let seen = on_a_terminal(&app, program, &["check"]);
    assert!(SHOWN.iter().any(|s| seen.contains(s)), "{seen:?}");
    assert!(!seen.contains("fetching documents"), "nothing is fetched: {seen:?}");
    // It is taken away before the report begins.
    let report = seen.find("error[").expect("there is a report");
    let before = seen.get(..report).expect("it is found on a border");
    assert!(before.contains("\u{1b}[2K"), "{before:?}");
    let after = seen.get(report..).expect("it is found on a border");
    assert!(!after.contains("\u{1b}["), "nothing is drawn behind it: {after:?}");

    let quiet = on_a_terminal(&app, program, &["check", "--quiet"]);
    assert!(!SHOWN.iter().any(|s| quiet.contains(s)), "{quiet:?}");

    // The report goes to a terminal, the rest does not.
    let script = format!("'{program}' check 2> said");
    let redirected = on_a_terminal(&app, "sh", &["-c", &script]);
    assert!(redirected.contains("error["), "{redirected:?}");
    for text in [redirected, app.read("said")] {
        assert!(!SHOWN.iter().any(|s| text.contains(s)), "{text:?}");
    }
}

#[test]
fn no_line_speaks_of_a_network_that_is_not_used() {
    let app = Folder::copy_of("examples/broken-digest");
    let seen = on_a_terminal(&app, env!("CARGO_BIN_EXE_mailpermit"), &["check"]);
    assert!(seen.contains("error[") && !seen.contains("fetching"), "{seen:?}");
}
