//! temp
use mailpermit::*;
use rayon::prelude::*;
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let mut files = vec![];
    for e in ignore::WalkBuilder::new(&root).require_git(false).filter_entry(|e| !["node_modules","dist","build",".git"].contains(&e.file_name().to_str().unwrap_or(""))).build() {
        let e = e.unwrap();
        let p = e.path().to_string_lossy().to_string();
        if ["ts","tsx","js","jsx","mjs","cjs","mts","cts"].iter().any(|x| p.ends_with(&format!(".{x}"))) && e.file_type().is_some_and(|t| t.is_file()) { files.push(p); }
    }
    files.sort();
    let pool = rayon::ThreadPoolBuilder::new().stack_size(256<<20).build().unwrap();
    let parsed: Vec<_> = pool.install(|| files.par_iter().filter_map(|p| {
        let t = std::fs::read_to_string(p).ok()?;
        if t.len() > 4<<20 { return None }
        let rel = p.strip_prefix(&root).unwrap().trim_start_matches('/').to_string();
        let low = t.to_lowercase();
        if !["email","rest/api","@forge","atlassian","jira","confluence"].iter().any(|n| low.contains(n)) { return None }
        let f = text::SourceFile::new(rel, t);
        match inputs::sources::javascript::parse(&f) { Ok(m) => Some((f, m)), Err(e) => { eprintln!("{}: {}", f.path, e); None } }
    }).collect());
    let mut map = std::collections::BTreeMap::new();
    let mut mods = vec![];
    for (f, m) in parsed { map.insert(f.path.to_string(), f); mods.push(m.module); }
    let t0 = std::time::Instant::now();
    let n = mods.len();
    let a = pool.install(|| analysis::analyse(mods, &|p| map.get(p)));
    eprintln!("{} modules, analysis {:?}, exhausted {}", n, t0.elapsed(), a.exhausted);
    let acc: Vec<_> = a.accesses.iter().map(|a| serde_json::json!({"id": a.id, "kind": a.kind, "endpoint": a.endpoint, "caller": a.caller, "confidence": a.confidence, "file": a.place.file, "line": a.place.line, "end_line": a.place.end_line, "expression": a.expression, "absent": a.handles_absent, "path": a.path})).collect();
    println!("{}", serde_json::json!({"accesses": acc, "flows": []}));
}
