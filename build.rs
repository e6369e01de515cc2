//! Turns the tables of `src/catalog` from YAML, which people read and change, into JSON, which the program reads in a
//! fifth of the time: it does so at every start.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::path::Path;
use std::{env, fs};

fn main() {
    let tables = Path::new("src/catalog");
    println!("cargo::rerun-if-changed={}", tables.display());
    let out = env::var_os("OUT_DIR").expect("cargo says where to");
    let out = Path::new(&out).join("catalog");
    fs::create_dir_all(&out).expect("cargo's folder can be written to");
    for entry in fs::read_dir(tables).expect("the tables are part of the package") {
        let path = entry.expect("the folder can be listed").path();
        let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|e| e == "yaml")) else {
            continue;
        };
        let text = fs::read_to_string(&path).expect("a table can be read");
        let table: serde_json::Value =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let out = out.join(name).with_extension("json");
        fs::write(out, table.to_string()).expect("cargo's folder can be written to");
    }
}
