//! The stable identity of a finding: the same when lines move, different when the code changes.
//!
//! FNV-1a with 64 bits, written out because a persisted value must not depend on a hasher without a
//! promise of stability.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Finding;
use crate::text::SourceFile;

/// FNV-1a, 64 bits.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The fingerprint of the `nth` finding (from 0) of `rule` in `file` about `subject`.
///
/// `subject` is the marked source text; white space in it does not count, so reformatting a line
/// changes nothing. `nth` counts findings that would otherwise be alike, in order of position.
#[must_use]
pub fn fingerprint(rule: &str, file: &str, subject: &str, nth: usize) -> String {
    let subject: Vec<&str> = subject.split_whitespace().collect();
    let key = format!("{rule}\0{file}\0{}\0{nth}", subject.join(" "));
    format!("{:016x}", fnv1a(key.as_bytes()))
}

/// The identities of one app's findings, in their order. `name` says what to call a file: its path, and
/// whatever else tells it from others of that path.
pub fn identify(
    findings: &[Finding],
    files: &BTreeMap<Arc<str>, SourceFile>,
    name: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let identity = |finding: &Finding| {
        let text = files.get(&finding.place.file).map_or("", |f| f.slice(finding.place.span));
        // A finding about a whole file marks nothing; what it says is then its subject.
        let subject = if text.trim().is_empty() { finding.message.as_str() } else { text };
        let file = name(&finding.place.file);
        let first = fingerprint(finding.rule, &file, subject, 0);
        let nth = alike.entry(first.clone()).or_default();
        *nth += 1;
        if *nth == 1 { first } else { fingerprint(finding.rule, &file, subject, *nth - 1) }
    };
    findings.iter().map(identity).collect()
}

/// What a file of an app is called in fingerprints: its path below the app's root, and the app's key. So they are
/// the same from wherever the check starts, and another app's file of that name is told apart.
#[must_use]
pub fn name_in_app(root: &str, key: &str, path: &str) -> String {
    let below = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')).filter(|_| root != ".");
    match key {
        "" => below.unwrap_or(path).to_owned(),
        key => format!("{key}\0{}", below.unwrap_or(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value_and_white_space() {
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c, "published FNV-1a test vector");
        assert_eq!(fingerprint("r", "f", "a  b\n c", 0), fingerprint("r", "f", "a b c", 0));
        assert_ne!(fingerprint("r", "f", "a", 0), fingerprint("r", "f", "a", 1));
    }

    #[test]
    fn a_file_is_called_the_same_from_wherever_the_check_starts() {
        assert_eq!(name_in_app(".", "", "src/a.ts"), "src/a.ts");
        assert_eq!(name_in_app("apps/x", "k", "apps/x/src/a.ts"), name_in_app(".", "k", "src/a.ts"));
        assert_ne!(name_in_app("apps/x", "k", "apps/x/a.ts"), name_in_app("apps/y", "l", "apps/y/a.ts"));
        assert_eq!(name_in_app("apps/x", "", "apps/xy/a.ts"), "apps/xy/a.ts", "not below it");
    }
}
