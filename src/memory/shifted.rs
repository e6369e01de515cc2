//! The analysis of a program of which one file changed in nothing but comments and blanks: the earlier one with the
//! places of that file moved.
//!
//! Whoever writes annotations changes nothing that the analysis looks at, and need not wait for it. Says nothing
//! wherever it is not sure: then the analysis is made anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::{Analysis, asked_of_text};
use crate::facts::PersonalDataFacts;
use crate::program::{Expr, Function, Module};
use crate::text::redact::one_line;
use crate::text::{Place, SourceFile, Span};

/// More of an expression than any fact shows.
const SHOWN: usize = 300;

/// The analysis of `modules`, when it follows from `before`, which was made of `known` with the texts `texts`.
pub(super) fn analysis<'a>(
    before: &Analysis,
    known: &[Arc<Module>],
    texts: &BTreeMap<Arc<str>, SourceFile>,
    modules: &[Arc<Module>],
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Option<Analysis> {
    // How accounts are reported is told by comments and numbers in the texts, too.
    if known.len() != modules.len() || before.personal_data != PersonalDataFacts::default() {
        return None;
    }
    let changed: Vec<(&Module, &Module)> = known
        .iter()
        .zip(modules)
        .filter(|(old, new)| !Arc::ptr_eq(old, new))
        .map(|(old, new)| (&**old, &**new))
        .collect();
    let (first, _) = changed.first()?;
    if changed.iter().any(|(old, new)| old.file != first.file || new.file != first.file) {
        return None;
    }
    let (old, new) = (texts.get(&first.file)?, file(&first.file)?);
    if asked_of_text(&old.text)? != asked_of_text(&new.text)? {
        return None;
    }
    let shift = Shift::between(old, new)?;
    let mut lines = Lines::default();
    if !changed.iter().all(|(before, after)| shift.is_same(before, after, &mut lines)) {
        return None;
    }
    shift.moved(before.clone())
}

/// A text of which one part was replaced.
struct Shift<'a> {
    old: &'a SourceFile,
    new: &'a SourceFile,
    /// The part, in the old text.
    part: Span,
    /// Where it ends in the new text.
    end: u32,
}

/// Which line became which: what stood on one line still does, and what did not does not.
#[derive(Default)]
struct Lines {
    new_of: BTreeMap<u32, u32>,
    old_of: BTreeMap<u32, u32>,
}

impl Lines {
    fn agree(&mut self, old: u32, new: u32) -> bool {
        *self.new_of.entry(old).or_insert(new) == new && *self.old_of.entry(new).or_insert(old) == old
    }
}

impl<'a> Shift<'a> {
    fn between(old: &'a SourceFile, new: &'a SourceFile) -> Option<Self> {
        let (before, after) = (old.text.as_bytes(), new.text.as_bytes());
        let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
        let (rest, now) = (before.get(start..)?, after.get(start..)?);
        let alike = rest.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
        let end = u32::try_from(after.len() - alike).ok()?;
        Some(Self { old, new, part: Span::new(start, before.len() - alike), end })
    }

    /// Where a span is now; `None` when part of it was replaced and part was not.
    fn span(&self, span: Span) -> Option<Span> {
        let later = |at: u32| at.checked_sub(self.part.end)?.checked_add(self.end);
        if span.end <= self.part.start {
            return Some(span);
        }
        if span.start >= self.part.end {
            return Some(Span { start: later(span.start)?, end: later(span.end)? });
        }
        self.around(span)
    }

    /// Where a span is now that begins before the part, or with it, and ends behind it.
    fn around(&self, span: Span) -> Option<Span> {
        let around = span.start <= self.part.start && span.end >= self.part.end;
        let end = span.end.checked_sub(self.part.end)?.checked_add(self.end)?;
        around.then_some(Span { start: span.start, end })
    }

    /// Whether two modules say the same, but for where it stands.
    fn is_same(&self, old: &Module, new: &Module, lines: &mut Lines) -> bool {
        let Module {
            language,
            file,
            exprs,
            symbols,
            functions,
            classes,
            exports,
            reexports,
            opens,
            writes,
            tests,
            failures,
        } = old;
        let mut expression = |old: &Expr, new: &Expr| {
            old.kind == new.kind
                && old.function == new.function
                && self.span(old.span) == Some(new.span)
                && lines.agree(self.old.place(old.span).line, self.new.place(new.span).line)
        };
        // What is put in front of all is part of the module's own body, which begins with the file.
        let function = |old: &Function, new: &Function| {
            let spans = [self.span(old.span), self.around(old.span)];
            spans.contains(&Some(new.span)) && Function { span: new.span, ..old.clone() } == *new
        };
        (language, file) == (&new.language, &new.file)
            && (symbols, classes, exports) == (&new.symbols, &new.classes, &new.exports)
            && (reexports, opens) == (&new.reexports, &new.opens)
            && (writes, tests) == (&new.writes, &new.tests)
            && failures.len() == new.failures.len()
            && failures
                .iter()
                .zip(&new.failures)
                .all(|(old, new)| old.0 == new.0 && self.span(old.1) == Some(new.1))
            && exprs.len() == new.exprs.len()
            && functions.len() == new.functions.len()
            && functions.iter().zip(&new.functions).all(|(old, new)| function(old, new))
            && exprs.iter().zip(&new.exprs).all(|(old, new)| expression(old, new))
    }

    /// The analysis with the places of the changed file moved.
    fn moved(&self, mut analysis: Analysis) -> Option<Analysis> {
        let Analysis { accesses, flows, observations, personal_data: _, entries, exhausted, links: _ } =
            &mut analysis;
        for access in accesses {
            self.place(&mut access.place)?;
            access.request.iter_mut().try_for_each(|p| self.place(p))?;
            access.handed_on.iter_mut().try_for_each(|p| self.place(p))?;
        }
        for flow in flows {
            self.place(&mut flow.place)?;
            flow.path.iter_mut().try_for_each(|s| self.place(&mut s.place))?;
        }
        for observation in observations {
            self.place(&mut observation.place)?;
        }
        for entry in entries.values_mut() {
            entry.place.iter_mut().try_for_each(|p| self.place(p))?;
            entry.deletes.iter_mut().try_for_each(|p| self.place(p))?;
        }
        exhausted.iter_mut().try_for_each(|p| self.place(p))?;
        Some(analysis)
    }

    fn place(&self, place: &mut Place) -> Option<()> {
        if place.file != self.old.path {
            return Some(());
        }
        let span = self.span(place.span)?;
        // What is shown of the expression there must not have changed either.
        let shown = |file: &SourceFile, span: Span| one_line(file.slice(span), SHOWN);
        if span.range().len() != place.span.range().len()
            && shown(self.old, place.span) != shown(self.new, span)
        {
            return None;
        }
        *place = self.new.place(span);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Memory;
    use crate::settings::Settings;

    const CODE: &str = "import api, { route } from '@forge/api';\n\nexport async function mail(id) {\n  const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  const body = await res.json(); console.log(body.email);\n  return body.email;\n}\n";

    fn written(folder: &Path, code: &str) {
        let manifest = "app:\n  id: ari:cloud:ecosystem::app/1\nmodules: {}\npermissions:\n  scopes: []\n";
        std::fs::create_dir_all(folder.join("src")).expect("writable");
        std::fs::write(folder.join("manifest.yml"), manifest).expect("writable");
        std::fs::write(folder.join("src/a.js"), code).expect("writable");
        let other = "import { mail } from './a';\nexport const send = async (id) => post(await mail(id));\n";
        std::fs::write(folder.join("src/b.js"), other).expect("writable");
    }

    /// What a run that begins with what an earlier one left says of a text, what a fresh one does, and whether the
    /// program had to be analysed again.
    fn after(code: &str, edited: &str) -> (String, String, bool) {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        written(folder.path(), code);
        let settings = Settings::of(folder.path());
        let mut memory = Memory::for_more_runs();
        crate::check_with(&settings, None, &mut memory).expect("it can be read");
        let before = memory.analyses;
        let path = "src/a.js".into();
        memory.set_unsaved(&path, Some(edited.into()));
        let kept = crate::check_with(&settings, None, &mut memory).expect("it can be read");
        let mut fresh = Memory::default();
        fresh.set_unsaved(&path, Some(edited.into()));
        let fresh = crate::check_with(&settings, None, &mut fresh).expect("it can be read");
        (format!("{:#?}", kept.apps), format!("{:#?}", fresh.apps), memory.analyses > before)
    }

    #[test]
    fn comments_and_blanks_move_places_and_nothing_else() {
        let edit = |from: &str, to: &str| CODE.replacen(from, to, 1);
        for (edited, anew) in [
            (format!("// a note\n{CODE}"), false),
            (edit("  const body", "  // @email-use mails\n\n  const body"), false),
            (edit("  return", "  /* ä 😀 */ return"), false),
            (edit("res.json(); console", "res.json();   console"), false),
            // What stood on one line stands on two: ways through code count lines.
            (edit("res.json(); console", "res.json();\n  console"), true),
            // What is shown of a call changes with what stands in it.
            (edit("(route", "(/* this */ route"), true),
            (edit("body.email);", "body.emails);"), true),
            (edit("'@forge/api'", "'@forge/apis'"), true),
            (edit("mail(id)", "mails(id)"), true),
            (edit("  return body.email;\n", ""), true),
            // A comment that names what rules ask texts for.
            (format!("// reportPersonalData\n{CODE}"), true),
            (format!("// timeZone\n{CODE}"), true),
            (format!("// on uninstall\n{CODE}"), true),
            (format!("// the report\n{CODE}"), true),
            ("const nothing = 1;\n".to_owned(), true),
            (String::new(), true),
        ] {
            let (kept, fresh, again) = after(CODE, &edited);
            assert_same(&kept, &fresh, &edited);
            assert_eq!(again, anew, "{edited}");
        }
        // And back: what is kept of a moved analysis is as good as the first.
        let commented = format!("// a note\n{CODE}");
        let (kept, fresh, again) = after(&commented, CODE);
        assert_same(&kept, &fresh, CODE);
        assert!(!again);
    }

    #[test]
    fn edits_one_after_the_other_add_up() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        written(folder.path(), CODE);
        let settings = Settings::of(folder.path());
        let mut memory = Memory::for_more_runs();
        crate::check_with(&settings, None, &mut memory).expect("it can be read");
        let path = "src/a.js".into();
        let mut text = CODE.to_owned();
        for (n, part) in ["// one\n", "\n\n", "/* ü */\n", "// @email-use none\n"].into_iter().enumerate() {
            text.insert_str(if n % 2 == 0 { 0 } else { text.find("export").expect("it is there") }, part);
            memory.set_unsaved(&path, Some(text.as_str().into()));
            let kept = crate::check_with(&settings, None, &mut memory).expect("it can be read");
            let mut fresh = Memory::default();
            fresh.set_unsaved(&path, Some(text.as_str().into()));
            let fresh = crate::check_with(&settings, None, &mut fresh).expect("it can be read");
            assert_same(&format!("{:#?}", kept.apps), &format!("{:#?}", fresh.apps), &text);
        }
        assert_eq!(memory.analyses, 1);
    }

    /// The first line that differs, instead of both texts in full.
    fn assert_same(kept: &str, fresh: &str, of: &str) {
        let differs = kept.lines().zip(fresh.lines()).enumerate().find(|(_, (a, b))| a != b);
        assert_eq!(differs, None, "{of}");
        assert_eq!(kept.len(), fresh.len(), "{of}");
    }
}
