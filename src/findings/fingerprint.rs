//! The stable identity of a finding: the same when lines move, different when the code changes.
//!
//! FNV-1a with 64 bits, written out because a persisted value must not depend on a hasher without a
//! promise of stability.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value_and_white_space() {
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c, "published FNV-1a test vector");
        assert_eq!(fingerprint("r", "f", "a  b\n c", 0), fingerprint("r", "f", "a b c", 0));
        assert_ne!(fingerprint("r", "f", "a", 0), fingerprint("r", "f", "a", 1));
    }
}
