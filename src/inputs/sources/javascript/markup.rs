//! JSX: elements with attributes and children.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpression, JSXFragment, JSXMemberExpression, JSXMemberExpressionObject,
};

use super::{Lower, span};
use crate::program::{ExprId, ExprKind, Markup};

impl Lower {
    pub(super) fn element(&mut self, element: &JSXElement<'_>) -> ExprId {
        self.item(element.span);
        let opening = &element.opening_element;
        let component = match &opening.name {
            JSXElementName::Identifier(_) | JSXElementName::NamespacedName(_) => None,
            JSXElementName::IdentifierReference(name) => Some(self.name(name)),
            JSXElementName::MemberExpression(member) => Some(self.component(member)),
            JSXElementName::ThisExpression(this) => Some(self.builder.push(ExprKind::This, span(this.span))),
        };
        let mut attributes = Vec::new();
        for item in &opening.attributes {
            match item {
                JSXAttributeItem::Attribute(attribute) => {
                    let name = match &attribute.name {
                        JSXAttributeName::Identifier(name) => name.name.to_string(),
                        JSXAttributeName::NamespacedName(name) => {
                            format!("{}:{}", name.namespace.name, name.name.name)
                        }
                    };
                    let value = match &attribute.value {
                        Some(JSXAttributeValue::StringLiteral(text)) => {
                            self.builder.push(ExprKind::Text(text.value.as_str().into()), span(text.span))
                        }
                        Some(JSXAttributeValue::ExpressionContainer(container)) => {
                            self.contained(&container.expression, container.span)
                        }
                        Some(JSXAttributeValue::Element(inner)) => self.element(inner),
                        Some(JSXAttributeValue::Fragment(inner)) => self.fragment(inner),
                        None => self.constant(attribute.span),
                    };
                    attributes.push((Some(name.into_boxed_str()), value));
                }
                JSXAttributeItem::SpreadAttribute(spread) => {
                    let value = self.expression(&spread.argument);
                    attributes.push((None, value));
                }
            }
        }
        let children = self.children(&element.children);
        let kind = ExprKind::Markup(Box::new(Markup { component, attributes, children }));
        self.builder.push(kind, span(element.span))
    }

    pub(super) fn fragment(&mut self, fragment: &JSXFragment<'_>) -> ExprId {
        self.item(fragment.span);
        let children = self.children(&fragment.children);
        let markup = Markup { component: None, attributes: Vec::new(), children };
        let kind = ExprKind::Markup(Box::new(markup));
        self.builder.push(kind, span(fragment.span))
    }

    fn children(&mut self, children: &[JSXChild<'_>]) -> Vec<ExprId> {
        let mut out = Vec::new();
        for child in children {
            match child {
                JSXChild::Text(_) => {}
                JSXChild::Element(element) => out.push(self.element(element)),
                JSXChild::Fragment(fragment) => out.push(self.fragment(fragment)),
                JSXChild::ExpressionContainer(container) => {
                    out.push(self.contained(&container.expression, container.span));
                }
                JSXChild::Spread(spread) => out.push(self.expression(&spread.expression)),
            }
        }
        out
    }

    fn contained(&mut self, expression: &JSXExpression<'_>, at: oxc_span::Span) -> ExprId {
        match expression.as_expression() {
            Some(expression) => self.expression(expression),
            None => self.constant(at),
        }
    }

    fn component(&mut self, member: &JSXMemberExpression<'_>) -> ExprId {
        let object = match &member.object {
            JSXMemberExpressionObject::IdentifierReference(name) => self.name(name),
            JSXMemberExpressionObject::MemberExpression(inner) => self.component(inner),
            JSXMemberExpressionObject::ThisExpression(this) => {
                self.builder.push(ExprKind::This, span(this.span))
            }
        };
        let kind = ExprKind::Member {
            object,
            property: member.property.name.as_str().into(),
            optional: false,
            default: false,
        };
        self.builder.push(kind, span(member.span))
    }
}
