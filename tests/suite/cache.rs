//! What is kept on disk between two runs changes nothing but how long the second takes.

use std::fs::{self, File, FileTimes};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use mailpermit::memory::{Memory, Store};
use mailpermit::reports::Checked;
use mailpermit::settings::Settings;

use crate::support::formats::{EVERY, written};
use crate::support::program::Folder;
use crate::support::root;

/// When all files of a test have long been written.
fn later() -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "files that a test writes bear the time of now")]
    let now = SystemTime::now();
    now + Duration::from_secs(3600)
}

/// A tree of apps, and a folder to keep things in.
struct Kept {
    tree: Folder,
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        let tree = Folder::copy_of("examples");
        // Together they may be short, and what is short is not kept.
        tree.write("broken-digest/src/long.js", &"export const nothing = 0; // says nothing\n".repeat(600));
        Self { tree, folder: tempfile::tempdir().expect("there is room for a folder") }
    }

    fn with(&self, program: &str, now: SystemTime) -> String {
        let store = Store::new(self.folder.path().join("cache"), program.to_owned(), now);
        self.checked(&mut Memory::on_disk(Some(store)))
    }

    fn again(&self) -> String {
        self.with("this build", later())
    }

    fn fresh(&self) -> String {
        self.checked(&mut Memory::default())
    }

    fn checked(&self, memory: &mut Memory) -> String {
        let settings = Settings::of(self.tree.path());
        let run = mailpermit::check_with(&settings, None, memory).expect("it can be read");
        let texts: Vec<&str> = run.files.keys().map(|path| &**path).collect();
        format!("{:#?}\n{texts:#?}", run.apps)
    }

    /// What is kept, when it is one file.
    fn file(&self) -> Option<PathBuf> {
        let mut found =
            fs::read_dir(self.folder.path().join("cache")).ok()?.map(|e| e.expect("readable").path());
        found.next().filter(|_| found.next().is_none())
    }

    /// Makes what is kept say something else than what the code does.
    fn falsify(&self) {
        let path = self.file().expect("it was kept");
        let text = fs::read_to_string(&path).expect("readable");
        assert!(text.contains("\"sink\":\"log."), "{text:.2000}");
        fs::write(&path, text.replace("\"sink\":\"log.", "\"sink\":\"falsified.")).expect("writable");
    }
}

const FALSE: &str = "falsified.";

#[test]
fn a_second_run_says_the_same_and_reads_what_was_kept() {
    let kept = Kept::new();
    let fresh = kept.fresh();
    assert_eq!(kept.again(), fresh, "the run that keeps");
    assert_eq!(kept.again(), fresh, "the run that takes what was kept");
    // Otherwise the run before could have looked for itself.
    kept.falsify();
    assert!(kept.again().contains(FALSE));
}

#[test]
fn whatever_changes_is_looked_at_again() {
    let source = "broken-digest/src/index.js";
    let text = fs::read_to_string(root("examples").join(source)).expect("readable");
    let kept = Kept::new();
    let change = |what: &str, change: &dyn Fn()| {
        // One run may still take what was kept of the other app.
        kept.again();
        kept.falsify();
        change();
        let again = kept.again();
        assert!(!again.contains(FALSE), "{what}");
        assert_eq!(again, kept.fresh(), "{what}");
    };
    change("a longer text", &|| kept.tree.write(source, &format!("{text}\n")));
    change("a text as long", &|| kept.tree.write(source, &format!("{text} ")));
    let path = kept.tree.path().join(source);
    let before = fs::metadata(&path).expect("it is there").modified().expect("it has a time");
    change("a text as long and, by its time, as old", &|| {
        kept.tree.write(source, &format!(" {text}"));
        let times = FileTimes::new().set_modified(before);
        File::options().write(true).open(&path).and_then(|f| f.set_times(times)).expect("writable");
    });
    let other = "broken-digest/src/other.js";
    change("a new file", &|| kept.tree.write(other, "export const a = 1;\n"));
    change("a file less", &|| fs::remove_file(kept.tree.path().join(other)).expect("writable"));
    change("another meaning of imports", &|| {
        let config = "{\"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@lib/*\": [\"src/*\"]}}}\n";
        kept.tree.write("broken-digest/tsconfig.json", config);
    });
    change("another manifest", &|| {
        let manifest = "broken-digest/manifest.yml";
        let text = kept.tree.read(manifest);
        let more = "  scheduledTrigger:\n    - key: nightly\n      function: nightly\n      interval: day\n  function:\n    - key: nightly\n      handler: index.nightly\n";
        kept.tree.write(manifest, &text.replacen("modules:\n", &format!("modules:\n{more}"), 1));
    });
    kept.again();
    kept.falsify();
    assert!(!kept.with("another build", later()).contains(FALSE));
}

#[test]
fn what_changed_just_now_may_change_again_and_is_not_kept() {
    let kept = Kept::new();
    #[expect(clippy::disallowed_methods, reason = "files that a test writes bear the time of now")]
    let now = SystemTime::now();
    kept.with("this build", now);
    let lines = |path: PathBuf| fs::read_to_string(path).expect("readable").lines().count();
    assert_eq!(kept.file().map_or(0, lines), 0);
    kept.with("this build", later());
    assert_eq!(kept.file().map_or(0, lines), 3, "a line an app");
}

#[test]
fn whatever_lies_there_does_no_harm() {
    let kept = Kept::new();
    let fresh = kept.fresh();
    kept.again();
    let path = kept.file().expect("it was kept");
    let right = fs::read(&path).expect("readable");
    let text = String::from_utf8(right.clone()).expect("UTF-8");
    let key = text.split_once(' ').expect("a key").0;
    for wrong in [
        Vec::new(),
        right.iter().copied().take(right.len() / 2).collect(),
        right.iter().map(|b| b ^ 0x80).collect(),
        text.replace(' ', "").into_bytes(),
        text.replace("\"at\":", "\"at\":9").into_bytes(),
        format!("{key} {}\n", "[".repeat(100_000)).into_bytes(),
        format!("{key} null\n{key} \n{key}\n").into_bytes(),
        vec![b'\n'; 1 << 20],
        vec![0; 33 << 20],
    ] {
        fs::write(&path, &wrong).expect("writable");
        assert_eq!(kept.again(), fresh, "{:.80}", String::from_utf8_lossy(&wrong));
    }
    fs::remove_file(&path).expect("writable");
    fs::create_dir(&path).expect("writable");
    assert_eq!(kept.again(), fresh, "a folder in its place");
    fs::remove_dir_all(kept.folder.path().join("cache")).expect("writable");
    fs::write(kept.folder.path().join("cache"), "no folder").expect("writable");
    assert_eq!(kept.again(), fresh, "nowhere to keep it");
}

#[test]
fn places_that_do_not_fit_the_text_do_no_harm() {
    let kept = Kept::new();
    kept.again();
    let path = kept.file().expect("it was kept");
    let text = fs::read_to_string(&path).expect("readable");
    let far = regex::Regex::new(r#""(start|end|line|column|end_line|end_column)":\d+"#).expect("a pattern");
    for number in ["0", "4294967295"] {
        fs::write(&path, &*far.replace_all(&text, format!("\"$1\":{number}"))).expect("writable");
        let store = Store::new(kept.folder.path().join("cache"), "this build".to_owned(), later());
        let settings = Settings::of(kept.tree.path());
        let run = mailpermit::check_with(&settings, None, &mut Memory::on_disk(Some(store)));
        let checked = [Checked::only(run.expect("it can be read"))];
        for format in EVERY {
            assert_ne!(written(format, &checked), "");
        }
    }
}

#[test]
fn commands_keep_and_can_be_told_not_to() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let cache = folder.path().join("cache");
    let examples = root("examples");
    let examples = examples.to_str().expect("UTF-8");
    let keep = ["--cache-dir", cache.to_str().expect("UTF-8")];
    let kept = || fs::read_dir(&cache).map_or(0, Iterator::count);
    let elsewhere = Folder::new(&[]);
    for command in [&["check", "--fail-on", "never", examples][..], &["flows", examples]] {
        let none = elsewhere.run(&[command, &["--no-cache"]].concat());
        assert_eq!((none.code, kept()), (Some(0), 0), "{}", none.err);
        let first = elsewhere.run(&[command, &keep[..]].concat());
        assert_eq!(kept(), 1);
        let second = elsewhere.run(&[command, &keep[..]].concat());
        assert_eq!((&first.out, &second.out), (&none.out, &none.out));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&cache).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "others may not look into it");
        }
        fs::remove_dir_all(&cache).expect("writable");
    }
}
