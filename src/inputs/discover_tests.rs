//! What the walk takes, leaves out, and says.

use super::*;
use std::fs;

fn settings(root: &Path) -> Settings {
    Settings::of(root)
}

fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let (path, text) = file.split_once('=').unwrap_or((file, ""));
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.files.iter().map(|f| &*f.path).collect()
}

#[test]
fn ignore_files_count_without_a_repository_and_vendored_folders_are_listed() {
    let folder = tree(&[
        "src/b.ts=12345",
        "src/a.ts",
        ".gitignore=*.log\n/generated/\n",
        "x.log",
        "generated/x.ts",
        "sub/.ignore=secret.ts\n",
        "sub/secret.ts",
        "sub/generated/y.ts",
        ".github/a.yml",
        "node_modules/p/index.js",
        "sub/dist/x.js",
        "legacy/deep/x.ts",
        "legacy.ts",
        "build",
    ]);
    let mut wanted = settings(folder.path());
    wanted.exclude = vec!["legacy/**".into(), "a{".into()];
    let found = walk(&wanted);
    assert_eq!(paths(&found), ["build", "legacy.ts", "src/a.ts", "src/b.ts", "sub/generated/y.ts"]);
    assert_eq!(found.skipped_folders, ["node_modules", "sub/dist"]);
    assert_eq!(found.files[3].size, 5);
    let messages: Vec<_> = found.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["the glob `a{` can't be understood, so nothing is left out by it"]);

    wanted.no_ignore = true;
    wanted.include_vendored = true;
    wanted.exclude.clear();
    for threads in [1, 4] {
        wanted.threads = Some(threads);
        let found = walk(&wanted);
        assert!(found.skipped_folders.is_empty());
        assert_eq!(
            paths(&found),
            [
                "build",
                "generated/x.ts",
                "legacy.ts",
                "legacy/deep/x.ts",
                "node_modules/p/index.js",
                "src/a.ts",
                "src/b.ts",
                "sub/dist/x.js",
                "sub/generated/y.ts",
                "sub/secret.ts",
                "x.log",
            ]
        );
    }
}

#[test]
fn a_missing_root_is_said_and_a_vendored_name_of_the_root_is_none() {
    let folder = tree(&["build/a.ts"]);
    assert_eq!(paths(&walk(&settings(&folder.path().join("build")))), ["a.ts"]);
    let found = walk(&settings(&folder.path().join("gone")));
    assert_eq!(found.problems.len(), 1);
    assert_eq!(found.problems[0].message, "`.` is not there");
}

#[cfg(unix)]
#[test]
fn links_are_counted_but_not_followed_and_odd_names_are_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    let folder = tree(&["src/a.ts"]);
    let outside = tree(&["secret.ts"]);
    symlink(outside.path(), folder.path().join("out-of-root")).unwrap();
    symlink("..", folder.path().join("src/loop")).unwrap();
    symlink("a.ts", folder.path().join("src/b.ts")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"src/\xff.ts");
    fs::write(folder.path().join(odd), "x").unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.ts")).unwrap();
    let found = walk(&settings(folder.path()));
    drop(socket);
    assert_eq!(paths(&found), ["src/a.ts", "src/\u{fffd}.ts"]);
    assert_eq!(found.symlinks, 3);
    let text = crate::inputs::read::read_text(folder.path(), &found.files[1], 10).unwrap();
    assert_eq!((&*text.text, &*text.path), ("x", "src/\u{fffd}.ts"));
    // A root that is itself a link is what was asked for.
    symlink(folder.path().join("src"), outside.path().join("link")).unwrap();
    assert_eq!(walk(&settings(&outside.path().join("link"))).files.len(), 2);
}
