//! Statements, functions, classes, imports and exports.

use std::borrow::Cow;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Class, ClassElement, Declaration, Directive,
    ExportDefaultDeclarationKind, Expression, ForStatementLeft, FormalParameters, Function,
    ImportDeclarationSpecifier, MethodDefinitionKind, ModuleDeclaration, ModuleExportName, Statement,
    TSModuleReference, TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc_ast::ast::{BindingPattern, PropertyKey};
use oxc_span::GetSpan;

use super::{Lower, SERVED, is_served, span, type_name, type_of_name};
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Parameter};

impl Lower {
    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            self.item(statement.span());
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::BlockStatement(block) => self.statements(&block.body),
            Statement::ExpressionStatement(s) => {
                self.expression(&s.expression);
            }
            Statement::IfStatement(s) => {
                let condition = self.condition(&s.test);
                let other = s.alternate.as_ref().map(|a| span(a.span()));
                self.branches.push((condition, span(s.consequent.span()), other));
                self.nested(&s.consequent);
                if let Some(alternate) = &s.alternate {
                    self.nested(alternate);
                }
            }
            Statement::ReturnStatement(s) => {
                if let Some(argument) = &s.argument {
                    let value = self.expression(argument);
                    let declared = self.returns.last().cloned().flatten();
                    let value = self.said(value, declared, span(argument.span()));
                    self.builder.returns(value);
                }
            }
            Statement::ThrowStatement(s) => {
                self.expression(&s.argument);
            }
            Statement::ForStatement(s) => {
                if let Some(init) = &s.init {
                    match init {
                        oxc_ast::ast::ForStatementInit::VariableDeclaration(d) => self.variables(d, false),
                        other => {
                            if let Some(e) = other.as_expression() {
                                self.expression(e);
                            }
                        }
                    }
                }
                if let Some(test) = &s.test {
                    self.expression(test);
                }
                if let Some(update) = &s.update {
                    self.expression(update);
                }
                self.nested(&s.body);
            }
            Statement::ForOfStatement(s) => {
                let list = self.expression(&s.right);
                let element = self.builder.push(ExprKind::Element(list), span(s.right.span()));
                self.loop_variable(&s.left, element);
                self.nested(&s.body);
            }
            Statement::ForInStatement(s) => {
                let object = self.expression(&s.right);
                let key = self.operation(vec![object], s.right.span());
                self.loop_variable(&s.left, key);
                self.nested(&s.body);
            }
            Statement::WhileStatement(s) => {
                self.condition(&s.test);
                self.nested(&s.body);
            }
            Statement::DoWhileStatement(s) => {
                self.nested(&s.body);
                self.condition(&s.test);
            }
            Statement::SwitchStatement(s) => {
                self.expression(&s.discriminant);
                for case in &s.cases {
                    self.item(case.span);
                    if let Some(test) = &case.test {
                        self.expression(test);
                    }
                    self.statements(&case.consequent);
                }
            }
            Statement::TryStatement(s) => {
                self.statements(&s.block.body);
                if let Some(handler) = &s.handler {
                    self.statements(&handler.body.body);
                }
                if let Some(finalizer) = &s.finalizer {
                    self.statements(&finalizer.body);
                }
            }
            Statement::LabeledStatement(s) => self.nested(&s.body),
            Statement::WithStatement(s) => {
                self.expression(&s.object);
                self.nested(&s.body);
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration, false);
                } else if let Some(module) = other.as_module_declaration() {
                    self.module_declaration(module);
                }
            }
        }
    }

    /// A statement in the place of a block; it is an item of its own when it is none.
    fn nested(&mut self, statement: &Statement<'_>) {
        if !self.descend(statement.span()) {
            return;
        }
        if !matches!(statement, Statement::BlockStatement(_)) {
            self.item(statement.span());
        }
        self.statement(statement);
        self.ascend();
    }

    fn loop_variable(&mut self, left: &ForStatementLeft<'_>, value: ExprId) {
        match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                for declarator in &declaration.declarations {
                    self.bind(&declarator.id, value);
                }
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.assign(target, value);
                }
            }
        }
    }

    fn declaration(&mut self, declaration: &Declaration<'_>, export: bool) {
        match declaration {
            Declaration::VariableDeclaration(d) => self.variables(d, export),
            Declaration::FunctionDeclaration(f) => {
                let id = self.function(f, None);
                let value = self.builder.push(ExprKind::Function(id), span(f.span));
                self.named(f.id.as_ref(), value, export);
            }
            Declaration::ClassDeclaration(c) => {
                let id = self.class(c);
                let value = self.builder.push(ExprKind::Class(id), span(c.span));
                self.named(c.id.as_ref(), value, export);
            }
            Declaration::TSEnumDeclaration(e) => {
                let mut fields = Vec::new();
                for member in &e.body.members {
                    self.item(member.span);
                    let value = match &member.initializer {
                        Some(init) => self.expression(init),
                        None => self.constant(member.span),
                    };
                    fields.push((Some(member.id.static_name().as_str().into()), value));
                }
                let value = self
                    .builder
                    .push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, span(e.span));
                self.named(Some(&e.id), value, export);
            }
            Declaration::TSNamespaceDeclaration(n) => {
                if let TSNamespaceDeclarationBody::TSModuleBlock(block) = &n.body {
                    self.statements(&block.body);
                }
            }
            Declaration::TSImportEqualsDeclaration(d) => {
                if let TSModuleReference::ExternalModuleReference(module) = &d.module_reference {
                    let kind =
                        ExprKind::Import { specifier: module.expression.value.as_str().into(), name: None };
                    let value = self.builder.push(kind, span(d.span));
                    self.named(Some(&d.id), value, export);
                }
            }
            _ => {}
        }
    }

    /// Gives a declared name its value, and exports it when it is exported where it is declared.
    fn named(&mut self, name: Option<&oxc_ast::ast::BindingIdentifier<'_>>, value: ExprId, export: bool) {
        let Some(name) = name else { return };
        if let Some(id) = name.symbol_id.get() {
            let symbol = self.symbol(id);
            self.builder.define(symbol, value);
        }
        if export {
            self.builder.export(name.name.as_str(), value);
        }
    }

    fn variables(&mut self, declaration: &VariableDeclaration<'_>, export: bool) {
        for declarator in &declaration.declarations {
            let declared = declarator.type_annotation.as_ref().and_then(|t| type_name(&t.type_annotation));
            if let Some(init) = &declarator.init {
                let name = match &declarator.id {
                    BindingPattern::BindingIdentifier(name) => Some(name.name.as_str()),
                    _ => None,
                };
                let value = match (init, name) {
                    (Expression::ArrowFunctionExpression(f), Some(_)) => self.arrow(f, name),
                    (Expression::FunctionExpression(f), Some(_)) => {
                        let id = self.function(f, name);
                        self.builder.push(ExprKind::Function(id), span(f.span))
                    }
                    _ => self.expression(init),
                };
                self.bind(&declarator.id, value);
            }
            for name in declarator.id.get_binding_identifiers() {
                let Some(id) = name.symbol_id.get() else { continue };
                let symbol = self.symbol(id);
                if matches!(declarator.id, BindingPattern::BindingIdentifier(_)) {
                    self.builder.set_type(symbol, declared.clone());
                }
                if export {
                    let value = self.builder.push(ExprKind::Local(symbol), span(name.span));
                    self.builder.export(name.name.as_str(), value);
                }
            }
        }
    }

    /// Lowers a function; `name` is the one of the place it is assigned to.
    pub(super) fn function(&mut self, function: &Function<'_>, name: Option<&str>) -> FunctionId {
        let own = function.id.as_ref().map(|id| id.name.as_str());
        let class = self.class;
        let id = self.builder.enter(own.or(name), class, span(function.span));
        let mut decorators = std::mem::take(&mut self.decorators);
        decorators.extend(Self::called_from_pages(function.body.as_ref().map(|b| b.directives.as_slice())));
        self.builder.decorate(decorators);
        self.parameters(&function.params);
        if let Some(body) = &function.body {
            self.returns.push(function.return_type.as_ref().and_then(|t| type_name(&t.type_annotation)));
            self.statements(&body.statements);
            self.returns.pop();
        }
        self.builder.leave();
        if let Some(name) = &function.id
            && let Some(symbol) = name.symbol_id.get()
        {
            // A named function expression can call itself; a declaration defines the name again.
            let symbol = self.symbol(symbol);
            let value = self.builder.push(ExprKind::Function(id), span(function.span));
            self.builder.define(symbol, value);
        }
        id
    }

    pub(super) fn arrow(&mut self, arrow: &ArrowFunctionExpression<'_>, name: Option<&str>) -> ExprId {
        let class = self.class;
        let id = self.builder.enter(name, class, span(arrow.span));
        let directives = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => Some(body.directives.as_slice()),
            _ => None,
        };
        let decorator = Self::called_from_pages(directives);
        self.builder.decorate(decorator.into_iter().collect());
        self.parameters(&arrow.params);
        let declared = arrow.return_type.as_ref().and_then(|t| type_name(&t.type_annotation));
        self.returns.push(declared.clone());
        match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => self.statements(&body.statements),
            other => {
                if let Some(expression) = other.as_expression() {
                    let value = self.expression(expression);
                    let value = self.said(value, declared, span(expression.span()));
                    self.builder.returns(value);
                }
            }
        }
        self.returns.pop();
        self.builder.leave();
        self.builder.push(ExprKind::Function(id), span(arrow.span))
    }

    /// `"use server"` in a function is a decorator by another name.
    fn called_from_pages(directives: Option<&[Directive<'_>]>) -> Option<Box<str>> {
        directives.is_some_and(is_served).then(|| SERVED.into())
    }

    fn parameters(&mut self, parameters: &FormalParameters<'_>) {
        for item in &parameters.items {
            let name = match &item.pattern {
                BindingPattern::BindingIdentifier(name) => name.name.as_str(),
                _ => "",
            };
            let declared = item.type_annotation.as_ref().and_then(|t| type_name(&t.type_annotation));
            let parameter = Parameter { name: name.into(), type_name: declared.clone(), rest: false };
            let mut value = self.builder.parameter(parameter, span(item.span));
            if item.accessibility.is_some() || item.readonly {
                // `constructor(private client: Client)` is a field too.
                if let (Some(class), false) = (self.class, name.is_empty())
                    && let Some(class) = self.builder.class_mut(class)
                {
                    class.fields.push((name.into(), value));
                    if let Some(declared) = &declared {
                        class.field_types.push((name.into(), declared.clone()));
                    }
                }
            }
            if let Some(initializer) = &item.initializer {
                let fallback = self.expression(initializer);
                let kind = ExprKind::Choice(crate::program::ChoiceKind::Default, vec![value, fallback]);
                value = self.builder.push(kind, span(item.span));
            }
            self.bind(&item.pattern, value);
            if let BindingPattern::BindingIdentifier(name) = &item.pattern
                && let Some(id) = name.symbol_id.get()
            {
                let symbol = self.symbol(id);
                self.builder.set_type(symbol, declared);
            }
        }
        if let Some(rest) = &parameters.rest {
            let parameter = Parameter { name: Box::from(""), type_name: None, rest: true };
            let value = self.builder.parameter(parameter, span(rest.span));
            self.bind(&rest.rest.argument, value);
        }
    }

    pub(super) fn class(&mut self, class: &Class<'_>) -> ClassId {
        let name = class.id.as_ref().map_or("", |id| id.name.as_str());
        let id = self.builder.class(name);
        let base = class.heritage.as_ref().map(|h| self.expression(&h.expression));
        let mut parents: Vec<Box<str>> = Vec::new();
        if let Some(base) = base
            && let Some(name) = self.builder.written_name(base)
        {
            parents.push(name.rsplit('.').next().unwrap_or(&name).into());
        }
        for promised in &class.implements {
            parents.extend(type_of_name(&promised.expression).map(Into::into));
        }
        if let Some(ours) = self.builder.class_mut(id) {
            ours.base = base;
            ours.parents = parents;
        }
        for decorator in &class.decorators {
            self.expression(&decorator.expression);
        }
        let outer = self.class.replace(id);
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(method) => {
                    self.item(method.span);
                    let mut decorators = Vec::new();
                    for decorator in &method.decorators {
                        let id = self.expression(&decorator.expression);
                        decorators.extend(self.builder.written_name(id));
                    }
                    self.decorators = decorators;
                    let name = name_of(&method.key);
                    let function = self.function(&method.value, name.as_deref());
                    if let Some(name) = &name
                        && let Some(ours) = self.builder.class_mut(id)
                    {
                        if method.kind == MethodDefinitionKind::Get {
                            // Reading a getter calls it: the rules for fields apply to what it returns.
                            ours.methods.push((format!("get {name}").into_boxed_str(), function));
                        } else {
                            ours.methods.push((name.as_ref().into(), function));
                        }
                    }
                }
                ClassElement::PropertyDefinition(property) => {
                    self.item(property.span);
                    let name = name_of(&property.key);
                    let declared =
                        property.type_annotation.as_ref().and_then(|t| type_name(&t.type_annotation));
                    let value = match (&property.value, name.as_deref()) {
                        (Some(Expression::ArrowFunctionExpression(f)), name) => Some(self.arrow(f, name)),
                        (Some(value), _) => Some(self.expression(value)),
                        (None, _) => None,
                    };
                    if let Some(name) = &name
                        && let Some(ours) = self.builder.class_mut(id)
                    {
                        if let Some(value) = value {
                            ours.fields.push((name.as_ref().into(), value));
                        }
                        if let Some(declared) = declared {
                            ours.field_types.push((name.as_ref().into(), declared));
                        }
                    }
                }
                ClassElement::AccessorProperty(property) => {
                    self.item(property.span);
                    let value = property.value.as_ref().map(|v| self.expression(v));
                    if let (Some(name), Some(value)) = (name_of(&property.key), value)
                        && let Some(ours) = self.builder.class_mut(id)
                    {
                        ours.fields.push((name.as_ref().into(), value));
                    }
                }
                ClassElement::StaticBlock(block) => self.statements(&block.body),
                ClassElement::TSIndexSignature(_) => {}
            }
        }
        self.class = outer;
        id
    }

    fn module_declaration(&mut self, declaration: &ModuleDeclaration<'_>) {
        match declaration {
            ModuleDeclaration::ImportDeclaration(import) => {
                let specifier = import.source.value.as_str();
                for item in import.specifiers.iter().flatten() {
                    let (local, name) = match item {
                        ImportDeclarationSpecifier::ImportSpecifier(s) => {
                            (&s.local, Some(export_name(&s.imported)))
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => {
                            (&s.local, Some("default".to_owned()))
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => (&s.local, None),
                    };
                    let kind = ExprKind::Import {
                        specifier: specifier.into(),
                        name: name.map(String::into_boxed_str),
                    };
                    let value = self.builder.push(kind, span(local.span));
                    if let Some(id) = local.symbol_id.get() {
                        let symbol = self.symbol(id);
                        self.builder.define(symbol, value);
                    }
                }
            }
            ModuleDeclaration::ExportAllDeclaration(export) => match &export.exported {
                None => self.builder.reexport(export.source.value.as_str()),
                Some(name) => {
                    let kind =
                        ExprKind::Import { specifier: export.source.value.as_str().into(), name: None };
                    let value = self.builder.push(kind, span(export.span));
                    self.builder.export(&export_name(name), value);
                }
            },
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                let value = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(f) => {
                        let id = self.function(f, None);
                        self.builder.push(ExprKind::Function(id), span(f.span))
                    }
                    ExportDefaultDeclarationKind::ClassDeclaration(c) => {
                        let id = self.class(c);
                        let value = self.builder.push(ExprKind::Class(id), span(c.span));
                        self.named(c.id.as_ref(), value, false);
                        value
                    }
                    ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
                    other => match other.as_expression() {
                        Some(expression) => self.expression(expression),
                        None => return,
                    },
                };
                self.builder.export("default", value);
            }
            ModuleDeclaration::ExportDeclaration(export) => self.declaration(&export.declaration, true),
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let value = match &specifier.local {
                        ModuleExportName::IdentifierReference(name) => self.name(name),
                        other => {
                            let name = export_name(other);
                            self.builder.push(ExprKind::Global(name.into_boxed_str()), span(specifier.span))
                        }
                    };
                    self.builder.export(&export_name(&specifier.exported), value);
                }
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                for specifier in &export.specifiers {
                    let kind = ExprKind::Import {
                        specifier: export.source.value.as_str().into(),
                        name: Some(export_name(&specifier.local).into_boxed_str()),
                    };
                    let value = self.builder.push(kind, span(specifier.span));
                    self.builder.export(&export_name(&specifier.exported), value);
                }
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                let value = self.expression(&export.expression);
                self.builder.export("module.exports", value);
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }
}

fn export_name(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}

/// The name of a member of a class, with the `#` of one that only the class sees.
fn name_of<'k>(key: &'k PropertyKey<'_>) -> Option<Cow<'k, str>> {
    match key {
        PropertyKey::PrivateIdentifier(private) => Some(Cow::Owned(format!("#{}", private.name))),
        key => key.static_name(),
    }
}
