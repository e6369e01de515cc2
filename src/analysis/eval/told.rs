//! What an atom, an expression or a name says of itself, without following anything.

use std::borrow::Cow;

use crate::analysis::value::{Atom, Val};
use crate::catalog::fields::Fields;
use crate::program::{ExprId, ExprKind, Language, Module};

/// Whether something from outside is a map.
pub(super) fn is_map(atom: &Atom) -> bool {
    matches!(atom, Atom::Extern { path, .. } if ["Dictionary()", "Hashtable()", "Collection()", "ExpandoObject()"]
        .iter()
        .any(|end| path.ends_with(end)))
}

/// Whether something from outside is what a call gave.
pub(super) fn is_given(atom: &Atom) -> bool {
    matches!(atom, Atom::Extern { path, .. } if path.ends_with("()"))
}

/// Whether something from outside holds what is put into it and nothing else.
pub(super) fn is_collection(atom: &Atom) -> bool {
    const PACKAGES: &[&str] = &["collections", "java.util", "System.Collections", "kotlin.collections"];
    // What a library has of its own for this, by its name.
    const ENDS: &[&str] = &[
        "JsonObject()",
        "JSONObject()",
        "JsonArray()",
        "JSONArray()",
        "ObjectNode()",
        "ArrayNode()",
        "Map()",
        "List()",
        "Set()",
        "Document()",
        "DBObject()",
        "StringBuilder()",
        "StringBuffer()",
        "Bundle()",
        "ContentValues()",
        "JObject()",
        "JArray()",
    ];
    match atom {
        Atom::Extern { package, path, .. } => {
            package.is_empty()
                || PACKAGES.iter().any(|p| package.starts_with(p))
                || ENDS.iter().any(|end| path.ends_with(end))
        }
        _ => true,
    }
}

/// Whether a value is a reference that holds another one: `ref(null)`.
pub(super) fn is_reference(module: &Module, definition: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = &module.expr(module.peel(definition)).kind else { return false };
    let name = match &module.expr(module.peel(*callee)).kind {
        ExprKind::Local(symbol) => &module.symbol(*symbol).name,
        ExprKind::Global(name) => name,
        _ => return false,
    };
    matches!(&**name, "ref" | "shallowRef" | "useState" | "toRef" | "signal")
}

/// Whether a member of what a check of a shape gives is what was checked: `schema.safeParse(x).data`.
pub(super) fn wraps_checked(module: &Module, object: ExprId, property: &str) -> bool {
    if module.language != Language::JavaScript || !matches!(property, "data" | "output" | "value") {
        return false;
    }
    let made = match module.expr(module.peel(object)).kind {
        ExprKind::Local(symbol) => match module.symbol(symbol).definitions.as_slice() {
            [only] => module.peel(*only),
            _ => return false,
        },
        _ => module.peel(object),
    };
    let ExprKind::Call { callee, .. } = &module.expr(made).kind else { return false };
    match &module.expr(module.peel(*callee)).kind {
        ExprKind::Member { property, .. } => property.starts_with("safeParse"),
        ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => name.starts_with("safeParse"),
        _ => false,
    }
}

/// A value without the answers in it, where its name says that it is what an answer that failed came with.
pub(super) fn but_failed(name: &str, value: Val) -> Val {
    let is_answer = |a: &Atom| matches!(a, Atom::Answer { .. });
    if !value.iter().any(is_answer) || !Fields::get().names_error(name) {
        return value;
    }
    Val::from(value.iter().filter(|a| !is_answer(a)).cloned().collect::<Vec<_>>())
}

/// A property's name without what languages make of it: `getEmailAddress`, `EmailAddress` and
/// `email_address` are all `emailAddress`.
pub(in crate::analysis) fn field_name(property: &str) -> Cow<'_, str> {
    let getter = getter(property);
    let bare = getter.as_deref().unwrap_or(property);
    let plain = |(i, c): (usize, u8)| match i {
        0 => c == b'_' || c.is_ascii_lowercase(),
        _ => c != b'_' && c.is_ascii(),
    };
    if getter.is_none() && bare.bytes().enumerate().all(plain) {
        return Cow::Borrowed(property);
    }
    let mut out = String::with_capacity(bare.len());
    let mut upper = false;
    for (i, c) in bare.chars().enumerate() {
        if c == '_' && i > 0 {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else if i == 0 {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The property that a getter reads.
pub(in crate::analysis) fn getter(name: &str) -> Option<String> {
    let rest = name.strip_prefix("get").or_else(|| name.strip_prefix("Get"))?;
    let first = rest.chars().next()?;
    first.is_ascii_uppercase().then(|| field_name(rest.trim_end_matches("Async")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::field_name;

    #[test]
    fn one_field_under_many_names() {
        for name in ["emailAddress", "EmailAddress", "email_address", "getEmailAddress", "GetEmailAddress"] {
            assert_eq!(field_name(name), "emailAddress", "{name}");
        }
        assert_eq!(field_name("email"), "email");
        assert_eq!(field_name("get"), "get");
        assert_eq!(field_name("getter"), "getter");
    }
}
