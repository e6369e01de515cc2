//! Runs the program itself, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with files, gone when it is dropped.
pub struct Folder(tempfile::TempDir);

/// How the program ended: exit code, standard output, standard error.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room for a folder"));
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A copy of a folder of the repository.
    pub fn copy_of(path: &str) -> Self {
        let folder = Self::new(&[]);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), folder.path());
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Every file with its bytes, by path.
    pub fn all(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("it can be listed") {
                let path = entry.expect("it can be listed").path();
                match path.is_dir() {
                    true if path.ends_with(".git") => {}
                    true => folders.push(path),
                    false => files.push((path.clone(), std::fs::read(&path).expect("it can be read"))),
                }
            }
        }
        files.sort();
        files
    }

    /// Runs the program in the folder.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.run_in(".", args)
    }

    pub fn run_in(&self, folder: &str, args: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
        command.current_dir(self.path().join(folder)).args(args);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        let Output { status, stdout, stderr } = command.output().expect("it starts");
        let text = |bytes| String::from_utf8(bytes).expect("it writes UTF-8");
        Ended { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// The JSON report of a check.
    pub fn report(&self, args: &[&str]) -> serde_json::Value {
        let ended = self.run(&[&["check", "--format", "json"], args].concat());
        serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ended.out, ended.err))
    }

    /// Rule, file and line of the findings of a check that count.
    pub fn findings(&self, args: &[&str]) -> Vec<(String, String, u64)> {
        let report = self.report(args);
        let findings = report["findings"].as_array().expect("a list").iter();
        let text = |v: &serde_json::Value| v.as_str().expect("a text").to_owned();
        findings
            .filter(|f| f["suppressed"] == false)
            .map(|f| (text(&f["rule"]), text(&f["file"]), f["line"].as_u64().expect("a number")))
            .collect()
    }

    /// Runs git in the folder.
    pub fn git(&self, args: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.path())
            .args([
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@vendor.example",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args)
            .output()
            .expect("git starts");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a checkout of the folder, with everything committed.
    pub fn commit_all(&self) {
        if !self.exists(".git") {
            self.git(&["init", "--quiet", "--initial-branch=main"]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "state"]);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            std::fs::create_dir_all(&target).expect("a folder can be made");
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}
