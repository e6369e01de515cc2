//! What the stages of a check take, one after the other: walking a tree, searching and parsing what matters, following
//! values, and all of it with the rules. `cargo bench --bench stages`; nothing is asserted, machines differ. It takes about
//! a minute, once it is built.

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use mailpermit::analysis::{Entries, analyse};
use mailpermit::inputs::discover::walk;
use mailpermit::inputs::kind::FileKind;
use mailpermit::inputs::sources::kept::Kept;
use mailpermit::inputs::sources::load::{Surroundings, load};
use mailpermit::program::aliases::Aliases;
use mailpermit::settings::Settings;
use mailpermit::text::SourceFile;
use tree::{FILES, write_app};

fn stages(criterion: &mut Criterion) {
    for accesses in [50, 250] {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        write_app(folder.path(), accesses);
        let settings = Settings::of(folder.path());
        let mut group = criterion.benchmark_group(format!("{FILES} files, {accesses} accesses, by stage"));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(4));
        group.bench_function("walk", |b| b.iter(|| walk(&settings)));
        let found = walk(&settings);
        let sources: Vec<_> = found.files.iter().filter(|f| matches!(f.kind, FileKind::Source(_))).collect();
        let projects = BTreeSet::new();
        let around = Surroundings { projects: &projects, installed: true, minified: false };
        let read = || load(&found.root, &sources, around, &mut Kept::default());
        group.bench_function("search and parse", |b| b.iter(read));
        let loaded = read();
        let modules: Vec<_> = loaded.iter().flat_map(|l| l.modules.iter().map(Arc::clone)).collect();
        let files: BTreeMap<&str, &SourceFile> =
            loaded.iter().filter_map(|l| l.file.as_ref()).map(|f| (&*f.path, f)).collect();
        let (aliases, entries, going) =
            (Arc::new(Aliases::default()), Entries::default(), AtomicBool::new(false));
        group.bench_function("follow values", |b| {
            b.iter(|| {
                analyse(
                    modules.clone(),
                    &projects,
                    &aliases,
                    &entries,
                    &|path| files.get(path).copied(),
                    &going,
                )
            });
        });
        group.bench_function("all, with the rules", |b| {
            b.iter(|| mailpermit::check(&settings).expect("it can be read"));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
