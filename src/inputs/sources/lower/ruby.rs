//! Ruby: syntax trees to the neutral form.
//!
//! Everything in Ruby is an expression with a value, so lowering a statement gives one. What is written
//! like a call without arguments is lowered as a read: which of the two it is, only the object knows.

mod calls;
mod definitions;
mod expressions;

use tree_sitter::Node;

use super::{Lower, MAX_DEPTH};
use crate::program::{ChoiceKind, ExprId, ExprKind};

/// Constants and the gem that they come from: files of an application seldom say so themselves.
const GEMS: &[(&str, &str)] = &[
    ("HTTParty", "httparty"),
    ("Faraday", "faraday"),
    ("Net::HTTP", "net/http"),
    ("RestClient", "rest-client"),
    ("HTTP", "http"),
    ("Excon", "excon"),
    ("Typhoeus", "typhoeus"),
    ("JIRA", "jira-ruby"),
    ("ActionMailer", "action_mailer"),
    ("ActiveRecord", "active_record"),
    ("ApplicationRecord", "active_record"),
    ("ApplicationController", "rails"),
    ("ApplicationJob", "rails"),
    ("ApplicationMailer", "rails"),
    ("Rails", "rails"),
    ("Mail", "mail"),
    ("SendGrid", "sendgrid-ruby"),
    ("Redis", "redis"),
    ("Slack", "slack-ruby-client"),
    ("CSV", "csv"),
];

/// Lowers a file.
pub(super) fn lower(context: &mut Lower<'_>, root: Node<'_>) {
    let mut ruby = Ruby { low: context, depth: 0 };
    ruby.predeclare(root);
    ruby.value_of(root);
}

/// The state that only Ruby needs.
struct Ruby<'l, 't> {
    low: &'l mut Lower<'t>,
    depth: u32,
}

impl<'t> Ruby<'_, 't> {
    fn text(&self, node: Node<'_>) -> &'t str {
        self.low.text(node)
    }

    fn push(&mut self, kind: ExprKind, node: Node<'_>) -> ExprId {
        self.low.builder.push(kind, Lower::span(node))
    }

    /// The statements of a body; the value is the one of the last. What a `rescue` gives is a value too.
    fn value_of(&mut self, body: Node<'_>) -> ExprId {
        let mut last = None;
        let mut others = Vec::new();
        for statement in Lower::children(body) {
            match statement.kind() {
                "rescue" | "else" => others.push(self.expression(statement)),
                "ensure" => {
                    self.expression(statement);
                }
                "comment" | "empty_statement" | "heredoc_body" => {}
                _ => last = Some(self.expression(statement)),
            }
        }
        match (last, others.is_empty()) {
            (Some(last), true) => last,
            (Some(last), false) => {
                others.insert(0, last);
                self.push(ExprKind::Choice(ChoiceKind::Either, others), body)
            }
            (None, false) => self.push(ExprKind::Choice(ChoiceKind::Either, others), body),
            (None, true) => self.low.constant(body),
        }
    }

    fn expression(&mut self, node: Node<'_>) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.push(ExprKind::Operation(Vec::new()), node);
        }
        self.depth += 1;
        let id = self.expression_inner(node);
        self.depth -= 1;
        id
    }

    /// An expression whose truth decides something.
    fn condition(&mut self, node: Node<'_>) -> ExprId {
        let id = self.expression(node);
        self.low.test(node, id);
        id
    }

    fn expressions(&mut self, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
        nodes.into_iter().map(|n| self.expression(n)).collect()
    }

    /// Declares the constants, classes and modules that a body defines: they are used before they are
    /// defined, by methods above them.
    fn predeclare(&mut self, body: Node<'_>) {
        for node in Lower::children(body) {
            let name = match node.kind() {
                "class" | "module" => node.child_by_field_name("name"),
                "assignment" => node.child_by_field_name("left").filter(|l| l.kind() == "constant"),
                _ => None,
            };
            if let Some(name) = name {
                self.low.declare(last_name(self.text(name)));
            }
        }
    }

    /// A constant as written: of this file, of a gem, or of another file.
    fn constant_name(&mut self, written: &str, node: Node<'_>) -> ExprId {
        if let Some(symbol) = self.low.lookup(last_name(written)) {
            return self.push(ExprKind::Local(symbol), node);
        }
        let written = written.trim_start_matches("::");
        let gem = GEMS.iter().find(|(constant, _)| {
            written.strip_prefix(constant).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
        let kind = match gem {
            Some((_, gem)) => ExprKind::Import { specifier: (*gem).into(), name: Some(written.into()) },
            None => ExprKind::Global(written.into()),
        };
        self.push(kind, node)
    }
}

/// The last part of `A::B::C`.
fn last_name(written: &str) -> &str {
    written.rsplit("::").next().unwrap_or(written)
}
