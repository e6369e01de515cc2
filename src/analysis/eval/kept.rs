//! Reads of an address by its name from an object that could not be followed: a store, a context, a
//! message, a row. Says only that such a name was read; what can be under it is found in `analysis/kept`.

use super::*;
use crate::catalog::kept::Kept;

/// Stands before the name of what is kept in a row.
pub(in crate::analysis) const ROW: char = '@';

impl Evaluator<'_> {
    /// What is kept under a property that was read, when nothing better is known of it.
    pub(super) fn kept_under(&self, read: At, found: &Val, object: &Val, property: &str) -> Option<Atom> {
        let module = self.program.module(read.module);
        let kept = Kept::get();
        if matches!(module.language, Language::Python | Language::Ruby | Language::Php)
            && kept.is_address_name(property)
            && found.iter().all(|a| matches!(a, Atom::Extern { .. }))
            && object
                .iter()
                .any(|a| matches!(a, Atom::Extern { package, path, .. } if kept.is_row(package, path)))
        {
            return Some(Atom::Kept { name: format!("{ROW}{}", field_name(property)).into(), read });
        }
        // Elsewhere than in scripts and pages many objects have an `email` that is nobody's of Atlassian's.
        let named = match module.language {
            Language::JavaScript | Language::Template => kept.is_address_name(property),
            _ => field_name(property) == "emailAddress" || self.program.is_address_on_wire(property),
        };
        let classed = object.iter().any(|a| matches!(a, Atom::Instance(..)));
        if !named || classed && object.iter().all(|a| self.is_record_without(a, property)) {
            return None;
        }
        let scripts = matches!(module.language, Language::JavaScript | Language::Template);
        let unknown = match found.is_empty() {
            // The name says enough, wherever the object came from.
            false if !scripts => found.iter().all(|a| matches!(a, Atom::Extern { .. } | Atom::Kept { .. })),
            // Nothing is known of the object, or only its class: it may hold anything.
            true => object.iter().all(|a| matches!(a, Atom::Instance(..) | Atom::Kept { .. })),
            false => {
                // That it may be a part of some answer is a guess, too, and rules nothing out.
                let open = |a: &Atom| {
                    matches!(a, Atom::Extern { .. } | Atom::Kept { .. } | Atom::Answer { weak: true, .. })
                };
                found.iter().all(open)
                    && found.iter().any(|a| match a {
                        Atom::Extern { package, path, .. } => {
                            let package = Some(&**package).filter(|p| !p.is_empty() && *p != UNKNOWN_PACKAGE);
                            kept.may_be_own(package, path)
                        }
                        _ => false,
                    })
            }
        };
        let written = || module.written_name(read.expr).is_none_or(|w| kept.may_be_own(None, &w));
        (unknown && written()).then(|| Atom::Kept { name: field_name(property).into(), read })
    }
    /// Whether something is a record that says what it has, and this is not of it.
    fn is_record_without(&self, atom: &Atom, property: &str) -> bool {
        let program = self.program;
        match atom {
            Atom::Instance(m, c) => {
                let members = program.members(*m, *c);
                program.module(*m).language == Language::Python
                    && !program.module(*m).class(*c).properties.is_empty()
                    && !members.has(property)
                    && !members.has("__getattr__")
            }
            // What it was made with is asked beside its class.
            Atom::Object(at, _) => matches!(program.kind(*at), ExprKind::Call { .. }),
            _ => false,
        }
    }
}
