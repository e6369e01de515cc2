//! Personal data reporting (`personal-data.yaml`): reports, schedules, answers, erasure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::clients::{UNKNOWN_PACKAGE, same_package};
use super::pattern::Pattern;

static TABLE: LazyLock<PersonalData> = LazyLock::new(|| {
    let mut table: PersonalData = table!("personal-data");
    for schedule in &mut table.schedules {
        schedule.patterns = schedule.calls.iter().map(|c| Pattern::parse(c)).collect();
    }
    table.uninstall_words = AhoCorasick::builder().ascii_case_insensitive(true).build(&table.uninstall).ok();
    table.deletes.patterns = table.deletes.calls.iter().map(|c| Pattern::parse(c)).collect();
    table
});

/// What a report is.
#[derive(Debug, Deserialize)]
pub struct Report {
    /// The end of its path.
    pub path: String,
    /// The most accounts in one.
    pub most_accounts: u32,
    /// How often, by the guide on reporting.
    pub cycle_days: u32,
    /// How often, by the guide on profile visibility.
    pub longest_cycle_days: u32,
    /// The scope that it needs.
    pub scope: String,
}

/// Words for what an answer says.
#[derive(Debug, Deserialize)]
pub struct Answers {
    /// The account is gone.
    pub closed: Vec<String>,
    /// The account has changed.
    pub updated: Vec<String>,
}

/// Calls that run something again and again.
#[derive(Debug, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub id: String,
    languages: Vec<String>,
    packages: Vec<String>,
    calls: Vec<String>,
    /// The argument that is a number of milliseconds.
    #[serde(default)]
    pub milliseconds: Option<usize>,
    /// The argument that is a number of seconds.
    #[serde(default)]
    pub seconds: Option<usize>,
    #[serde(skip)]
    patterns: Vec<Pattern>,
}

/// An entry of a list of jobs.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    languages: Vec<String>,
    /// The key of what runs.
    pub work: String,
    /// The key of how often.
    pub period: String,
}

/// Lists of pairs of a cron expression and a name.
#[derive(Debug, Deserialize)]
pub struct Pair {
    /// Its id.
    pub id: String,
    languages: Vec<String>,
}

/// Annotations of a function that is run again and again.
#[derive(Debug, Deserialize)]
pub struct Annotation {
    /// Its id.
    pub id: String,
    languages: Vec<String>,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Deletes {
    calls: Vec<String>,
    texts: Vec<String>,
    #[serde(skip)]
    patterns: Vec<Pattern>,
}

/// The table.
#[derive(Debug, Deserialize)]
pub struct PersonalData {
    /// What a report is.
    pub report: Report,
    /// Words for what an answer says.
    pub answers: Answers,
    intervals: BTreeMap<String, u32>,
    schedules: Vec<Schedule>,
    entries: Vec<Entry>,
    pairs: Vec<Pair>,
    annotations: Vec<Annotation>,
    uninstall: Vec<String>,
    #[serde(skip)]
    uninstall_words: Option<AhoCorasick>,
    deletes: Deletes,
}

fn speaks(languages: &[String], language: &str) -> bool {
    languages.iter().any(|l| l == language || l == "any")
}

impl PersonalData {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &TABLE
    }

    /// The schedule that a call makes, by the package that its name comes from (empty for a built-in name)
    /// and the names from there on.
    #[must_use]
    pub fn schedule(
        &'static self,
        language: &str,
        package: &str,
        path: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static Schedule> {
        let imported = |s: &Schedule| s.packages.iter().any(|p| imports.iter().any(|i| same_package(p, i)));
        self.schedules.iter().filter(|s| speaks(&s.languages, language)).find(|s| {
            let known = !package.is_empty() && package != UNKNOWN_PACKAGE;
            let from = s.packages.iter().any(|p| same_package(p, package));
            s.patterns.iter().any(|p| {
                let here = p.fits_written(path) || (from && p.fits_member(path));
                here && (s.packages.is_empty() || from || (!known && imported(s)))
            })
        })
    }

    /// The hours of an interval of Forge.
    #[must_use]
    pub fn interval(&self, name: &str) -> Option<u32> {
        self.intervals.get(name).copied()
    }

    /// The rows for entries in lists of jobs.
    pub fn entries(&'static self, language: &str) -> impl Iterator<Item = &'static Entry> {
        let language = language.to_owned();
        self.entries.iter().filter(move |e| speaks(&e.languages, &language))
    }

    /// The row for pairs of a cron expression and a name.
    #[must_use]
    pub fn pair(&'static self, language: &str) -> Option<&'static Pair> {
        self.pairs.iter().find(|p| speaks(&p.languages, language))
    }

    /// The annotations that a language has, each with its row's id.
    pub fn annotations(&'static self, language: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let language = language.to_owned();
        self.annotations
            .iter()
            .filter(move |a| speaks(&a.languages, &language))
            .flat_map(|a| a.names.iter().map(|n| (n.as_str(), a.id.as_str())))
    }

    /// Whether a name, path or type says that the app is removed.
    #[must_use]
    pub fn is_uninstall(&self, text: &str) -> bool {
        self.uninstall_words.as_ref().is_some_and(|w| w.is_match(text))
    }

    /// Whether a call erases, by its name as written.
    #[must_use]
    pub fn erases(&self, path: &str) -> bool {
        self.deletes.patterns.iter().any(|p| p.fits_written(path))
    }

    /// Whether a text is a statement that erases.
    #[must_use]
    pub fn says_erase(&self, text: &str) -> bool {
        let text = text.trim_start();
        self.deletes.texts.iter().any(|t| text.get(..t.len()).is_some_and(|s| s.eq_ignore_ascii_case(t)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedulers_as_people_write_them() {
        let table = PersonalData::get();
        for (language, package, path, imports, expected) in [
            ("javascript", "", "setInterval", &[][..], Some("js.timers")),
            ("javascript", "node-cron", "schedule", &["node-cron"], Some("js.cron")),
            ("javascript", UNKNOWN_PACKAGE, "router.schedule", &[], None),
            (
                "java",
                UNKNOWN_PACKAGE,
                "executor.scheduleAtFixedRate",
                &["java.util.concurrent"],
                Some("java.executors"),
            ),
            (
                "python",
                UNKNOWN_PACKAGE,
                "scheduler.add_job",
                &["apscheduler.schedulers.background"],
                Some("python.schedulers"),
            ),
            ("csharp", UNKNOWN_PACKAGE, "RecurringJob.AddOrUpdate", &["Hangfire"], Some("csharp.hangfire")),
            ("ruby", UNKNOWN_PACKAGE, "Sidekiq::Cron::Job.create", &[], Some("ruby.sidekiq-cron")),
            ("go", UNKNOWN_PACKAGE, "c.AddFunc", &["github.com/robfig/cron/v3"], Some("go.cron")),
        ] {
            let imports: BTreeSet<&str> = imports.iter().copied().collect();
            let found = table.schedule(language, package, path, &imports).map(|s| s.id.as_str());
            assert_eq!(found, expected, "{language} {path}");
        }
    }

    #[test]
    fn what_erases() {
        let table = PersonalData::get();
        for (path, expected) in [
            ("kvs.delete", true),
            ("this.repository.deleteAll", true),
            ("Account.destroy_all", true),
            ("kvs.get", false),
        ] {
            assert_eq!(table.erases(path), expected, "{path}");
        }
        assert!(table.says_erase("  DELETE FROM account") && !table.says_erase("SELECT 1"));
        assert!(table.is_uninstall("/uninstalled") && !table.is_uninstall("/installed"));
        assert_eq!((table.report.most_accounts, table.report.cycle_days), (90, 7));
    }
}
