//! Which commit is checked out and where its files can be seen on the web, read from git's own files; no
//! program is run. Of a remote's address only the names of host, owner and repository go further: it may hold
//! credentials.

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

/// A checkout whose files can be seen on the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The host's kind, which decides what its addresses look like.
    pub host: Host,
    /// The path of the repository on it, such as `owner/name`.
    pub repository: String,
    /// The folder of the checked root in the checkout, with `/`; empty when it is the top.
    pub prefix: String,
}

/// A host of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `github.com`.
    GitHub,
    /// `gitlab.com`.
    GitLab,
    /// `bitbucket.org`.
    Bitbucket,
}

impl Host {
    const ALL: [(&'static str, Self); 3] =
        [("github.com", Self::GitHub), ("gitlab.com", Self::GitLab), ("bitbucket.org", Self::Bitbucket)];

    /// Its name on the web.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, host)| *host == self).map_or("", |(name, _)| name)
    }
}

/// Where the checkout that holds `root` can be seen on the web; `None` outside one, and where its remote is
/// none of a known host.
#[must_use]
pub fn remote(root: &Path) -> Option<Remote> {
    let root = root.canonicalize().ok()?;
    let (top, git) = root.ancestors().take(MAX_ABOVE).find_map(|f| Some((f, git_folder(f)?)))?;
    let common = small(&git.join("commondir")).map(|c| git.join(c.trim()));
    let config = small(&common.unwrap_or(git).join("config"))?;
    let (host, repository) = parse_remote(&remote_address(&config)?)?;
    let prefix = root.strip_prefix(top).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    Some(Remote { host, repository, prefix })
}

/// The address of `origin`, or of the only remote, in git's configuration.
fn remote_address(config: &str) -> Option<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut name = None;
    for line in config.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let quoted = section.strip_prefix("remote \"").and_then(|s| s.split_once("\"]"));
            name = quoted.map(|(name, _)| name.to_owned());
        } else if let (Some(name), Some((key, value))) = (&name, line.split_once('='))
            && key.trim().eq_ignore_ascii_case("url")
            // The first address is the one that is fetched from.
            && !found.iter().any(|(n, _)| n == name)
        {
            found.push((name.clone(), value.trim().trim_matches('"').to_owned()));
        }
    }
    let only = if found.len() == 1 { found.first() } else { None };
    found.iter().find(|(name, _)| name == "origin").or(only).map(|(_, address)| address.clone())
}

/// Host and repository of an address such as `https://github.com/owner/name.git`, `ssh://git@…` or
/// `git@github.com:owner/name.git`. Whoever stands before `@` is passed over.
fn parse_remote(address: &str) -> Option<(Host, String)> {
    let (authority, path) = match address.split_once("://") {
        Some(("https" | "ssh", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => address.split_once(':')?,
    };
    let host = authority.rsplit('@').next()?;
    let host = host
        .split_once(':')
        .map_or(host, |(host, port)| if matches!(port, "22" | "443") { host } else { "" });
    let (_, host) = Host::ALL.into_iter().find(|(name, _)| host.eq_ignore_ascii_case(name))?;
    let path = path.trim_start_matches('/').trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let plain = |p: &&str| {
        !p.starts_with('.')
            && !p.is_empty()
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b))
    };
    // Only GitLab has groups in groups.
    let depth = if host == Host::GitLab { 2..=12 } else { 2..=2 };
    (path.len() <= 300 && depth.contains(&parts.len()) && parts.iter().all(plain))
        .then(|| (host, parts.join("/")))
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
    use super::{Host, commit, parse_remote, remote, remote_address};

    #[test]
    fn remotes_of_known_hosts_are_understood_and_others_are_not() {
        for (address, expected) in [
            ("https://github.com/owner/name.git", Some((Host::GitHub, "owner/name"))),
            ("https://github.com/owner/name/", Some((Host::GitHub, "owner/name"))),
            ("https://user:s3cret@github.com/owner/name", Some((Host::GitHub, "owner/name"))),
            ("https://a:b@c:d@github.com/owner/name", Some((Host::GitHub, "owner/name"))),
            ("git@bitbucket.org:team/app.git", Some((Host::Bitbucket, "team/app"))),
            ("ssh://git@gitlab.com:22/a/b/c.git", Some((Host::GitLab, "a/b/c"))),
            ("https://GitHub.com/owner/na.me", Some((Host::GitHub, "owner/na.me"))),
            ("http://github.com/owner/name", None),
            ("git://github.com/owner/name", None),
            ("https://github.com.evil.example/owner/name", None),
            ("https://evil.example/github.com/owner/name", None),
            ("https://github.com@evil.example/owner/name", None),
            ("https://github.com:8443/owner/name", None),
            ("https://github.com/owner", None),
            ("https://github.com/a/b/c", None),
            ("https://github.com/../name", None),
            ("https://github.com/owner/na me", None),
            ("https://github.com/owner/name?x=<b>", None),
            ("https://github.com/owner/na)me", None),
            ("/srv/git/name.git", None),
            ("C:\\git\\name", None),
            ("gh:owner/name", None),
            ("", None),
        ] {
            let found = parse_remote(address);
            assert_eq!(found.as_ref().map(|(h, r)| (*h, r.as_str())), expected, "{address}");
        }
    }

    #[test]
    fn the_remote_is_origin_or_the_only_one() {
        for (config, expected) in [
            ("[remote \"origin\"]\n\turl = a\n\turl = b\n", Some("a")),
            ("[remote \"x\"]\nurl=x\n[core]\nurl = no\n[remote \"origin\"]\nURL = o\n", Some("o")),
            ("[remote \"x\"]\n\turl = x\n", Some("x")),
            ("[remote \"x\"]\n\turl = x\n[remote \"y\"]\n\turl = y\n", None),
            ("[remote \"origin\"]\n\tpushurl = p\n", None),
            ("url = a\n", None),
        ] {
            assert_eq!(remote_address(config).as_deref(), expected, "{config}");
        }
    }

    #[test]
    fn the_checked_folder_may_lie_in_the_checkout() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inner = dir.path().join("apps/one");
        std::fs::create_dir_all(&inner).expect("made");
        std::fs::create_dir(dir.path().join(".git")).expect("made");
        assert_eq!(remote(&inner), None);
        let config = "[remote \"origin\"]\n\turl = https://x:y@github.com/o/n.git\n";
        std::fs::write(dir.path().join(".git/config"), config).expect("written");
        let found = remote(&inner).expect("a known host");
        assert_eq!((found.repository.as_str(), found.prefix.as_str()), ("o/n", "apps/one"));
        assert_eq!(remote(dir.path()).expect("a known host").prefix, "");
    }

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
