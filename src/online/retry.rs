//! When to ask again, and how long to wait before.

use std::time::Duration;

/// How often and after which waits a request is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The wait before the second; it doubles with each.
    pub first: Duration,
    /// A server that asks for a longer wait than this is not asked again.
    pub longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, first: Duration::from_millis(500), longest: Duration::from_secs(20) }
    }
}

impl Retry {
    /// The wait before the next attempt, or `None` when there is none. `attempt` counts from 1; `asked` is what
    /// the server wants.
    pub(super) fn wait(&self, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let own = self.first.saturating_mul(1 << (attempt - 1).min(16)).min(self.longest);
        match asked {
            Some(asked) if asked > self.longest => None,
            Some(asked) => Some(asked.max(own)),
            None => Some(own),
        }
    }
}

/// Whether a status may be another one in a moment.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// What `Retry-After` asks for: a number of seconds, or a date.
pub(super) fn after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // A number that no machine can wait for is as good as the largest that it can.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp().as_second();
    Some(Duration::from_secs(u64::try_from(at.saturating_sub(now)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_retry_after() {
        // Sun, 06 Nov 1994 08:49:37 GMT
        let now = 784_111_777;
        for (value, expected) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(after(value, now), expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let retry = Retry { attempts: 4, first: Duration::from_secs(1), longest: Duration::from_secs(3) };
        let seconds = |attempt, asked: Option<u64>| {
            retry.wait(attempt, asked.map(Duration::from_secs)).map(|w| w.as_secs())
        };
        assert_eq!([1, 2, 3, 4].map(|n| seconds(n, None)), [Some(1), Some(2), Some(3), None]);
        assert_eq!(seconds(1, Some(2)), Some(2));
        assert_eq!(seconds(2, Some(0)), Some(2), "no faster than by itself");
        assert_eq!(seconds(1, Some(4)), None, "who wants more patience than there is, is left alone");
    }
}
