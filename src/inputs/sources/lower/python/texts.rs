//! Texts: literals, f-strings and `%`.

use tree_sitter::Node;

use super::super::Lower;
use super::Python;
use crate::program::{ExprId, ExprKind};
use crate::text::Span;

impl Python<'_, '_> {
    /// A literal, an f-string, or several of them side by side.
    pub(super) fn string(&mut self, node: Node<'_>) -> ExprId {
        let mut parts = Vec::new();
        if node.kind() == "concatenated_string" {
            for part in Lower::children(node) {
                parts.push(self.expression(part));
            }
        } else {
            for child in Lower::children(node) {
                match child.kind() {
                    "string_content" => {
                        let text = self.text(child).replace("\\/", "/");
                        parts.push(self.push(ExprKind::Text(text.into()), child));
                    }
                    "interpolation" => {
                        if let Some(inner) = child.child_by_field_name("expression") {
                            parts.push(self.expression(inner));
                        }
                    }
                    _ => {}
                }
            }
            let plain = match parts.as_slice() {
                [] => Some(Box::from("")),
                [only] => match self.low.builder.kind(*only) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => None,
                },
                _ => None,
            };
            if let Some(text) = plain {
                return self.push(ExprKind::Text(text), node);
            }
        }
        self.push(ExprKind::Join(parts), node)
    }

    /// `"…%s…" % value`, or the remainder of a division.
    pub(super) fn percent(&mut self, node: Node<'_>, left: Node<'_>, right: Node<'_>) -> ExprId {
        let format = self.expression(left);
        let values = self.expression(right);
        let text = match self.low.builder.kind(format) {
            ExprKind::Text(text) => text.clone(),
            ExprKind::Join(_) | ExprKind::Local(_) | ExprKind::Member { .. } | ExprKind::Same(_) => {
                return self.push(ExprKind::Join(vec![format, values]), node);
            }
            _ => return self.push(ExprKind::Operation(vec![format, values]), node),
        };
        let mut given: Vec<ExprId> = match self.low.builder.kind(values) {
            ExprKind::List(items) => items.iter().rev().copied().collect(),
            _ => vec![values],
        };
        let fields = match self.low.builder.kind(values) {
            ExprKind::Object { fields, .. } => fields.clone(),
            _ => Box::default(),
        };
        let span = Lower::span(node);
        let mut parts = Vec::new();
        let mut rest: &str = &text;
        while let Some(at) = rest.find('%') {
            let (before, after) = rest.split_at(at);
            self.literal(before, span, &mut parts);
            let mut after = after.get(1..).unwrap_or_default();
            if let Some(more) = after.strip_prefix('%') {
                self.literal("%", span, &mut parts);
                rest = more;
                continue;
            }
            let mut value = None;
            if let Some((name, more)) = after.strip_prefix('(').and_then(|a| a.split_once(')')) {
                value = fields.iter().find(|(key, _)| key.as_deref() == Some(name)).map(|(_, v)| *v);
                // `"%(mail)s" % row`
                if fields.is_empty() {
                    value = Some(self.low.member(values, name, span));
                }
                after = more;
            } else {
                value = value.or_else(|| given.pop());
            }
            // Flags, width and precision, then the letter of the conversion.
            after = after.trim_start_matches(|c: char| c.is_ascii_digit() || "#-+ .*".contains(c));
            let mut letters = after.chars();
            letters.next();
            rest = letters.as_str();
            let value = match value {
                Some(value) => value,
                None => self.low.builder.push(ExprKind::Constant, span),
            };
            parts.push(value);
            if parts.len() > 400 {
                break;
            }
        }
        self.literal(rest, span, &mut parts);
        self.push(ExprKind::Join(parts), node)
    }

    fn literal(&mut self, text: &str, span: Span, parts: &mut Vec<ExprId>) {
        if !text.is_empty() {
            parts.push(self.low.builder.push(ExprKind::Text(text.into()), span));
        }
    }
}
