//! The addresses at which a host of code shows a commit and a line.

use super::model::Source;
use crate::inputs::checkout::{Host, Remote};

/// Where `commit` of `remote` can be seen; `None` for what is no commit.
#[must_use]
pub fn source(remote: &Remote, commit: &str) -> Option<Source> {
    if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let (tree, blob, line) = match remote.host {
        Host::GitHub => ("tree", "blob", "L{line}"),
        Host::GitLab => ("-/tree", "-/blob", "L{line}"),
        Host::Bitbucket => ("src", "src", "lines-{line}"),
    };
    let base = format!("https://{}/{}", remote.host.name(), remote.repository);
    let place_url = format!("{base}/{blob}/{commit}/{{file}}#{line}");
    let mut source = Source { commit_url: format!("{base}/{tree}/{commit}"), place_url };
    if !remote.prefix.is_empty() {
        // Through the same encoding as a file: a folder may be called anything.
        let prefix = source.link(&remote.prefix, 1)?;
        let from = prefix.find(commit)? + commit.len() + 1;
        let prefix = prefix.get(from..)?.split('#').next()?.to_owned();
        source.place_url = source.place_url.replace("{file}", &format!("{prefix}/{{file}}"));
    }
    Some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "3f9c1d2e8b7a6054c1f0e9d8b7a695847362514f";

    fn at(host: Host, repository: &str, prefix: &str) -> Source {
        let remote = Remote { host, repository: repository.to_owned(), prefix: prefix.to_owned() };
        source(&remote, COMMIT).expect("a commit")
    }

    #[test]
    fn every_host_has_its_addresses() {
        for (host, repository, prefix, expected) in [
            (Host::GitHub, "o/n", "", "https://github.com/o/n/blob/COMMIT/src/a%20b.ts#L7"),
            (Host::GitLab, "g/s/n", "", "https://gitlab.com/g/s/n/-/blob/COMMIT/src/a%20b.ts#L7"),
            (
                Host::Bitbucket,
                "t/n",
                "apps/o#e",
                "https://bitbucket.org/t/n/src/COMMIT/apps/o%23e/src/a%20b.ts#lines-7",
            ),
        ] {
            let link = at(host, repository, prefix).link("src/a b.ts", 7).expect("a path");
            assert_eq!(link, expected.replace("COMMIT", COMMIT));
        }
        assert_eq!(at(Host::GitLab, "g/n", "").commit_url, format!("https://gitlab.com/g/n/-/tree/{COMMIT}"));
    }

    #[test]
    fn no_path_leads_elsewhere() {
        let source = at(Host::GitHub, "o/n", "");
        for file in ["../a", "a/../../b", "/etc/passwd", "a//b", "", "."] {
            assert_eq!(source.link(file, 1), None, "{file}");
        }
        let odd = source.link("a)b>c\"d|{line}\u{202e}é", 1).expect("a path");
        assert!(odd.ends_with("/a%29b%3Ec%22d%7C%7Bline%7D%E2%80%AE%C3%A9#L1"), "{odd}");
        let remote = Remote { host: Host::GitHub, repository: "o/n".to_owned(), prefix: String::new() };
        assert_eq!(super::source(&remote, "main"), None);
    }
}
