//! The comments that name the use of each place, as new texts of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Draft, Read};
use crate::edits::{Annotator, Candidate};
use crate::facts::AnnotationSite;
use crate::findings::Edit;
use crate::fix;
use crate::text::{Place, SourceFile};

/// A comment serves several places when no more lines than this lie below it: what it covers, it also excuses.
const MOST_LINES: u32 = 30;

/// What annotating came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    /// The new texts of files, by path.
    pub texts: BTreeMap<Arc<str>, String>,
    /// How many comments were written.
    pub comments: usize,
    /// Places for which none could be written.
    pub left: Vec<Place>,
}

/// Writes the comments of a draft into the texts. Parses: needs the stack of a thread that parses.
#[must_use]
pub fn annotate(draft: &Draft, files: &BTreeMap<Arc<str>, SourceFile>) -> Annotated {
    let mut wanted: BTreeMap<&Arc<str>, Vec<(&Read, &str)>> = BTreeMap::new();
    for group in &draft.groups {
        for read in group.reads.iter().filter(|r| !r.annotated) {
            wanted.entry(&read.place.file).or_default().push((read, &group.name));
        }
    }
    let mut annotated = Annotated::default();
    for (path, mut reads) in wanted {
        reads.sort_by(|a, b| a.0.place.cmp(&b.0.place));
        let annotator = files.get(path).and_then(|f| Some((f, Annotator::new(f)?)));
        let Some((file, annotator)) = annotator else {
            annotated.left.extend(reads.iter().map(|(r, _)| r.place.clone()));
            continue;
        };
        let (sites, left) = sites(&annotator, &reads);
        annotated.left.extend(left);
        let edits: Vec<Edit> = sites
            .values()
            .map(|(site, names)| site.at.edit(&names.iter().copied().collect::<Vec<_>>().join(", ")))
            .collect();
        if let Some(text) = fix::apply(&file.text, &edits).filter(|_| !edits.is_empty()) {
            annotated.comments += edits.len();
            annotated.texts.insert(Arc::clone(path), text);
        }
    }
    annotated
}

type Sites<'n> = BTreeMap<u32, (AnnotationSite, BTreeSet<&'n str>)>;

/// The places for the comments of one file, by offset, each with its names; and the reads without one.
fn sites<'n>(annotator: &Annotator<'_>, reads: &[(&Read, &'n str)]) -> (Sites<'n>, Vec<Place>) {
    let mut sites: Sites<'n> = BTreeMap::new();
    let mut left = Vec::new();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    for (index, (read, name)) in reads.iter().enumerate() {
        if done.contains(&index) {
            continue;
        }
        let Some(site) = shared(annotator, reads, read, name).or_else(|| annotator.site(&read.place)) else {
            left.push(read.place.clone());
            continue;
        };
        let covers = |r: &Read| (site.covers.0..=site.covers.1).contains(&r.place.line);
        done.extend(reads.iter().enumerate().filter(|(_, (r, n))| n == name && covers(r)).map(|(i, _)| i));
        let entry = sites.entry(site.at.span.start).or_insert_with(|| (site, BTreeSet::new()));
        entry.1.insert(name);
    }
    (sites, left)
}

/// The place of a comment that serves several reads for the same use, and none for another.
fn shared(
    annotator: &Annotator<'_>,
    reads: &[(&Read, &str)],
    read: &Read,
    name: &str,
) -> Option<AnnotationSite> {
    let serves = |c: &Candidate| {
        let inside = |r: &Read| (c.lines.0..=c.lines.1).contains(&r.place.line);
        let of_others = reads.iter().any(|(r, n)| *n != name && inside(r));
        let lines: BTreeSet<u32> =
            reads.iter().filter(|(r, n)| *n == name && inside(r)).map(|(r, _)| r.place.line).collect();
        if of_others || c.lines.1 - c.lines.0 >= MOST_LINES { 0 } else { lines.len() }
    };
    let around = annotator.around(&read.place);
    let best = around.iter().map(serves).max().filter(|n| *n > 1)?;
    // Innermost first.
    let candidate = around.iter().find(|c| serves(c) == best)?;
    annotator.above(*candidate, read.place.line)
}
