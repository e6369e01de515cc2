//! How often something runs, by the text that says so: cron expressions, words, units, products of numbers.
//!
//! Texts only; no program. The answer is the longest time between two runs, in whole hours, at least one.

use std::sync::LazyLock;

use regex::Regex;

/// No text that says how often is longer.
const MOST: usize = 4_000;

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, and a test uses it")
}

/// `*/5 3 * * 1` in quotes: five to seven fields.
static CRON: LazyLock<Regex> =
    LazyLock::new(|| constant(r#"["'`]((?:[0-9*/,\-?LWA-Za-z#]+ +){4,6}[0-9*/,\-?LWA-Za-z#]+)["'`]"#));
/// `7 days`, `7.days`, `7d`, `P7D`, `every('1 week')`.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)\b(?:PT?)?([0-9]+)[ .)]*(minutes?|mins?|hours?|hrs?|days?|weeks?|months?|[mhdw])\b")
});
/// `days=7`, `days: 7`, `FromDays(7)`, `ofDays(7)`, `days(7)`.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)(minutes?|hours?|days?|weeks?|months?)\s*(?:=|:|\(|=>)\s*([0-9]+)"));
/// `TimeUnit.DAYS` behind a number, `7, TimeUnit.DAYS`.
static UNIT: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\b([0-9]+)L?\s*,\s*(?:[a-z.]*\.)?(MINUTES|HOURS|DAYS)\b"));
/// `7 * 24 * time.Hour`.
static GO: LazyLock<Regex> =
    LazyLock::new(|| constant(r"((?:[0-9]+\s*\*\s*)*)time\.(Minute|Hour)((?:\s*\*\s*[0-9]+)*)"));
/// `fixedRate = 604_800_000L`, `fixedDelayString = "604800000"`.
static FIXED: LazyLock<Regex> = LazyLock::new(|| {
    constant(r#"(?:fixedRate|fixedDelay)(?:String)?\s*=\s*"?([0-9_]+(?:\s*\*\s*[0-9_]+L?)*)L?"?"#)
});
/// `weekly`, `@daily`, `Cron.Weekly`, `day_of_week=…`.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)(?:\b|_|@)(every_?minute|every_?five_?minutes|every_?ten_?minutes|minutely|hourly|daily|nightly|weekly|fortnightly|biweekly|monthly|quarterly|yearly|annually|day_?of_?week|day_?of_?month)(?:\b|_|At|On)",
    )
});

/// A field of a cron expression by its name.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r#"\b(minute|hour|day_of_week|day_of_month|month_of_year|day|month)\s*=\s*["']?([0-9*/,\-A-Za-z]+)"#,
    )
});

const DAY: u32 = 24;
const WEEK: u32 = 7 * DAY;
const MONTH: u32 = 31 * DAY;

/// The hours that a text says.
pub(super) fn hours(text: &str) -> Option<u32> {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or("");
    if let Some(found) = CRON.captures(text).and_then(|c| cron(c.get(1)?.as_str())) {
        return Some(found);
    }
    if let Some(found) = keyed(text) {
        return Some(found);
    }
    if let Some(found) = FIXED.captures(text).and_then(|c| milliseconds(c.get(1)?.as_str())) {
        return Some(found);
    }
    if let Some(c) = GO.captures(text) {
        let unit = if c.get(2)?.as_str() == "Hour" { 3_600_000 } else { 60_000 };
        let factors = format!("{}*{}", c.get(1)?.as_str(), c.get(3)?.as_str());
        let product = factors
            .split('*')
            .map(str::trim)
            .filter(|f| !f.is_empty())
            .try_fold(unit, |product: u64, f| product.checked_mul(f.parse().ok()?));
        return product.and_then(whole);
    }
    for (pattern, number, unit) in [(&UNIT, 1, 2), (&NAMED, 2, 1), (&AMOUNT, 1, 2)] {
        if let Some(c) = pattern.captures(text)
            && let Some(found) = amount(c.get(number)?.as_str(), c.get(unit)?.as_str())
        {
            return Some(found);
        }
    }
    let word = WORD.captures(text)?.get(1)?.as_str().to_ascii_lowercase().replace('_', "");
    Some(match word.as_str() {
        "hourly" | "minutely" => 1,
        w if w.starts_with("every") => 1,
        "daily" | "nightly" => DAY,
        "weekly" | "dayofweek" => WEEK,
        "fortnightly" | "biweekly" => 2 * WEEK,
        "monthly" | "dayofmonth" => MONTH,
        "quarterly" => 3 * MONTH,
        _ => 366 * DAY,
    })
}

/// `crontab(hour=3, day_of_week=1)`, `add_job(f, 'cron', hour=3)`: the fields of a cron expression by name.
fn keyed(text: &str) -> Option<u32> {
    let inner = match text.find("crontab(") {
        Some(at) => text.get(at + "crontab(".len()..)?,
        None if text.contains("'cron'") || text.contains("\"cron\"") => text,
        None => return None,
    };
    let mut fields = ["*", "*", "*", "*", "*"].map(str::to_owned);
    if inner.starts_with(|c: char| c.is_ascii_digit()) {
        let given = inner.split([')', '=']).next()?.split(',').map(str::trim);
        for (field, value) in fields.iter_mut().zip(given) {
            value.clone_into(field);
        }
    }
    for c in KEY.captures_iter(inner).take(10) {
        let at = match c.get(1)?.as_str() {
            "minute" => 0,
            "hour" => 1,
            "day" | "day_of_month" => 2,
            "month" | "month_of_year" => 3,
            _ => 4,
        };
        if let Some(field) = fields.get_mut(at) {
            c.get(2)?.as_str().clone_into(field);
        }
    }
    cron(&fields.join(" "))
}

fn amount(number: &str, unit: &str) -> Option<u32> {
    let number: u32 = number.parse().ok()?;
    let hours = match unit.chars().next()?.to_ascii_lowercase() {
        'h' => 1,
        'd' => DAY,
        'w' => WEEK,
        'm' if unit.to_ascii_lowercase().starts_with("month") => MONTH,
        _ => return Some(number.div_ceil(60).max(1)),
    };
    number.checked_mul(hours).map(|h| h.max(1))
}

/// The hours of a product of numbers that are milliseconds: `7 * 24 * 60 * 60 * 1000`.
pub(super) fn milliseconds(text: &str) -> Option<u32> {
    whole(product(text)?)
}

/// The hours of a product of numbers that are seconds.
pub(super) fn seconds(text: &str) -> Option<u32> {
    whole(product(text)?.checked_mul(1_000)?)
}

fn product(text: &str) -> Option<u64> {
    if text.len() > 400 {
        return None;
    }
    text.split(['*', '(', ')']).map(str::trim).filter(|f| !f.is_empty()).try_fold(1_u64, |product, factor| {
        let digits = factor.trim_end_matches(['L', 'l']).replace('_', "");
        let digits = digits.strip_suffix(".0").unwrap_or(&digits);
        product.checked_mul(digits.parse().ok()?)
    })
}

fn whole(milliseconds: u64) -> Option<u32> {
    u32::try_from(milliseconds.div_ceil(3_600_000)).ok().map(|h| h.max(1))
}

/// The hours between two runs of a cron expression, at most; `None` when it is none.
pub(super) fn cron(text: &str) -> Option<u32> {
    let mut fields: Vec<&str> = text.split_whitespace().collect();
    // With seconds in front, and a year behind.
    if fields.len() == 7 {
        fields.pop();
    }
    if fields.len() == 6 {
        fields.remove(0);
    }
    let [_, hour, day, month, weekday] = fields.as_slice() else { return None };
    if !fields.iter().all(|f| f.chars().all(|c| c.is_ascii_alphanumeric() || "*/,-?#".contains(c))) {
        return None;
    }
    let free = |f: &str| matches!(f, "*" | "?");
    let days = match (free(day), free(weekday)) {
        (true, true) => None,
        (false, true) => Some(gap(day, 31, 31)),
        (true, false) => Some(gap(&numbered(weekday), 7, 7)),
        // Either of the two is enough.
        (false, false) => Some(gap(day, 31, 31).min(gap(&numbered(weekday), 7, 7))),
    };
    let hours = match days {
        Some(days) => days.checked_mul(DAY)?,
        None if free(hour) => 1,
        None => gap(hour, 24, 24),
    };
    Some(if free(month) {
        hours.max(1)
    } else {
        hours.max(gap(&numbered(month), 12, 12).checked_mul(MONTH)?)
    })
}

/// The longest gap between two values of a field in a cycle of that length.
fn gap(field: &str, cycle: u32, otherwise: u32) -> u32 {
    if let Some((_, step)) = field.split_once('/') {
        return step.parse().map_or(otherwise, |s: u32| s.clamp(1, cycle));
    }
    let mut values: Vec<u32> = Vec::new();
    for part in field.split(',').take(60) {
        match part.split_once('-') {
            Some((from, to)) => {
                if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) {
                    values.extend(from..=to.min(from.saturating_add(cycle)));
                }
            }
            None => values.extend(part.trim_end_matches(['L', 'W', '#']).parse::<u32>()),
        }
    }
    values.iter_mut().for_each(|v| *v %= cycle);
    values.sort_unstable();
    values.dedup();
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return otherwise };
    let inner = values.windows(2).filter_map(|w| w.get(1)?.checked_sub(*w.first()?)).max().unwrap_or(0);
    inner.max(cycle - last + first)
}

/// Names of days and months as numbers; which of them is the first does not change a gap.
fn numbered(field: &str) -> String {
    const NAMES: &[&[&str]] = &[
        &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    ];
    let mut out = field.to_ascii_lowercase();
    for names in NAMES {
        for (n, name) in names.iter().enumerate() {
            out = out.replace(name, &n.to_string());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_expressions() {
        for (text, expected) in [
            ("37 2 * * 3", Some(168)),
            ("0 3 * * MON", Some(168)),
            ("0 3 * * MON,THU", Some(96)),
            ("0 3 * * 1-5", Some(72)),
            ("0 0 * * *", Some(24)),
            ("0 */6 * * *", Some(6)),
            ("0 8,20 * * *", Some(12)),
            ("*/10 * * * *", Some(1)),
            ("0 0 1 * *", Some(744)),
            ("0 0 1,15 * *", Some(17 * 24)),
            ("0 0 */3 * *", Some(72)),
            ("0 0 0 ? * SUN", Some(168)),
            ("0 0 4 * * MON *", Some(168)),
            ("0 0 1 1 *", Some(12 * 744)),
            ("not a cron", None),
            ("0 0 * *", None),
        ] {
            assert_eq!(cron(text), expected, "{text}");
        }
    }

    #[test]
    fn what_people_write() {
        for (text, expected) in [
            ("cron.schedule('37 2 * * 3', job)", Some(168)),
            ("@Scheduled(cron = \"0 0 4 * * MON\")", Some(168)),
            ("@Scheduled(fixedRate = 604_800_000)", Some(168)),
            ("@Scheduled(fixedRateString = \"86400000\")", Some(24)),
            ("@Scheduled(fixedDelay = 7 * 24 * 60 * 60 * 1000L)", Some(168)),
            ("executor.scheduleAtFixedRate(this::run, 0, 7, TimeUnit.DAYS)", Some(168)),
            ("new PeriodicTimer(TimeSpan.FromDays(7))", Some(168)),
            ("RecurringJob.AddOrUpdate<R>(\"r\", r => r.Run(), Cron.Weekly)", Some(168)),
            ("$schedule->call($f)->weeklyOn(1, '8:00')", Some(168)),
            ("$schedule->command('x')->dailyAt('13:00')", Some(24)),
            ("scheduler.add_job(report, 'interval', days=7)", Some(168)),
            ("crontab(minute=0, hour=3, day_of_week=1)", Some(168)),
            ("schedule.every(10).days.do(report)", Some(240)),
            ("timedelta(weeks=2)", Some(336)),
            ("time.NewTicker(7 * 24 * time.Hour)", Some(168)),
            ("c.AddFunc(\"@weekly\", report)", Some(168)),
            ("c.AddFunc(\"@every 36h\", report)", Some(36)),
            ("every 1.week do", Some(168)),
            ("scheduler.every '7d' do", Some(168)),
            ("agenda.every('30 minutes', 'report')", Some(1)),
            ("s.Every(1).Week().Do(report)", Some(168)),
            ("scheduler.add_job(report, 'cron', day_of_week='mon', hour=3)", Some(168)),
            ("crontab(0, 3)", Some(24)),
            ("run(report)", None),
        ] {
            assert_eq!(hours(text), expected, "{text}");
        }
    }

    #[test]
    fn products_of_numbers() {
        for (text, expected) in [
            ("7 * 24 * 60 * 60 * 1000", Some(168)),
            ("604800000", Some(168)),
            ("(24 * 3600_000)", Some(24)),
            ("1000", Some(1)),
            ("WEEK", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
        assert_eq!(seconds("604800.0"), Some(168));
    }
}
