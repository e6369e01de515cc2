//! The code in a component of Razor: `@code { … }` and `@functions { … }` hold members of a class that the
//! markup around them is a part of.
//!
//! The text around the block is replaced by blanks, and the head of the class is written into them, so that
//! every place in the code is a place in the file.

use crate::inputs::sources::grammar::{self, Language};
use crate::inputs::sources::lower;
use crate::program::Module;
use crate::text::SourceFile;

/// The words before a block of members.
const BLOCKS: &[&str] = &["@code", "@functions"];
/// Services that one component is handed.
const MAX_SERVICES: usize = 60;

/// The code of a component as a program; `None` when there is none.
pub(super) fn code(file: &SourceFile) -> Option<Module> {
    let text: &str = &file.text;
    let (open, close) = BLOCKS.iter().find_map(|word| block(text, word))?;
    let stem = file.path.rsplit('/').next()?.split('.').next()?;
    if stem.is_empty() || !stem.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return None;
    }
    let head = format!("class {stem} ");
    let mut bytes = vec![b' '; text.len()];
    let start = open.checked_sub(head.len())?;
    bytes.get_mut(start..open)?.copy_from_slice(head.as_bytes());
    bytes.get_mut(open..=close)?.copy_from_slice(text.as_bytes().get(open..=close)?);
    // The block starts and ends with a brace, so what is left is UTF-8.
    let alone = SourceFile::new(file.path.clone(), String::from_utf8(bytes).ok()?);
    let tree = grammar::parse(Language::CSharp, &alone.text).ok()?;
    let mut module = lower::program(Language::CSharp, &tree, &alone)?;
    if let Some(class) = module.classes.first_mut() {
        class.field_types.extend(services(text));
    }
    Some(module)
}

/// `@inject People.Directory Directory`: members that the framework fills in.
fn services(text: &str) -> Vec<(Box<str>, Box<str>)> {
    let lines = text.lines().filter_map(|l| l.trim().strip_prefix("@inject "));
    lines
        .take(MAX_SERVICES)
        .filter_map(|line| {
            let (declared, name) = line.trim().rsplit_once(' ')?;
            let bare = declared.split('<').next()?.trim();
            Some((name.into(), bare.rsplit('.').next()?.into()))
        })
        .collect()
}

/// The braces around the block behind a word.
fn block(text: &str, word: &str) -> Option<(usize, usize)> {
    let at = text.find(word)? + word.len();
    let rest = text.get(at..)?;
    let open = at + rest.find(|c: char| !c.is_whitespace())?;
    if text.as_bytes().get(open) != Some(&b'{') {
        return None;
    }
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut before = 0_u8;
    for (i, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'"' if before != b'\\' => quoted = !quoted,
            b'\n' => quoted = false,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((open, i));
                }
            }
            _ => {}
        }
        before = byte;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_places() {
        let text =
            "@inject A.People People\n<p>é @user.Mail</p>\n@code {\n  User user; string s = \"}\";\n}\n";
        let file = SourceFile::new("Pages/Card.razor", text);
        let module = code(&file).expect("there is code");
        let class = module.classes.first().expect("a class");
        assert_eq!(&*class.name, "Card");
        assert!(class.field_types.iter().any(|(n, t)| (&**n, &**t) == ("People", "People")));
        assert!(class.field_types.iter().any(|(n, _)| &**n == "user"), "{:?}", class.field_types);
    }

    #[test]
    fn no_code_no_program() {
        for text in ["", "@code", "@code {", "@code }{", "{", "@code {}", "<p>@code {</p>"] {
            let _ = code(&SourceFile::new("a.razor", text));
        }
        assert!(code(&SourceFile::new("a.razor", "<p>x</p>")).is_none());
    }
}
