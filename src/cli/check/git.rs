//! Reads a revision of a git checkout into a folder, by git's own plumbing. The only place that starts a program.
//!
//! Nothing is checked out, no filter or hook runs, the repository is not written to, and what a partial clone
//! lacks is not fetched.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::Stop;
use crate::text::redact::one_line;

/// Larger files are not read: their length alone is kept, which is what the check says of them.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A git checkout.
pub(super) struct Checkout {
    /// Its top folder.
    pub(super) top: PathBuf,
}

/// A file of a revision.
struct Blob {
    path: PathBuf,
    id: String,
    size: u64,
}

impl Checkout {
    /// The checkout that holds a folder.
    pub(super) fn of(folder: &Path) -> Result<Self, Stop> {
        let no_git = |why: &str| {
            Stop::usage(format!("`--since` needs a git checkout, and `{}` is {why}", folder.display()))
                .help("leave `--since` out, or use `--baseline` where there is no git")
        };
        let output = git(folder).args(["rev-parse", "--show-toplevel"]).output().map_err(|e| {
            Stop::usage(format!("`--since` needs git, and it cannot be started: {e}"))
                .help("install git, or leave `--since` out")
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            if said.contains("dubious ownership") {
                return Err(Stop::usage("git does not trust this checkout: it belongs to another user")
                    .help(format!("`git config --global --add safe.directory {}`", folder.display())));
            }
            return Err(no_git("in none"));
        }
        let top = String::from_utf8(output.stdout).map_err(|_| no_git("in one whose name is no text"))?;
        let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
        let top = top.canonicalize().map_err(|e| no_git(&format!("in one that cannot be read: {e}")))?;
        Ok(Self { top })
    }

    /// The full hash of the commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Stop> {
        let name = one_line(revision, 80);
        if revision.starts_with('-') || revision.is_empty() {
            return Err(Stop::usage(format!("`{name}` is no revision: those do not begin with a dash"))
                .help("name a commit, a branch or a tag, such as `--since origin/main`"));
        }
        let wanted = format!("{revision}^{{commit}}");
        let found = self.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]);
        if let Some(commit) = found.filter(|c| c.len() >= 40 && c.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Ok(commit);
        }
        let stop = Stop::usage(format!("git knows no commit `{name}` here"));
        let shallow = self.text(&["rev-parse", "--is-shallow-repository"]);
        Err(if shallow.as_deref() == Some("true") {
            stop.help("the checkout is shallow: fetch more of its history first, with `git fetch --unshallow` or `fetch-depth: 0` in CI")
        } else {
            stop.help(
                "`git fetch` brings branches of others; `git branch --all` and `git tag` list what there is",
            )
        })
    }

    /// Writes the files of a commit that lie in one of some folders (relative to the top) below `to`.
    pub(super) fn extract(&self, commit: &str, folders: &[PathBuf], to: &Path) -> Result<(), Stop> {
        let broken = |why: &str| {
            Stop::usage(format!("cannot read the commit {commit}: {why}"))
                .help("a partial clone may lack files of old commits: `git fetch --refetch --no-filter` brings them")
        };
        let unwritable = |e: std::io::Error| Stop::usage(format!("cannot write to `{}`: {e}", to.display()));
        let blobs = self.list(commit, folders).ok_or_else(|| broken("git cannot list its files"))?;
        let mut child = git(&self.top)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| broken(&e.to_string()))?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(broken("git cannot be talked to"));
        };
        let small: Vec<&Blob> = blobs.iter().filter(|b| b.size <= MAX_FILE_BYTES).collect();
        let written = std::thread::scope(|scope| {
            let asked = small.clone();
            // A thread of its own: git answers before it has read all questions.
            scope.spawn(move || {
                for blob in asked {
                    // When git is gone, its missing answers say so.
                    if writeln!(input, "{}", blob.id).is_err() {
                        break;
                    }
                }
            });
            let mut output = BufReader::new(output);
            small.iter().try_for_each(|blob| {
                let mut head = String::new();
                output.read_line(&mut head).map_err(|e| broken(&e.to_string()))?;
                let size = head.trim_end().rsplit(' ').next().and_then(|s| s.parse::<u64>().ok());
                if size != Some(blob.size) {
                    return Err(broken(&format!(
                        "`{}` is missing",
                        one_line(&blob.path.to_string_lossy(), 200)
                    )));
                }
                let mut bytes = Vec::new();
                output
                    .by_ref()
                    .take(blob.size + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|e| broken(&e.to_string()))?;
                bytes.pop();
                write(&to.join(&blob.path), &bytes).map_err(unwritable)
            })
        });
        // It has ended, or has nothing more to say.
        let _ = child.kill();
        let _ = child.wait();
        written?;
        for blob in blobs.iter().filter(|b| b.size > MAX_FILE_BYTES) {
            let path = to.join(&blob.path);
            write(&path, b"").map_err(unwritable)?;
            let file = std::fs::OpenOptions::new().write(true).open(&path).map_err(unwritable)?;
            file.set_len(blob.size).map_err(unwritable)?;
        }
        // It is a repository to whoever asks, with the same files left out.
        let git = to.join(".git");
        std::fs::create_dir_all(git.join("info")).map_err(unwritable)?;
        if let Some(exclude) = self.text(&["rev-parse", "--git-path", "info/exclude"])
            && let Ok(text) = std::fs::read(self.top.join(exclude))
        {
            std::fs::write(git.join("info/exclude"), text).map_err(unwritable)?;
        }
        Ok(())
    }

    /// The regular files of a commit below some folders, and the ignore files above these.
    fn list(&self, commit: &str, folders: &[PathBuf]) -> Option<Vec<Blob>> {
        let output =
            git(&self.top).args(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).output().ok()?;
        if !output.status.success() {
            return None;
        }
        let wanted = |path: &Path| {
            let inside = folders.iter().any(|f| path.starts_with(f));
            let ignores = matches!(path.file_name().and_then(|n| n.to_str()), Some(".gitignore" | ".ignore"));
            let above = || folders.iter().any(|f| path.parent().is_some_and(|p| f.starts_with(p)));
            let plain = path.components().all(|c| matches!(c, Component::Normal(n) if n != ".git"));
            plain && (inside || ignores && above())
        };
        let mut blobs = Vec::new();
        for line in output.stdout.split(|b| *b == 0) {
            let Some(tab) = line.iter().position(|b| *b == b'\t') else { continue };
            let (Some(head), Some(path)) = (line.get(..tab), line.get(tab + 1..)) else { continue };
            // A name that is no text is not read by the check either.
            let (Ok(head), Ok(path)) = (std::str::from_utf8(head), std::str::from_utf8(path)) else {
                continue;
            };
            let mut words = head.split_whitespace();
            let (Some(mode), Some("blob"), Some(id), Some(size)) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                continue;
            };
            let path = PathBuf::from(path);
            // Links are not followed, and other repositories are not this change.
            if mode.starts_with("100") && wanted(&path) {
                blobs.push(Blob { path, id: id.to_owned(), size: size.parse().ok()? });
            }
        }
        Some(blobs)
    }

    /// What a question of one line is answered; `None` when git refuses it.
    fn text(&self, args: &[&str]) -> Option<String> {
        let output = git(&self.top).args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }
}

/// Git, told to change and fetch nothing, and to speak English.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    command
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, bytes)
}
