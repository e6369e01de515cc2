//! Which commit is checked out, read from git's own files; no program is run.

use std::path::{Path, PathBuf};

/// Folders above the root that are looked at for `.git`.
const MAX_ABOVE: usize = 32;
/// The longest of git's small files that is read, in bytes.
const MAX_BYTES: u64 = 8 << 20;

/// The full hash of the commit at `HEAD` of the checkout that holds `root`; `None` outside one, and where
/// it cannot be told.
#[must_use]
pub fn commit(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let git = root.ancestors().take(MAX_ABOVE).find_map(git_folder)?;
    let head = small(&git.join("HEAD"))?;
    let head = head.trim();
    let Some(name) = head.strip_prefix("ref: ") else { return hash(head) };
    // A linked work tree keeps its branches in the main one.
    let common = small(&git.join("commondir")).map(|c| git.join(c.trim()));
    let folders = [Some(git), common];
    // The name comes from a file: it may not lead elsewhere.
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    folders.iter().flatten().find_map(|folder| {
        small(&folder.join(name)).and_then(|h| hash(h.trim())).or_else(|| {
            let packed = small(&folder.join("packed-refs"))?;
            let line = packed.lines().find(|l| l.split_once(' ').is_some_and(|(_, n)| n == name))?;
            hash(line.split(' ').next()?)
        })
    })
}

/// `.git` in a folder, or what a `.git` file points to.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let path = folder.join(".git");
    if path.is_dir() {
        return Some(path);
    }
    let text = small(&path)?;
    Some(folder.join(text.trim().strip_prefix("gitdir: ")?))
}

fn small(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return None;
    }
    std::fs::read_to_string(path).ok()
}

fn hash(text: &str) -> Option<String> {
    let fits = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::commit;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn a_branch_a_detached_head_and_packed_refs() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let git = dir.path().join(".git");
        std::fs::create_dir_all(git.join("refs/heads")).expect("made");
        let inner = dir.path().join("a/b");
        std::fs::create_dir_all(&inner).expect("made");
        let write = |name: &str, text: &str| std::fs::write(git.join(name), text).expect("written");
        write("HEAD", HASH);
        assert_eq!(commit(&inner).as_deref(), Some(HASH));
        write("HEAD", "ref: refs/heads/main\n");
        assert_eq!(commit(&inner), None);
        write("packed-refs", &format!("# pack-refs\n{HASH} refs/heads/main\n"));
        assert_eq!(commit(&inner).as_deref(), Some(HASH));
        write("HEAD", "ref: ../../../etc/passwd\n");
        assert_eq!(commit(&inner), None);
    }
}
