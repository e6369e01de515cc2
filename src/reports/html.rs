//! The report as one HTML page: no network, readable without scripts, filtered with them.
//!
//! `page` gathers plain texts, `diagram` lays the flows out, the template makes the structure. Every value
//! is escaped by the template engine; nothing is ever marked as safe. The policy in the page's head lets no
//! script and no style run but the two that come with it, by their hashes.

mod diagram;
mod page;

use std::io;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::Checked;
use crate::readiness::Table;

const TEMPLATE: &str = include_str!("../../templates/report.html.j2");
const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");
/// The SHA-256 of the style as it stands in the page; a test computes it.
const STYLE_HASH: &str = "3toohnR8FWS06RkiJa8KufwreJQDsAfvNOnYj8w56YY=";
/// The SHA-256 of the script.
const SCRIPT_HASH: &str = "xd5AtDjFhs4XrJ/OzttpVcrwYFx5VjAy8QMpT2vu9h4=";

/// The page over all checked roots; `readiness` has a table for each app, or none.
///
/// # Errors
/// Never for any input; when the built-in template is wrong.
pub(super) fn render(checked: &[Checked], readiness: &[Table]) -> io::Result<String> {
    let mut environment = Environment::new();
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // The style and the script are included as they are; the page itself escapes.
    environment.set_auto_escape_callback(|name| match name {
        "report.html" => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.remove_filter("safe");
    let parts = [("report.html", TEMPLATE), ("report.css", STYLE), ("report.js", SCRIPT)];
    for (name, text) in parts {
        environment.add_template(name, text).map_err(io::Error::other)?;
    }
    let page = page::page(checked, readiness, STYLE_HASH, SCRIPT_HASH);
    let template = environment.get_template("report.html").map_err(io::Error::other)?;
    let text = template.render(Value::from(Serde(&page))).map_err(io::Error::other)?;
    Ok(format!("{}\n", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 as FIPS 180-4 has it: the policy names the two texts by it, and nothing else here needs one.
    fn sha256(data: &[u8]) -> [u8; 32] {
        // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
        let primes = (2_u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
        let root = |n: u64, power: u32| {
            // Integer root of n · 2^(32 · power), whose low 32 bits are the fraction.
            let wanted = u128::from(n) << (32 * power.min(3));
            let (mut low, mut high) = (0_u128, 1_u128 << 40);
            while high - low > 1 {
                let middle = (low + high) / 2;
                if middle.pow(power) <= wanted { low = middle } else { high = middle }
            }
            u32::try_from(low & 0xffff_ffff).expect("it was cut to 32 bits")
        };
        let first: Vec<u64> = primes.take(64).collect();
        let k: Vec<u32> = first.iter().map(|p| root(*p, 3)).collect();
        let mut h: Vec<u32> = first.iter().take(8).map(|p| root(*p, 2)).collect();
        let mut padded = data.to_vec();
        padded.push(0x80);
        while padded.len() % 64 != 56 {
            padded.push(0);
        }
        padded.extend((data.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks(64) {
            let mut w: Vec<u32> =
                block.chunks(4).map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]])).collect();
            for i in 16..64 {
                let (a, b) = (w[i - 15], w[i - 2]);
                let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
                let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
                w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
            }
            let mut v = h.clone();
            for i in 0..64 {
                let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
                let t1 = v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(k[i]).wrapping_add(w[i]);
                let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let t2 = s0.wrapping_add((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
                v.rotate_right(1);
                v[4] = v[4].wrapping_add(t1);
                v[0] = t1.wrapping_add(t2);
            }
            for (sum, more) in h.iter_mut().zip(v) {
                *sum = sum.wrapping_add(more);
            }
        }
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(h.iter().flat_map(|w| w.to_be_bytes())) {
            *to = from;
        }
        out
    }

    fn base64(bytes: &[u8]) -> String {
        const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for part in bytes.chunks(3) {
            let at = |i: usize| u32::from(part.get(i).copied().unwrap_or(0));
            let all = at(0) << 16 | at(1) << 8 | at(2);
            for sign in 0..4 {
                let index = (all >> (18 - 6 * sign)) & 63;
                out.push(if sign > part.len() { '=' } else { char::from(SIGNS[index as usize]) });
            }
        }
        out
    }

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let known = sha256(b"abc");
        assert_eq!(&known[..4], [0xba, 0x78, 0x16, 0xbf], "the published test vector");
        // The engine drops the line break at the end of what it includes.
        for (name, text, hash) in [("style", STYLE, STYLE_HASH), ("script", SCRIPT, SCRIPT_HASH)] {
            assert_eq!(base64(&sha256(text.trim_end_matches('\n').as_bytes())), hash, "the {name}'s hash");
        }
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }
}
