//! Answers kept on disk, so that a second check asks only whether anything changed.
//!
//! One file an address: a line of JSON about the answer, then its body. The folder is the user's own, and nobody else
//! may look into it, for `--allow-host` may have fetched what is not public; what stands in it is still read as if a stranger had written it. Whatever fails here costs a request, no more.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::fetch::Answer;
use crate::files::{make_private, trim, write_whole};
use crate::findings::fingerprint::fnv1a;

/// The most answers that are kept.
const MOST: usize = 200;

/// The most bytes that are kept.
const MOST_BYTES: u64 = 64 << 20;

/// Answers that are older are as good as none.
const OLDEST: u64 = 30 * 24 * 3600;

/// The longest first line.
const MAX_HEAD: usize = 16 << 10;

/// Bumped when the form of the files changes.
const VERSION: u32 = 1;

const SUFFIX: &str = "answer";

/// Where answers are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    max_bytes: usize,
}

/// What a server says by which it can tell whether something changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validators {
    /// The headers of a conditional request.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let clean = |v: &String| v.bytes().all(|b| (b' '..0x7f).contains(&b));
        let etag = self.etag.iter().filter(|v| clean(v)).map(|v| ("if-none-match", v.clone()));
        let date = self.last_modified.iter().filter(|v| clean(v)).map(|v| ("if-modified-since", v.clone()));
        etag.chain(date).collect()
    }
}

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The answer.
    pub answer: Answer,
    /// By what the server can tell whether it is still right.
    pub validators: Validators,
    /// How many seconds ago it was given or found to be still right.
    pub age: u64,
}

impl Kept {
    /// The answer with its age.
    pub(super) fn into_answer(self) -> Answer {
        Answer { age: Some(self.age), ..self.answer }
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    url: String,
    final_url: String,
    redirects: usize,
    status: u16,
    content_type: Option<String>,
    content_language: Option<String>,
    #[serde(flatten)]
    validators: Validators,
    at: i64,
    size: usize,
}

impl Cache {
    /// A cache in a folder, which is made when something is to be kept.
    #[must_use]
    pub fn new(folder: PathBuf, max_bytes: usize) -> Self {
        Self { folder, max_bytes }
    }

    fn path(&self, url: &Url) -> PathBuf {
        self.folder.join(format!("{:016x}.{SUFFIX}", fnv1a(url.as_str().as_bytes())))
    }

    /// What is kept of an address.
    #[must_use]
    pub fn get(&self, url: &Url, now: i64) -> Option<Kept> {
        let most = self.max_bytes + MAX_HEAD;
        let mut bytes = Vec::new();
        let file = fs::File::open(self.path(url)).ok()?;
        file.take(most as u64 + 1).read_to_end(&mut bytes).ok()?;
        let end = bytes.iter().take(MAX_HEAD).position(|b| *b == b'\n')?;
        let head: Head = serde_json::from_slice(bytes.get(..end)?).ok()?;
        let body = bytes.get(end + 1..)?;
        // Another address may have the same name of a file.
        if head.version != VERSION || head.url != url.as_str() || body.len() != head.size {
            return None;
        }
        let age = u64::try_from(now.checked_sub(head.at)?).ok().filter(|age| *age <= OLDEST)?;
        let answer = Answer {
            status: head.status,
            final_url: super::guard::address(&head.final_url).ok()?,
            redirects: head.redirects,
            content_type: head.content_type,
            content_language: head.content_language,
            packed: None,
            bytes: body.to_vec(),
            age: None,
        };
        Some(Kept { answer, validators: head.validators, age })
    }

    /// Keeps an answer, if it is one that stays.
    pub(super) fn put(&self, url: &Url, answer: &Answer, validators: &Validators, now: i64) {
        if answer.status != 200 || answer.packed.is_some() || answer.bytes.len() > self.max_bytes {
            // What was there before is no longer so.
            let _ = fs::remove_file(self.path(url));
            return;
        }
        let head = Head {
            version: VERSION,
            url: url.to_string(),
            final_url: answer.final_url.to_string(),
            redirects: answer.redirects,
            status: answer.status,
            content_type: answer.content_type.clone(),
            content_language: answer.content_language.clone(),
            validators: validators.clone(),
            at: now,
            size: answer.bytes.len(),
        };
        let Ok(mut bytes) = serde_json::to_vec(&head) else { return };
        if bytes.len() >= MAX_HEAD || make_private(&self.folder).is_err() {
            return;
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(&answer.bytes);
        if write_whole(&self.path(url), &bytes).is_ok() {
            trim(&self.folder, SUFFIX, MOST, MOST_BYTES);
        }
    }

    /// Notes that what is kept was found to be still right.
    pub(super) fn touch(&self, url: &Url, kept: &Kept, now: i64) {
        self.put(url, &kept.answer, &kept.validators, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(url: &Url, body: &[u8]) -> Answer {
        Answer {
            status: 200,
            final_url: url.clone(),
            redirects: 1,
            content_type: Some("text/html; charset=utf-8".to_owned()),
            content_language: None,
            packed: None,
            bytes: body.to_vec(),
            age: None,
        }
    }

    #[test]
    fn what_is_kept_comes_back_with_its_age() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let cache = Cache::new(folder.path().join("a/b"), 100);
        let url = Url::parse("https://vendor.io/privacy").expect("an address");
        let validators = Validators { etag: Some("\"1\"".to_owned()), last_modified: None };
        assert_eq!(cache.get(&url, 5), None);
        cache.put(&url, &answer(&url, b"one\ntwo"), &validators, 1_000);
        let kept = cache.get(&url, 1_060).expect("it was kept");
        assert_eq!((kept.age, &kept.answer, &kept.validators), (60, &answer(&url, b"one\ntwo"), &validators));
        assert_eq!(cache.get(&url, 999), None, "from the future");
        assert_eq!(cache.get(&url, 1_001 + OLDEST as i64), None, "too old");
        cache.touch(&url, &kept, 2_000);
        assert_eq!(cache.get(&url, 2_001).map(|k| k.age), Some(1));
        cache.put(&url, &Answer { status: 404, ..answer(&url, b"") }, &validators, 2_002);
        assert_eq!(cache.get(&url, 2_003), None, "it is gone by now");
        cache.put(&url, &answer(&url, &[b'x'; 101]), &validators, 2_002);
        assert_eq!(cache.get(&url, 2_003), None, "too large");
    }

    #[test]
    fn whatever_lies_there_does_no_harm() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let cache = Cache::new(folder.path().to_owned(), 100);
        let url = Url::parse("https://vendor.io/privacy").expect("an address");
        let right = |url: &str| {
            format!(
                "{{\"version\":1,\"url\":\"{url}\",\"final_url\":\"{url}\",\"redirects\":0,\"status\":200,\"content_type\":null,\"content_language\":null,\"at\":10,\"size\":2}}\n"
            )
        };
        for (content, expected) in [
            (right("https://vendor.io/privacy") + "ab", true),
            (right("https://vendor.io/privacy") + "abc", false),
            (right("https://vendor.io/other") + "ab", false),
            (right("https://vendor.io/privacy").replace("\"version\":1", "\"version\":2") + "ab", false),
            (
                right("https://vendor.io/privacy").replace("\"final_url\":\"https", "\"final_url\":\"file")
                    + "ab",
                false,
            ),
            (String::new(), false),
            ("{}\n".to_owned(), false),
            ("x".repeat(100_000), false),
        ] {
            fs::write(cache.path(&url), &content).expect("writable");
            assert_eq!(cache.get(&url, 20).is_some(), expected, "{content:.120}");
        }
    }

    #[test]
    fn the_oldest_go_first() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let cache = Cache::new(folder.path().to_owned(), 100);
        for n in 0..MOST + 5 {
            let url = Url::parse(&format!("https://vendor.io/{n}")).expect("an address");
            cache.put(&url, &answer(&url, b""), &Validators::default(), 10);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), MOST);
        let last = Url::parse(&format!("https://vendor.io/{}", MOST + 4)).expect("an address");
        assert!(cache.get(&last, 11).is_some());
    }
}
