//! Calls of Go: texts that are put together, built-in functions, and variables that a call fills.

use tree_sitter::Node;

use super::super::Lower;
use super::super::format::{Piece, pieces};
use super::{Go, Target};
use crate::program::{ExprId, ExprKind};

/// Calls that put a text together, by how.
const JOINS: &[(&str, How)] = &[
    ("fmt.Sprintf", How::Format),
    ("fmt.Sprint", How::Plain),
    ("path.Join", How::Path),
    ("filepath.Join", How::Path),
    ("url.JoinPath", How::Path),
    ("strings.Join", How::List),
];
/// Methods that add their last argument to what they are called on.
const ADDS: &[&str] = &["Add", "Set", "Append", "Push", "PushBack", "WriteString", "WriteField"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Format,
    Plain,
    Path,
    List,
}

impl Go<'_, '_> {
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = self.field(node, "function") else { return self.nothing(node) };
        let arguments = self.field(node, "arguments").map(Lower::children).unwrap_or_default();
        let written = self.lower.text(function);
        if let Some((_, how)) = JOINS.iter().find(|(name, _)| *name == written)
            && let Some(joined) = self.joined(*how, &arguments, node)
        {
            return joined;
        }
        if function.kind() == "identifier" && self.lower.lookup(written).is_none() {
            match (written, arguments.as_slice()) {
                ("new" | "make", [kind, ..]) => return self.allocated(Some(*kind), node),
                ("string" | "any", [only]) => {
                    let value = self.value(*only);
                    return self.push(ExprKind::Same(value), node);
                }
                ("append", [list, added @ ..]) => {
                    let list = self.value(*list);
                    let mut items = vec![self.push(ExprKind::Element(list), node)];
                    for item in added {
                        let value = self.value(*item);
                        items.push(match item.kind() {
                            "variadic_argument" => self.push(ExprKind::Element(value), *item),
                            _ => value,
                        });
                    }
                    return self.push(ExprKind::List(items), node);
                }
                _ => {}
            }
        }
        // What calls further in were handed is filled by the last call of the chain.
        let outer = std::mem::take(&mut self.filled);
        let callee = self.value(function);
        for target in &mut self.filled {
            target.argument = None;
        }
        let chained = std::mem::take(&mut self.filled);
        let mut values = Vec::with_capacity(arguments.len());
        for argument in &arguments {
            let value = self.value(*argument);
            values.push(match argument.kind() {
                "variadic_argument" => self.push(ExprKind::Element(value), *argument),
                _ => value,
            });
        }
        // A call among the arguments has filled its own.
        self.filled = chained;
        let last = arguments.len().saturating_sub(1);
        for (i, argument) in arguments.iter().enumerate() {
            self.target(*argument, i, i == last);
        }
        let added = match self.lower.builder.kind(callee) {
            ExprKind::Member { object, property, .. } if ADDS.contains(&&**property) => {
                values.last().map(|value| (*object, *value))
            }
            _ => None,
        };
        if let Some((object, value)) = added {
            self.lower.builder.write(object, None, value);
        }
        if let (ExprKind::Member { object, property, .. }, [value]) =
            (self.lower.builder.kind(callee).clone(), values.as_slice())
        {
            self.lower.set(object, &property, *value);
        }
        let call = self.called(callee, values, node);
        let within_chain = node.parent().is_some_and(|p| {
            p.kind() == "selector_expression" && p.parent().is_some_and(|g| g.kind() == "call_expression")
        });
        if within_chain {
            // The rest of the chain decides.
            let mut own = std::mem::take(&mut self.filled);
            self.fill(&own, call, node);
            self.filled = outer;
            self.filled.append(&mut own);
        } else {
            let own = std::mem::replace(&mut self.filled, outer);
            self.fill(&own, call, node);
        }
        call
    }

    /// Notes that an argument may be filled by its call.
    fn target(&mut self, argument: Node<'_>, index: usize, last: bool) {
        let referenced = argument.kind() == "unary_expression"
            && argument.child(0).is_some_and(|operator| operator.kind() == "&");
        let Some(symbol) = self.variable(argument) else { return };
        let pointed = last && argument.kind() == "identifier" && self.pointers.contains(&symbol);
        if referenced || pointed {
            self.filled.push(Target { symbol, argument: u32::try_from(index).ok() });
        }
    }

    fn fill(&mut self, targets: &[Target], call: ExprId, node: Node<'_>) {
        for target in targets {
            let value = self.push(ExprKind::Filled { call, argument: target.argument }, node);
            self.lower.builder.define(target.symbol, value);
        }
    }

    /// A text that is put together; `None` when the call does not say from what.
    fn joined(&mut self, how: How, arguments: &[Node<'_>], node: Node<'_>) -> Option<ExprId> {
        let mut parts = Vec::new();
        match how {
            How::Plain => {
                for argument in arguments {
                    parts.push(self.value(*argument));
                }
            }
            How::Path => {
                for argument in arguments {
                    if !parts.is_empty() {
                        parts.push(self.push(ExprKind::Text("/".into()), node));
                    }
                    parts.push(self.value(*argument));
                }
            }
            How::List => {
                let [list, between] = arguments else { return None };
                let body = list.child_by_field_name("body").filter(|_| list.kind() == "composite_literal")?;
                for item in Lower::children(body) {
                    if !parts.is_empty() {
                        parts.push(self.value(*between));
                    }
                    parts.push(self.value(item));
                }
            }
            How::Format => {
                let (format, values) = arguments.split_first()?;
                let format = self.value(*format);
                let ExprKind::Text(text) = self.lower.builder.kind(format) else {
                    // A constant of another place: the call is followed by its name.
                    return None;
                };
                let mut values = values.iter();
                for piece in pieces(&text.clone()) {
                    match piece {
                        Piece::Text(text) => {
                            parts.push(self.push(ExprKind::Text(text.into()), node));
                        }
                        Piece::Hole => {
                            if let Some(value) = values.next() {
                                parts.push(self.value(*value));
                            }
                        }
                    }
                }
                // `%[1]s` and the like take them in another order.
                for value in values {
                    let value = self.value(*value);
                    parts.push(value);
                }
            }
        }
        Some(self.push(ExprKind::Join(parts), node))
    }
}
