//! Makes a module: what the reader of each language calls, construct by construct.

use std::sync::Arc;

use super::*;

/// Builds a module; the only way to make ids.
#[derive(Debug)]
pub struct Builder {
    module: Module,
    /// The function that new expressions belong to.
    current: Vec<FunctionId>,
}

impl Builder {
    /// An empty module with its own body as the current function.
    #[must_use]
    pub fn new(language: Language, file: Arc<str>, span: Span) -> Self {
        let body = Function {
            name: None,
            parameters: Vec::new(),
            returns: Vec::new(),
            yields: false,
            span,
            parent: None,
            class: None,
            decorators: Vec::new(),
        };
        Self {
            module: Module {
                language,
                file,
                exprs: Vec::new(),
                symbols: Vec::new(),
                functions: vec![body],
                classes: Vec::new(),
                exports: Vec::new(),
                reexports: Vec::new(),
                opens: Vec::new(),
                writes: Vec::new(),
                tests: Vec::new(),
                failures: Vec::new(),
            },
            current: vec![FunctionId(0)],
        }
    }

    /// The finished module.
    #[must_use]
    pub fn finish(mut self) -> Module {
        // Programs are many, and stay.
        self.module.exprs.shrink_to_fit();
        self.module.symbols.shrink_to_fit();
        self.module.functions.shrink_to_fit();
        self.module
    }

    /// The function that is being built.
    #[must_use]
    pub fn current(&self) -> FunctionId {
        self.current.last().copied().unwrap_or(FunctionId(0))
    }

    /// Adds an expression to the current function.
    pub fn push(&mut self, kind: ExprKind, span: Span) -> ExprId {
        let id = ExprId(u32::try_from(self.module.exprs.len()).unwrap_or(u32::MAX));
        let function = self.current();
        self.module.exprs.push(Expr { kind, span, function });
        id
    }

    /// Adds a variable.
    pub fn symbol(&mut self, name: &str) -> SymbolId {
        let id = SymbolId(u32::try_from(self.module.symbols.len()).unwrap_or(u32::MAX));
        self.module.symbols.push(Symbol { name: name.into(), definitions: Vec::new(), type_name: None });
        id
    }

    /// Says that `value` is assigned to a variable.
    pub fn define(&mut self, symbol: SymbolId, value: ExprId) {
        if let Some(s) = self.module.symbols.get_mut(symbol.0 as usize) {
            s.definitions.push(value);
        }
    }

    /// Sets a variable's declared type.
    pub fn set_type(&mut self, symbol: SymbolId, type_name: Option<Box<str>>) {
        if let Some(s) = self.module.symbols.get_mut(symbol.0 as usize) {
            s.type_name = type_name;
        }
    }

    /// Starts a function: what is pushed until `leave` belongs to it.
    pub fn enter(&mut self, name: Option<&str>, class: Option<ClassId>, span: Span) -> FunctionId {
        let id = FunctionId(u32::try_from(self.module.functions.len()).unwrap_or(u32::MAX));
        let parent = Some(self.current());
        self.module.functions.push(Function {
            name: name.map(Into::into),
            parameters: Vec::new(),
            returns: Vec::new(),
            yields: false,
            span,
            parent,
            class,
            decorators: Vec::new(),
        });
        self.current.push(id);
        id
    }

    /// The class whose method is being built.
    pub fn class_of_method(&self) -> Option<ClassId> {
        self.module.functions.get(self.current().0 as usize).and_then(|f| f.class)
    }

    /// Ends the function that `enter` started.
    pub fn leave(&mut self) {
        if self.current.len() > 1 {
            self.current.pop();
        }
    }

    /// Adds a parameter to the current function; gives its index and the expression for its value.
    pub fn parameter(&mut self, parameter: Parameter, span: Span) -> ExprId {
        let function = self.current();
        let index = match self.module.functions.get_mut(function.0 as usize) {
            Some(f) => {
                f.parameters.push(parameter);
                u32::try_from(f.parameters.len() - 1).unwrap_or(u32::MAX)
            }
            None => 0,
        };
        self.push(ExprKind::Parameter(function, index), span)
    }

    /// Says that the current function returns `value`.
    pub fn returns(&mut self, value: ExprId) {
        let function = self.current();
        if let Some(f) = self.module.functions.get_mut(function.0 as usize) {
            f.returns.push(value);
        }
    }

    /// How many functions without a name there are around the current place, up to the first with one.
    #[must_use]
    pub fn nameless(&self) -> usize {
        let named = |f: &&FunctionId| {
            f.0 == 0 || self.module.functions.get(f.0 as usize).is_none_or(|f| f.name.is_some())
        };
        self.current.iter().rev().position(|f| named(&f)).unwrap_or(0)
    }

    /// Says that the function `outwards` functions around the current one returns `value`.
    pub fn returns_past(&mut self, outwards: usize, value: ExprId) {
        let function = self.current.iter().rev().nth(outwards).copied().unwrap_or(FunctionId(0));
        if let Some(f) = self.module.functions.get_mut(function.0 as usize) {
            f.returns.push(value);
        }
    }

    /// Says that the current function gives `value` and goes on.
    pub fn yields(&mut self, value: ExprId) {
        self.returns(value);
        let function = self.current();
        if let Some(f) = self.module.functions.get_mut(function.0 as usize) {
            f.yields = true;
        }
    }

    /// Adds a class.
    pub fn class(&mut self, name: &str) -> ClassId {
        let id = ClassId(u32::try_from(self.module.classes.len()).unwrap_or(u32::MAX));
        self.module.classes.push(Class {
            name: name.into(),
            base: None,
            methods: Vec::new(),
            fields: Vec::new(),
            field_types: Vec::new(),
            results: Vec::new(),
            parents: Vec::new(),
            properties: Vec::new(),
            full_name: Box::from(""),
            promises: false,
        });
        id
    }

    /// The class being built, to add to it.
    pub fn class_mut(&mut self, id: ClassId) -> Option<&mut Class> {
        self.module.classes.get_mut(id.0 as usize)
    }

    /// Sets the decorators of the current function.
    pub fn decorate(&mut self, names: Vec<Box<str>>) {
        let function = self.current();
        if let Some(f) = self.module.functions.get_mut(function.0 as usize) {
            f.decorators = names;
        }
    }

    /// Says that the names of a package or namespace are seen here.
    pub fn open(&mut self, package: &str) {
        self.module.opens.push(package.into());
    }

    /// Says that other modules can name `value`.
    pub fn export(&mut self, name: &str, value: ExprId) {
        self.module.exports.push((name.into(), value));
    }

    /// Says that all exports of `specifier` are exported again.
    pub fn reexport(&mut self, specifier: &str) {
        self.module.reexports.push(specifier.into());
    }

    /// Records an assignment to a member.
    pub fn write(&mut self, object: ExprId, property: Option<Box<str>>, value: ExprId) {
        self.module.writes.push(MemberWrite { object, property, value });
    }

    /// Records an expression whose truth decides something.
    pub fn test(&mut self, id: ExprId) {
        self.module.tests.push(id);
    }

    /// Says of a branch that it is taken when a request failed, as a condition says.
    pub fn fails(&mut self, condition: ExprId, branch: Span) {
        self.module.failures.push((condition, branch));
    }

    /// The file of the module.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.module.file
    }

    /// The first definition of a variable so far.
    #[must_use]
    pub fn first_definition(&self, symbol: SymbolId) -> Option<ExprId> {
        self.module.symbol(symbol).definitions.first().copied()
    }

    /// The place of an expression.
    #[must_use]
    pub fn span(&self, id: ExprId) -> Span {
        self.module.expr(id).span
    }

    /// What is exported under a name so far.
    #[must_use]
    pub fn exported(&self, name: &str) -> Option<ExprId> {
        let export = self.module.exports.iter().find(|(n, _)| &**n == name)?;
        Some(self.module.peel(export.1))
    }

    /// The value behind casts and parentheses.
    #[must_use]
    pub fn peel(&self, id: ExprId) -> ExprId {
        self.module.peel(id)
    }

    /// What a function returns.
    #[must_use]
    pub fn returned(&self, function: FunctionId) -> Vec<ExprId> {
        self.module.functions.get(function.0 as usize).map(|f| f.returns.clone()).unwrap_or_default()
    }

    /// The name of an expression as written, for the names of decorators.
    #[must_use]
    pub fn written_name(&self, id: ExprId) -> Option<Box<str>> {
        self.module.written_name(id).map(|n| n.trim_end_matches("()").into())
    }

    /// The expression behind an id.
    #[must_use]
    pub fn kind(&self, id: ExprId) -> &ExprKind {
        &self.module.expr(id).kind
    }
}
