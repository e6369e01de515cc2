//! JavaScript and TypeScript, by oxc: text to `program::Module` and comments.
//!
//! The only folder that names oxc, because its interface changes with every release. It lowers, and
//! decides nothing about what a program means.

mod bindings;
mod component;
mod declarations;
mod expressions;
mod markup;
mod members;
mod nesting;

use std::sync::{Arc, Mutex, PoisonError};

use oxc_allocator::Allocator;
use oxc_ast::ast::{Directive, Expression, IdentifierReference, TSType, TSTypeName};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan, SourceType};

use super::load::PARSER_STACK;
pub use component::{Owner, is_expression, is_pattern, parse_component};

use super::outcome::outcome;
use super::{Comment, Comments};
use crate::program::{Builder, ClassId, ExprId, ExprKind, Language, Module, SymbolId};
use crate::text::{SourceFile, Span, SyntaxError};

/// A parsed file.
#[derive(Debug)]
pub struct Parsed {
    /// Its program.
    pub module: Module,
    /// Where it nests too deep to be followed, when it does: what lies deeper is not in the program.
    pub cut: Option<SyntaxError>,
    /// Its comments and what they can cover.
    pub comments: Comments,
}

/// Reads a JavaScript or TypeScript file; the dialect comes from the file's name.
///
/// # Errors
/// The first syntax error, with its place. Also when the text nests deeper than code does.
pub fn parse(file: &SourceFile) -> Result<Parsed, SyntaxError> {
    parse_block(&file.path, &file.text, source_type(&file.path))
}

/// Reads one script block of a `.vue` or `.svelte` file. `text` is the file with everything outside
/// the block replaced by blanks, so that spans hold; `language` is the block's `lang` attribute.
///
/// # Errors
/// As `parse`.
pub fn parse_script(file: &SourceFile, text: &str, language: Option<&str>) -> Result<Parsed, SyntaxError> {
    parse_block(&file.path, text, script_type(language))
}

fn script_type(language: Option<&str>) -> SourceType {
    match language {
        Some("ts") => SourceType::ts(),
        Some("tsx") => SourceType::tsx(),
        _ => SourceType::jsx(),
    }
}

fn source_type(path: &str) -> SourceType {
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "ts" | "mts" | "cts" => SourceType::ts(),
        "tsx" => SourceType::tsx(),
        // Plain JavaScript may hold JSX, and may be a module or a script.
        _ => SourceType::jsx(),
    }
}

fn parse_block(path: &Arc<str>, text: &str, kind: SourceType) -> Result<Parsed, SyntaxError> {
    parse_block_with(path, text, kind, None)
}

/// `markup` says where in the text the code of a component's markup begins.
fn parse_block_with(
    path: &Arc<str>,
    text: &str,
    kind: SourceType,
    markup: Option<component::Markup>,
) -> Result<Parsed, SyntaxError> {
    nesting::check(text, kind.is_typescript())?;
    let stack = nesting::stack(text);
    if stack <= PARSER_STACK / 2 {
        return parse_here(path, text, kind, markup);
    }
    let too_much = |why: &str| SyntaxError::new(format!("{why}: not analysed"), Span::at(0));
    if stack > nesting::MAX_STACK {
        return Err(too_much("it holds more brackets and operators than the parser has room for")
            .with_help("if this is generated, leave it out with `lint.exclude`"));
    }
    // One at a time: such files are rare, and their stacks are large.
    static LARGE: Mutex<()> = Mutex::new(());
    let _one = LARGE.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(stack + PARSER_STACK / 2)
            .spawn_scoped(scope, || parse_here(path, text, kind, markup))
            .map_err(|_| too_much("the system has no room for the stack that this file takes"))?
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Parses on the stack of this thread, which has to be large enough.
fn parse_here(
    path: &Arc<str>,
    text: &str,
    kind: SourceType,
    markup: Option<component::Markup>,
) -> Result<Parsed, SyntaxError> {
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let mut parsed = Parser::new(&allocator, text, kind).with_options(options).parse();
    if parsed.panicked && kind.is_javascript() {
        // A script that is not strict: `with`, `await` as a name and the like.
        let script = kind.with_script(true);
        let again = Parser::new(&allocator, text, script).with_options(options).parse();
        if !again.panicked {
            parsed = again;
        }
    }
    if parsed.panicked {
        let (message, span) = parsed.diagnostics.iter().next().map_or_else(
            || ("this is not JavaScript".to_owned(), Span::at(0)),
            |d| {
                let span =
                    d.labels.as_ref().first().map_or(Span::at(0), |l| {
                        Span::new(l.offset() as usize, (l.offset() + l.len()) as usize)
                    });
                (d.message.to_string(), span)
            },
        );
        return Err(SyntaxError {
            message: format!("cannot be parsed: {}", message.trim_end_matches('.')),
            span,
            help: None,
        });
    }
    let scoping = SemanticBuilder::new().build(&parsed.program).semantic.into_scoping();
    let body = Span::new(0, text.len());
    let mut lower = Lower {
        builder: Builder::new(Language::JavaScript, Arc::clone(path), body),
        scoping,
        symbols: Vec::new(),
        items: Vec::new(),
        class: None,
        returns: Vec::new(),
        decorators: Vec::new(),
        depth: 0,
        cut: None,
        markup,
        described: false,
        branches: Vec::new(),
    };
    if matches!(lower.markup, Some(component::Markup { owner: Owner::Described, .. })) {
        lower.class = Some(lower.builder.class(""));
    }
    lower.statements(&parsed.program.body);
    lower.describe_component();
    for (condition, yes, no) in std::mem::take(&mut lower.branches) {
        let said = lower.builder.span(condition);
        let failed = match text.get(said.start as usize..said.end as usize).and_then(outcome) {
            Some(false) => Some(yes),
            Some(true) => no,
            None => None,
        };
        if let Some(branch) = failed {
            lower.builder.fails(condition, branch);
        }
    }
    let comments = parsed
        .program
        .comments
        .iter()
        .map(|c| {
            let body = c.content_span();
            Comment { span: span(c.span), body: span(body) }
        })
        .collect();
    let mut items = lower.items;
    items.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    items.dedup();
    let cut = lower.cut.map(|span| {
        SyntaxError::new(
            format!("nested deeper than {MAX_DEPTH} levels: what lies deeper is not analysed"),
            span,
        )
    });
    let mut module = lower.builder.finish();
    if is_served(&parsed.program.directives) {
        decorate_exported(&mut module);
    }
    Ok(Parsed { module, cut, comments: Comments { comments, items } })
}

/// Says of the functions that a module exports that pages call them.
fn decorate_exported(module: &mut Module) {
    let mut exported = Vec::new();
    for (_, expr) in &module.exports {
        let expr = module.peel(*expr);
        let definitions = match &module.expr(expr).kind {
            ExprKind::Local(symbol) => module.symbol(*symbol).definitions.clone(),
            _ => vec![expr],
        };
        exported.extend(definitions.into_iter().filter_map(|d| match module.expr(module.peel(d)).kind {
            ExprKind::Function(function) => Some(function),
            _ => None,
        }));
    }
    for function in exported {
        if let Some(function) = module.functions.get_mut(function.0 as usize) {
            function.decorators.push(SERVED.into());
        }
    }
}

/// What nests deeper than this is left out, and said to be; real code stays far below.
const MAX_DEPTH: u32 = 2_000;

/// The state of lowering one file.
struct Lower {
    builder: Builder,
    /// What is done when a condition holds, and when it does not.
    branches: Vec<(ExprId, Span, Option<Span>)>,
    scoping: Scoping,
    /// Our variable for each of oxc's, made when first met.
    symbols: Vec<Option<SymbolId>>,
    /// Spans that an annotation can cover.
    items: Vec<Span>,
    /// The class whose members are being lowered.
    class: Option<ClassId>,
    /// The declared results of the functions around.
    returns: Vec<Option<Box<str>>>,
    /// The decorators of the method that is lowered next.
    decorators: Vec<Box<str>>,
    depth: u32,
    /// The first thing that nests too deep.
    cut: Option<Span>,
    /// The code of markup behind the script.
    markup: Option<component::Markup>,
    /// Whether the options of a store are being lowered: all its functions are members of one class.
    described: bool,
}

/// The decorator of functions that run on a server for whoever calls them from a page.
const SERVED: &str = "use server";

/// Whether directives say that what follows is called from pages and runs on a server.
fn is_served(directives: &[Directive<'_>]) -> bool {
    directives.iter().any(|d| d.directive == SERVED)
}

fn span(s: oxc_span::Span) -> Span {
    Span { start: s.start, end: s.end }
}

impl Lower {
    /// Goes one level down, unless that is too deep; whoever is let in has to come up again.
    fn descend(&mut self, at: oxc_span::Span) -> bool {
        if self.depth >= MAX_DEPTH {
            self.cut.get_or_insert(Span::at(at.start as usize));
            return false;
        }
        self.depth += 1;
        true
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }

    fn item(&mut self, s: oxc_span::Span) {
        self.items.push(span(s));
    }

    /// Our variable for oxc's.
    fn symbol(&mut self, id: oxc_semantic::SymbolId) -> SymbolId {
        let index = id.index();
        if index >= self.symbols.len() {
            self.symbols.resize(index + 1, None);
        }
        if let Some(Some(known)) = self.symbols.get(index) {
            return *known;
        }
        let name = self.scoping.symbol_name(id).to_owned();
        let ours = self.builder.symbol(&name);
        if let Some(slot) = self.symbols.get_mut(index) {
            *slot = Some(ours);
        }
        ours
    }

    /// The variable that a name refers to, unless it is global.
    fn referred(&mut self, name: &IdentifierReference<'_>) -> Option<SymbolId> {
        let reference = name.reference_id.get()?;
        let id = self.scoping.get_reference(reference).symbol_id()?;
        Some(self.symbol(id))
    }

    fn name(&mut self, name: &IdentifierReference<'_>) -> ExprId {
        let kind = match self.referred(name) {
            Some(symbol) => ExprKind::Local(symbol),
            None => {
                if let Some(member) = self.component_name(name.name.as_str(), span(name.span)) {
                    return member;
                }
                ExprKind::Global(name.name.as_str().into())
            }
        };
        self.builder.push(kind, span(name.span))
    }

    /// A value that is said to be of a type.
    fn said(&mut self, value: ExprId, type_name: Option<Box<str>>, at: Span) -> ExprId {
        match type_name {
            Some(type_name) if &*type_name != "const" => {
                self.builder.push(ExprKind::Typed { value, type_name }, at)
            }
            _ => value,
        }
    }

    /// An operation over `operands`.
    fn operation(&mut self, operands: Vec<ExprId>, at: oxc_span::Span) -> ExprId {
        self.builder.push(ExprKind::Operation(operands), span(at))
    }

    fn constant(&mut self, at: oxc_span::Span) -> ExprId {
        self.builder.push(ExprKind::Constant, span(at))
    }

    /// An expression whose truth decides something, and the parts of it that do.
    fn condition(&mut self, test: &Expression<'_>) -> ExprId {
        let id = self.expression(test);
        self.builder.test(id);
        id
    }
}

/// The last part of a type's name.
fn type_of_name<'n>(name: &'n TSTypeName<'_>) -> Option<&'n str> {
    match name {
        TSTypeName::IdentifierReference(name) => Some(name.name.as_str()),
        TSTypeName::QualifiedName(name) => Some(name.right.name.as_str()),
        TSTypeName::ThisExpression(_) => None,
    }
}

/// The name of a type without its wrappers: `Promise<User[]>` is `User`, `jira.User` is `User`.
fn type_name(kind: &TSType<'_>) -> Option<Box<str>> {
    let mut kind = kind;
    for _ in 0..8 {
        match kind {
            TSType::TSArrayType(array) => kind = &array.element_type,
            TSType::TSParenthesizedType(inner) => kind = &inner.type_annotation,
            TSType::TSUnionType(union) => {
                kind = union.types.iter().find(|t| matches!(t, TSType::TSTypeReference(_)))?;
            }
            TSType::TSTypeReference(reference) => {
                let name = type_of_name(&reference.type_name)?;
                let wrapper = matches!(
                    name,
                    "Promise"
                        | "Array"
                        | "ReadonlyArray"
                        | "Readonly"
                        | "Partial"
                        | "Required"
                        | "Observable"
                );
                match reference.type_arguments.as_ref().and_then(|a| a.params.first()) {
                    Some(inner) if wrapper => kind = inner,
                    _ => return Some(name.into()),
                }
            }
            _ => return None,
        }
    }
    None
}

/// The span of anything of oxc's.
fn span_of(node: &impl GetSpan) -> Span {
    span(node.span())
}
