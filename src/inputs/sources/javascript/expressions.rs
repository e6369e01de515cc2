//! Expressions.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BinaryExpression, CallExpression, ChainElement, Expression,
    LogicalOperator, MemberExpression, ObjectExpression, ObjectPropertyKind, TemplateLiteral,
};
use oxc_span::GetSpan;
use oxc_syntax::operator::{BinaryOperator, UnaryOperator};

use super::{Lower, span, type_name};
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

impl Lower {
    /// Lowers an expression; anything deeper than `MAX_DEPTH` becomes an operation without operands.
    pub(super) fn expression(&mut self, expression: &Expression<'_>) -> ExprId {
        if !self.descend(expression.span()) {
            return self.operation(Vec::new(), expression.span());
        }
        let id = self.expression_inner(expression);
        self.ascend();
        id
    }

    fn expression_inner(&mut self, expression: &Expression<'_>) -> ExprId {
        let at = expression.span();
        match expression {
            Expression::StringLiteral(text) => {
                self.builder.push(ExprKind::Text(text.value.as_str().into()), span(at))
            }
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => self.name(name),
            Expression::ThisExpression(_) | Expression::Super(_) => {
                self.builder.push(ExprKind::This, span(at))
            }
            Expression::ArrayExpression(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    let item = match element {
                        ArrayExpressionElement::SpreadElement(spread) => {
                            let inner = self.expression(&spread.argument);
                            self.builder.push(ExprKind::Element(inner), span(spread.span))
                        }
                        ArrayExpressionElement::Elision(hole) => self.constant(hole.span),
                        other => match other.as_expression() {
                            Some(inner) => self.expression(inner),
                            None => continue,
                        },
                    };
                    items.push(item);
                }
                self.builder.push(ExprKind::List(items), span(at))
            }
            Expression::ObjectExpression(object) => self.object(object),
            Expression::ArrowFunctionExpression(arrow) => self.arrow(arrow, None),
            Expression::FunctionExpression(function) => {
                let id = self.function(function, None);
                self.builder.push(ExprKind::Function(id), span(at))
            }
            Expression::ClassExpression(class) => {
                let id = self.class(class);
                self.builder.push(ExprKind::Class(id), span(at))
            }
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(new) => {
                let callee = self.expression(&new.callee);
                let arguments = self.arguments(&new.arguments);
                let kind = ExprKind::Call {
                    callee,
                    arguments: arguments.into(),
                    named: Box::default(),
                    kind: CallKind::New,
                };
                self.builder.push(kind, span(at))
            }
            Expression::TaggedTemplateExpression(tagged) => {
                let callee = self.expression(&tagged.tag);
                let text = self.template(&tagged.quasi);
                let kind = ExprKind::Call {
                    callee,
                    arguments: Box::new([text]),
                    named: Box::default(),
                    kind: CallKind::Template,
                };
                self.builder.push(kind, span(at))
            }
            Expression::ImportExpression(import) => match &import.source {
                Expression::StringLiteral(text) => {
                    let kind = ExprKind::Import { specifier: text.value.as_str().into(), name: None };
                    self.builder.push(kind, span(at))
                }
                other => {
                    let inner = self.expression(other);
                    self.operation(vec![inner], at)
                }
            },
            Expression::AwaitExpression(inner) => self.same(&inner.argument, at),
            Expression::ParenthesizedExpression(inner) => self.same(&inner.expression, at),
            Expression::TSAsExpression(inner) => {
                let value = self.same(&inner.expression, at);
                self.said(value, type_name(&inner.type_annotation), span(at))
            }
            Expression::TSSatisfiesExpression(inner) => self.same(&inner.expression, at),
            Expression::TSTypeAssertion(inner) => self.same(&inner.expression, at),
            Expression::TSNonNullExpression(inner) => self.same(&inner.expression, at),
            Expression::TSInstantiationExpression(inner) => self.same(&inner.expression, at),
            Expression::YieldExpression(inner) => match &inner.argument {
                Some(argument) => {
                    let value = self.expression(argument);
                    let value = if inner.delegate {
                        self.builder.push(ExprKind::Element(value), span(at))
                    } else {
                        value
                    };
                    self.builder.returns(value);
                    self.operation(Vec::new(), at)
                }
                None => self.constant(at),
            },
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::LogicalExpression(logical) => {
                let left = self.expression(&logical.left);
                let right = self.expression(&logical.right);
                self.builder.test(left);
                let kind = match logical.operator {
                    LogicalOperator::And => ChoiceKind::Guard,
                    LogicalOperator::Or | LogicalOperator::Coalesce => ChoiceKind::Default,
                };
                self.builder.push(ExprKind::Choice(kind, vec![left, right]), span(at))
            }
            Expression::ConditionalExpression(conditional) => {
                self.condition(&conditional.test);
                let yes = self.expression(&conditional.consequent);
                let no = self.expression(&conditional.alternate);
                self.builder.push(ExprKind::Choice(ChoiceKind::Either, vec![yes, no]), span(at))
            }
            Expression::SequenceExpression(sequence) => {
                let mut last = None;
                for inner in &sequence.expressions {
                    last = Some(self.expression(inner));
                }
                match last {
                    Some(last) => self.builder.push(ExprKind::Same(last), span(at)),
                    None => self.constant(at),
                }
            }
            Expression::UnaryExpression(unary) => {
                let inner = self.expression(&unary.argument);
                if unary.operator == UnaryOperator::LogicalNot {
                    self.builder.test(inner);
                }
                self.operation(vec![inner], at)
            }
            Expression::UpdateExpression(_) => self.constant(at),
            Expression::PrivateInExpression(inner) => {
                let right = self.expression(&inner.right);
                self.operation(vec![right], at)
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call),
                ChainElement::TSNonNullExpression(inner) => self.same(&inner.expression, at),
                other => match other.as_member_expression() {
                    Some(member) => self.member(member),
                    None => self.constant(at),
                },
            },
            Expression::JSXElement(element) => self.element(element),
            Expression::JSXFragment(fragment) => self.fragment(fragment),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                // Literals other than texts, `import.meta`, `new.target`.
                None => self.constant(at),
            },
        }
    }

    fn same(&mut self, inner: &Expression<'_>, at: oxc_span::Span) -> ExprId {
        let inner = self.expression(inner);
        self.builder.push(ExprKind::Same(inner), span(at))
    }

    fn template(&mut self, template: &TemplateLiteral<'_>) -> ExprId {
        let mut parts = Vec::with_capacity(template.quasis.len() + template.expressions.len());
        let mut expressions = template.expressions.iter();
        for quasi in &template.quasis {
            let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
            if !text.is_empty() || template.expressions.is_empty() {
                parts.push(self.builder.push(ExprKind::Text(text.as_str().into()), span(quasi.span)));
            }
            if let Some(expression) = expressions.next() {
                parts.push(self.expression(expression));
            }
        }
        match parts.as_slice() {
            [only] if template.expressions.is_empty() => {
                let only = *only;
                self.builder.push(ExprKind::Same(only), span(template.span))
            }
            _ => self.builder.push(ExprKind::Join(parts), span(template.span)),
        }
    }

    fn binary(&mut self, binary: &BinaryExpression<'_>) -> ExprId {
        // `a + b + c + …` leans to the left, as deep as it is long: walked without recursion.
        if binary.operator == BinaryOperator::Addition {
            let mut right_sides = vec![&binary.right];
            let mut left = &binary.left;
            while let Expression::BinaryExpression(inner) = left {
                if inner.operator != BinaryOperator::Addition {
                    break;
                }
                right_sides.push(&inner.right);
                left = &inner.left;
            }
            let mut parts = vec![self.expression(left)];
            for side in right_sides.into_iter().rev() {
                parts.push(self.expression(side));
            }
            return self.builder.push(ExprKind::Join(parts), span(binary.span));
        }
        let left = self.expression(&binary.left);
        let right = self.expression(&binary.right);
        let comparison = matches!(
            binary.operator,
            BinaryOperator::Equality
                | BinaryOperator::Inequality
                | BinaryOperator::StrictEquality
                | BinaryOperator::StrictInequality
        );
        // A comparison with nothing asks whether the other side is there.
        let mut with_nothing = false;
        if comparison {
            for (side, other) in [(left, &binary.right), (right, &binary.left)] {
                let nothing = match other {
                    Expression::NullLiteral(_) => true,
                    Expression::StringLiteral(text) => text.value.is_empty() || text.value == "undefined",
                    Expression::Identifier(name) => name.name == "undefined",
                    _ => false,
                };
                with_nothing |= nothing;
                if nothing {
                    self.builder.test(side);
                }
            }
        }
        if comparison && !with_nothing {
            return self.builder.push(ExprKind::Equal(left, right), span(binary.span));
        }
        self.operation(vec![left, right], binary.span)
    }

    fn object(&mut self, object: &ObjectExpression<'_>) -> ExprId {
        let mut fields = Vec::with_capacity(object.properties.len());
        let mut spreads = Vec::new();
        let own = self.own_members(object);
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(p) => {
                    self.item(p.span);
                    let name = if p.computed {
                        self.key(&p.key);
                        p.key.static_name()
                    } else {
                        p.key.static_name()
                    };
                    let value = match (&p.value, &name) {
                        (Expression::FunctionExpression(f), Some(name)) => {
                            if let Some((_, class)) = own {
                                self.class = Some(class);
                            }
                            let id = self.function(f, Some(name));
                            if let Some((outer, _)) = own {
                                self.class = outer;
                            }
                            self.builder.push(ExprKind::Function(id), span(p.span))
                        }
                        (Expression::ArrowFunctionExpression(f), Some(name)) => self.arrow(f, Some(name)),
                        (value, _) => self.expression(value),
                    };
                    fields.push((name.map(|n| n.as_ref().into()), value));
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    spreads.push(self.expression(&spread.argument));
                }
            }
        }
        if let Some((_, class)) = own {
            self.own_fields(class, &mut fields);
        }
        self.builder
            .push(ExprKind::Object { fields: fields.into(), spreads: spreads.into() }, span(object.span))
    }

    pub(super) fn arguments(&mut self, arguments: &[Argument<'_>]) -> Vec<ExprId> {
        let mut out = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => {
                    let inner = self.expression(&spread.argument);
                    out.push(self.builder.push(ExprKind::Element(inner), span(spread.span)));
                }
                other => {
                    if let Some(inner) = other.as_expression() {
                        out.push(self.expression(inner));
                    }
                }
            }
        }
        out
    }

    fn call(&mut self, call: &CallExpression<'_>) -> ExprId {
        if let (Expression::Identifier(name), Some(Argument::StringLiteral(specifier))) =
            (&call.callee, call.arguments.first())
            && name.name == "require"
            && self.referred(name).is_none()
        {
            let kind = ExprKind::Import { specifier: specifier.value.as_str().into(), name: None };
            return self.builder.push(kind, span(call.span));
        }
        if let Some(store) = self.store(call) {
            return store;
        }
        let callee = self.expression(&call.callee);
        let arguments = self.arguments(&call.arguments);
        // Additions to a collection are writes to it.
        if let ExprKind::Member { object, property, .. } = self.builder.kind(callee) {
            let object = *object;
            let added = match (&**property, arguments.as_slice()) {
                ("push" | "unshift" | "add" | "append", values) => values.to_vec(),
                ("set", [_, value]) => vec![*value],
                _ => Vec::new(),
            };
            for value in added {
                self.builder.write(object, None, value);
            }
            if let ("assign" | "extend" | "merge", [target, sources @ ..], true) =
                (&*self.member_name(callee), arguments.as_slice(), self.is_library(object))
            {
                self.assigned_all(*target, sources);
            }
        }
        self.builder.push(
            ExprKind::Call {
                callee,
                arguments: arguments.into(),
                named: Box::default(),
                kind: CallKind::Call,
            },
            span(call.span),
        )
    }

    /// The name of the member that an expression reads.
    fn member_name(&self, expr: ExprId) -> Box<str> {
        match self.builder.kind(expr) {
            ExprKind::Member { property, .. } => property.clone(),
            _ => "".into(),
        }
    }

    /// Whether an expression is what has functions for objects in general: `Object`, `_`, `$`.
    fn is_library(&self, expr: ExprId) -> bool {
        const NAMES: &[&str] = &["Object", "_", "lodash", "$", "jQuery", "angular"];
        self.builder.written_name(expr).is_some_and(|name| NAMES.contains(&&*name))
    }

    /// `Object.assign(target, source)`: what each source has is written to the target.
    fn assigned_all(&mut self, target: ExprId, sources: &[ExprId]) {
        if !matches!(self.builder.kind(target), ExprKind::Local(_) | ExprKind::Member { .. } | ExprKind::This)
        {
            return;
        }
        for source in sources {
            match self.builder.kind(*source).clone() {
                ExprKind::Object { fields, spreads } => {
                    for (name, value) in fields {
                        self.member_write(target, name, value);
                    }
                    for spread in spreads {
                        self.builder.write(target, None, spread);
                    }
                }
                _ => self.builder.write(target, None, *source),
            }
        }
    }

    pub(super) fn member(&mut self, member: &MemberExpression<'_>) -> ExprId {
        match member {
            MemberExpression::StaticMemberExpression(m) => {
                let object = self.expression(&m.object);
                if m.optional {
                    self.builder.test(object);
                }
                let kind = ExprKind::Member {
                    object,
                    property: m.property.name.as_str().into(),
                    optional: m.optional,
                    default: false,
                };
                self.builder.push(kind, span(m.span))
            }
            MemberExpression::ComputedMemberExpression(m) => {
                let object = self.expression(&m.object);
                let index = self.expression(&m.expression);
                let kind = match self.builder.kind(index) {
                    ExprKind::Text(text) => ExprKind::Member {
                        object,
                        property: text.clone(),
                        optional: m.optional,
                        default: false,
                    },
                    _ => ExprKind::Index { object, index },
                };
                self.builder.push(kind, span(m.span))
            }
            MemberExpression::PrivateFieldExpression(m) => {
                let object = self.expression(&m.object);
                let kind = ExprKind::Member {
                    object,
                    property: format!("#{}", m.field.name).into_boxed_str(),
                    optional: m.optional,
                    default: false,
                };
                self.builder.push(kind, span(m.span))
            }
        }
    }
}
