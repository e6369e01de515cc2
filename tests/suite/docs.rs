//! The pages under `docs/` that are generated from the rules are up to date. `UPDATE=1` writes them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_pages_of_the_rules_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = mailpermit::rules::docs::docs();
    let expected: BTreeSet<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
    let update = std::env::var_os("UPDATE").is_some();
    let folder = root.join("docs/rules");
    if update {
        fs::create_dir_all(&folder).unwrap();
    }
    for (path, text) in &pages {
        let file = root.join(path);
        if update {
            fs::write(&file, text).unwrap();
        }
        let found = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        assert!(found == *text, "{path} is out of date; run `UPDATE=1 cargo test docs::`");
    }
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = format!("docs/rules/{}", entry.file_name().to_str().unwrap());
        if !expected.contains(path.as_str()) {
            if update {
                fs::remove_file(entry.path()).unwrap();
            } else {
                panic!("{path} belongs to no rule");
            }
        }
    }
}
