//! The script of a component together with the code of its markup.

use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::{Lower, Parsed, nesting, parse_block_with, script_type};
use crate::inputs::sources::component::{Code, is_shown_by};
use crate::program::{Builder, CallKind, ExprId, ExprKind};
use crate::text::{SourceFile, Span, SyntaxError};

/// Whose names the markup uses besides those of the script.
#[derive(Clone, Debug)]
pub enum Owner {
    /// The component that the script describes, if it describes one.
    Described,
    /// The class of another file.
    Imported {
        /// The file, relative to this one.
        specifier: String,
        /// The class.
        class: String,
    },
}

/// Markup behind the script, as the lowering sees it.
#[derive(Clone, Debug)]
pub(super) struct Markup {
    /// Where it starts in the text.
    pub(super) from: u32,
    pub(super) owner: Owner,
}

fn kind(typescript: bool) -> SourceType {
    if typescript { SourceType::ts() } else { SourceType::mjs() }
}

/// Whether a text is one expression.
#[must_use]
pub fn is_expression(text: &str, typescript: bool) -> bool {
    // What nests deep is nobody's template, and the parser is recursive.
    let brackets = text.bytes().filter(|b| matches!(b, b'(' | b'[' | b'{' | b'<' | b'?' | b'`')).count();
    if brackets > 100 || nesting::check(text, typescript).is_err() {
        return false;
    }
    let allocator = Allocator::default();
    Parser::new(&allocator, text, kind(typescript)).parse_expression().is_ok()
}

/// Whether a text is what a value can be taken apart by.
#[must_use]
pub fn is_pattern(text: &str, typescript: bool) -> bool {
    let simple = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    if simple {
        return !text.starts_with(|c: char| c.is_ascii_digit());
    }
    if text.len() > 400 || !text.starts_with(['{', '[']) {
        return false;
    }
    let whole = format!("({text}) => 0");
    is_expression(&whole, typescript)
}

/// Reads the script of a component, and the code of its markup as a part of it. `text` is as in
/// `parse_script`; it may hold no script at all.
///
/// # Errors
/// As `parse`.
pub fn parse_component(
    file: &SourceFile,
    text: &str,
    language: Option<&str>,
    code: &Code,
    owner: Owner,
) -> Result<Parsed, SyntaxError> {
    let from = text.len();
    let whole = format!("{text}{}", code.text());
    let markup = Markup { from: u32::try_from(from).unwrap_or(u32::MAX), owner };
    let mut parsed = parse_block_with(&Arc::clone(&file.path), &whole, script_type(language), Some(markup))?;
    let place = |span: Span| {
        if (span.start as usize) < from {
            return Span::new(span.start as usize, (span.end as usize).min(from));
        }
        code.place(Span::new(span.start as usize - from, span.end as usize - from))
    };
    for expr in &mut parsed.module.exprs {
        expr.span = place(expr.span);
    }
    for function in &mut parsed.module.functions {
        function.span = place(function.span);
    }
    // Nobody writes comments or declarations in the code of markup.
    parsed.comments.comments.retain(|c| (c.span.start as usize) < from);
    parsed.comments.items.retain(|s| (s.start as usize) < from);
    Ok(parsed)
}

impl Lower {
    /// A name that the script does not define, in markup: a member of the component.
    pub(super) fn component_name(&mut self, name: &str, at: Span) -> Option<ExprId> {
        let markup = self.markup.clone().filter(|m| at.start >= m.from && !is_shown_by(name))?;
        let object = match markup.owner {
            Owner::Described => {
                self.class?;
                self.builder.push(ExprKind::This, at)
            }
            Owner::Imported { specifier, class } => {
                let import = ExprKind::Import {
                    specifier: specifier.into_boxed_str(),
                    name: Some(class.into_boxed_str()),
                };
                let callee = self.builder.push(import, at);
                let new = ExprKind::Call {
                    callee,
                    arguments: Box::default(),
                    named: Box::default(),
                    kind: CallKind::New,
                };
                self.builder.push(new, at)
            }
        };
        let kind = ExprKind::Member { object, property: name.into(), optional: false, default: false };
        Some(self.builder.push(kind, at))
    }

    /// Takes what an options object describes for members of the component: `data`, `computed`,
    /// `methods`, what `setup` returns.
    pub(super) fn describe_component(&mut self) {
        let Some(class) = self.class else { return };
        let Some(options) = options(&self.builder) else { return };
        let mut fields: Vec<(Box<str>, ExprId)> = Vec::new();
        let mut methods = Vec::new();
        for (key, value) in options {
            match &*key {
                "data" | "setup" | "asyncData" => {
                    fields.extend(returned_fields(&self.builder, value));
                }
                "methods" | "computed" => {
                    let getter = &*key == "computed";
                    for (name, member) in object_fields(&self.builder, value) {
                        let function = match self.builder.kind(member) {
                            ExprKind::Function(function) => Some(*function),
                            // `{ get() { … }, set(x) { … } }`
                            ExprKind::Object { .. } => object_fields(&self.builder, member)
                                .into_iter()
                                .find(|(n, _)| &**n == "get")
                                .and_then(|(_, f)| match self.builder.kind(f) {
                                    ExprKind::Function(function) => Some(*function),
                                    _ => None,
                                }),
                            _ => None,
                        };
                        let Some(function) = function else { continue };
                        let name = if getter { format!("get {name}").into_boxed_str() } else { name };
                        methods.push((name, function));
                    }
                }
                _ => {}
            }
        }
        if let Some(class) = self.builder.class_mut(class) {
            class.fields.extend(fields);
            class.methods.extend(methods);
        }
    }
}

/// The fields of the options object that is the default export, also inside a call that defines it.
fn options(builder: &Builder) -> Option<Vec<(Box<str>, ExprId)>> {
    let export = builder.exported("default")?;
    let object = match builder.kind(export) {
        ExprKind::Call { arguments, .. } => *arguments.first()?,
        _ => export,
    };
    Some(object_fields(builder, object))
}

pub(super) fn object_fields(builder: &Builder, id: ExprId) -> Vec<(Box<str>, ExprId)> {
    match builder.kind(builder.peel(id)) {
        ExprKind::Object { fields, .. } => {
            fields.iter().filter_map(|(name, value)| Some((name.clone()?, builder.peel(*value)))).collect()
        }
        _ => Vec::new(),
    }
}

/// The fields of the objects that a function returns.
pub(super) fn returned_fields(builder: &Builder, function: ExprId) -> Vec<(Box<str>, ExprId)> {
    match builder.kind(function) {
        ExprKind::Function(function) => {
            builder.returned(*function).into_iter().flat_map(|r| object_fields(builder, r)).collect()
        }
        _ => object_fields(builder, function),
    }
}
