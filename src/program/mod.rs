//! What a source file becomes: a program in a form that is the same for every language.
//!
//! A language's reader lowers its syntax tree to this form and is done; nothing in here, and nothing
//! that reads it, knows a language. Statements are gone: what matters for following a value is which
//! expressions define a variable, which a function returns, what is called with what, and which
//! expressions decide a branch. Order of execution is not kept.

pub mod aliases;
mod builder;

use std::sync::Arc;

pub use builder::Builder;

use crate::text::Span;

/// Stands before a package in `Module::opens` that is opened for all files of the program.
pub const GLOBAL: &str = "global ";

/// Index of an expression in its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// Index of a variable in its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

/// Index of a function in its module; 0 is the module's own body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Index of a class in its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// The language a module is written in. It decides how imports and free names are looked up, and which
/// rows of the tables apply; nothing else asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// JavaScript and TypeScript.
    JavaScript,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Python.
    Python,
    /// C#.
    CSharp,
    /// PHP.
    Php,
    /// Ruby.
    Ruby,
    /// Go.
    Go,
    /// A template that a server fills in.
    Template,
}

impl Language {
    /// Its name in the tables of `catalog`.
    #[must_use]
    pub fn table_name(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Java => "java",
            Self::Kotlin => "kotlin",
            Self::Python => "python",
            Self::CSharp => "csharp",
            Self::Php => "php",
            Self::Ruby => "ruby",
            Self::Go => "go",
            Self::Template => "template",
        }
    }

    /// Whether a method names the members of its object without saying whose they are.
    #[must_use]
    pub fn leaves_out_this(self) -> bool {
        matches!(self, Self::Java | Self::Kotlin | Self::CSharp)
    }

    /// Whether a function gives several results at once, which are no list of alike things.
    #[must_use]
    pub fn gives_several_results(self) -> bool {
        matches!(self, Self::Go)
    }

    /// Whether programs mostly do not say of what type what they handle is.
    #[must_use]
    pub fn is_untyped(self) -> bool {
        matches!(self, Self::JavaScript | Self::Python | Self::Ruby | Self::Php)
    }

    /// Whether two languages see each other's names.
    #[must_use]
    pub fn shares_names_with(self, other: Self) -> bool {
        let jvm = |l| matches!(l, Self::Java | Self::Kotlin);
        self == other || (jvm(self) && jvm(other))
    }
}

/// One file (or one script block of a file).
#[derive(Clone, Debug)]
pub struct Module {
    /// Its language.
    pub language: Language,
    /// The file, relative to the checked root.
    pub file: Arc<str>,
    /// All expressions; children come before their parents.
    pub exprs: Vec<Expr>,
    /// All variables.
    pub symbols: Vec<Symbol>,
    /// All functions; the first is the module's own body.
    pub functions: Vec<Function>,
    /// All classes.
    pub classes: Vec<Class>,
    /// What other modules can name, in the order of the file.
    pub exports: Vec<(Box<str>, ExprId)>,
    /// Modules all of whose exports are exported again.
    pub reexports: Vec<Box<str>>,
    /// Packages and namespaces whose names are seen here without being imported one by one, its own
    /// first. A class of the program is exported under its bare name and under `package.Name`.
    pub opens: Vec<Box<str>>,
    /// Assignments to a member: `object.name = value`.
    pub writes: Vec<MemberWrite>,
    /// Expressions whose truth decides something: conditions, guards, filters.
    pub tests: Vec<ExprId>,
    /// Branches that are taken when a request failed, each with the condition that says so.
    pub failures: Vec<(ExprId, Span)>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
    /// The function that it belongs to.
    pub function: FunctionId,
}

/// How a call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// `f(x)`
    Call,
    /// `new F(x)`
    New,
    /// `` f`…` ``; the only argument is the joined text.
    Template,
}

/// How a choice between values is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// The first arm unless it is absent, then the second (`||`, `??`, `?:` of Kotlin).
    Default,
    /// The second arm if the first holds (`&&`).
    Guard,
    /// One of the arms (`c ? a : b`, `switch`).
    Either,
}

/// The index that stands for the key under which a walked map has an element.
pub const KEY_OF_ITEM: u32 = u32::MAX;

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A text literal.
    Text(Box<str>),
    /// Texts and values joined.
    Join(Vec<ExprId>),
    /// A number, boolean, null or pattern.
    Constant,
    /// A variable of this module.
    Local(SymbolId),
    /// A name that this module does not define.
    Global(Box<str>),
    /// A module, or one of its exports.
    Import {
        /// As written.
        specifier: Box<str>,
        /// The export; `None` for the module as a whole, `default` for its default.
        name: Option<Box<str>>,
    },
    /// `object.property`, also by literal index or destructuring.
    Member {
        /// The object.
        object: ExprId,
        /// The property.
        property: Box<str>,
        /// Whether it is reached by `?.`.
        optional: bool,
        /// Whether a default value stands beside it (destructuring).
        default: bool,
    },
    /// `object[index]`.
    Index {
        /// The object.
        object: ExprId,
        /// The index.
        index: ExprId,
    },
    /// The `n`th item of a list that is taken apart; `KEY_OF_ITEM` of an element stands for its key.
    Item {
        /// The list.
        object: ExprId,
        /// From 0.
        index: u32,
    },
    /// The `n`th result of a call, in a language whose functions give several. The function returns a
    /// list of them; of a call that is not looked into, the first one is the answer.
    Result {
        /// The call.
        call: ExprId,
        /// From 0.
        index: u32,
    },
    /// What a call puts into a variable that it is handed: `json.Unmarshal(body, &user)`.
    Filled {
        /// The call.
        call: ExprId,
        /// Which of its arguments the variable is; `None` when it was handed over earlier in the chain of
        /// calls that ends here.
        argument: Option<u32>,
    },
    /// One of the items of a list that is walked.
    Element(ExprId),
    /// A call.
    Call {
        /// What is called.
        callee: ExprId,
        /// The arguments in order.
        arguments: Box<[ExprId]>,
        /// Arguments that are given by name.
        named: Box<[(Box<str>, ExprId)]>,
        /// How it is written.
        kind: CallKind,
    },
    /// An object, record or map with known keys. A `None` key is computed.
    Object {
        /// Keys and values in order.
        fields: Box<[(Option<Box<str>>, ExprId)]>,
        /// Objects whose fields are taken over.
        spreads: Box<[ExprId]>,
    },
    /// A list.
    List(Vec<ExprId>),
    /// A function as a value.
    Function(FunctionId),
    /// A class as a value.
    Class(ClassId),
    /// The same value: parentheses, casts, awaits, assertions.
    Same(ExprId),
    /// The same value, which is said to be of a type: a cast, a generic argument, a declared result.
    Typed {
        /// The value.
        value: ExprId,
        /// The type's name, as in `Symbol`.
        type_name: Box<str>,
    },
    /// One of several values.
    Choice(ChoiceKind, Vec<ExprId>),
    /// A parameter of a function.
    Parameter(FunctionId, u32),
    /// The object whose method this is.
    This,
    /// An element of a markup tree.
    Markup(Box<Markup>),
    /// Two values compared for being the same.
    Equal(ExprId, ExprId),
    /// Any other operation: its value is not one of its operands.
    Operation(Vec<ExprId>),
}

/// An element of a markup tree: a component or tag with attributes and children.
#[derive(Clone, Debug, PartialEq)]
pub struct Markup {
    /// The component, when the tag names a value.
    pub component: Option<ExprId>,
    /// Attributes in order; `None` for a spread.
    pub attributes: Vec<(Option<Box<str>>, ExprId)>,
    /// Children in order.
    pub children: Vec<ExprId>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Its name.
    pub name: Box<str>,
    /// Every expression that is ever assigned to it.
    pub definitions: Vec<ExprId>,
    /// The name of its declared type, without arguments and wrappers.
    pub type_name: Option<Box<str>>,
}

/// A function, method or lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name, when it has one.
    pub name: Option<Box<str>>,
    /// One for each parameter; the variable is `None` for one that is taken apart.
    pub parameters: Vec<Parameter>,
    /// Every expression that it returns (or yields).
    pub returns: Vec<ExprId>,
    /// Whether it gives one thing after the other to whoever walks what it returns.
    pub yields: bool,
    /// From its first to its last byte.
    pub span: Span,
    /// The function around it.
    pub parent: Option<FunctionId>,
    /// The class that it is a method of.
    pub class: Option<ClassId>,
    /// The names of its decorators, annotations or attributes.
    pub decorators: Vec<Box<str>>,
}

/// A parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// Its name; empty for one that is taken apart.
    pub name: Box<str>,
    /// The name of its declared type.
    pub type_name: Option<Box<str>>,
    /// True for the one that takes all further arguments.
    pub rest: bool,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Box<str>,
    /// What it extends.
    pub base: Option<ExprId>,
    /// Methods in order.
    pub methods: Vec<(Box<str>, FunctionId)>,
    /// Fields: initial values, values that methods assign to `this.x`, constructor properties.
    pub fields: Vec<(Box<str>, ExprId)>,
    /// Fields whose declared type names a class.
    pub field_types: Vec<(Box<str>, Box<str>)>,
    /// Methods that it only promises, by name, with the type that they give; `*` for whatever finds something.
    pub results: Vec<(Box<str>, Box<str>)>,
    /// The names of all that it extends or implements.
    pub parents: Vec<Box<str>>,
    /// What an object of it holds, where that is declared with types.
    pub properties: Vec<Property>,
    /// Its name with package or namespace; parts of one class in many files share it.
    pub full_name: Box<str>,
    /// Whether it only promises methods, and classes that have them fulfil it without naming it.
    pub promises: bool,
}

/// A declared property of a class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Property {
    /// Its name in code.
    pub name: Box<str>,
    /// Its name in JSON, when an annotation says another one.
    pub wire: Option<Box<str>>,
    /// The name of its type; `None` for texts, numbers and the like.
    pub type_name: Option<Box<str>>,
}

/// An assignment to a member, or an addition to a collection (`push`: no property).
#[derive(Clone, Debug, PartialEq)]
pub struct MemberWrite {
    /// The object.
    pub object: ExprId,
    /// The property; `None` when it is computed or a list item.
    pub property: Option<Box<str>>,
    /// What is assigned.
    pub value: ExprId,
}

/// Methods that give what stands under the key that they are handed.
const KEY_READERS: &[&str] = &["get", "fetch", "pop", "getString", "optString", "path"];

impl Module {
    /// The expression behind an id of this module.
    ///
    /// Ids are handed out by `Builder` only, so they are always in range.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The variable behind an id of this module.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.0 as usize]
    }

    /// The function behind an id of this module.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The class behind an id of this module.
    #[must_use]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// All expressions with their ids.
    pub fn all(&self) -> impl Iterator<Item = (ExprId, &Expr)> {
        self.exprs.iter().enumerate().map(|(i, e)| (ExprId(u32::try_from(i).unwrap_or(u32::MAX)), e))
    }

    /// The value behind casts, awaits and parentheses.
    #[must_use]
    pub fn peel(&self, mut id: ExprId) -> ExprId {
        // Children come before their parents, so this ends.
        while let ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } = self.expr(id).kind {
            id = inner;
        }
        id
    }

    /// What is read by a key that is written out, and the key: `a.key`, `a["key"]`, `a.get("key")`.
    #[must_use]
    pub fn key_read(&self, id: ExprId) -> Option<(ExprId, &str)> {
        match &self.expr(id).kind {
            ExprKind::Member { object, property, .. } => Some((*object, property)),
            ExprKind::Call { callee, arguments, .. } => {
                let ExprKind::Member { object, property, .. } = &self.expr(self.peel(*callee)).kind else {
                    return None;
                };
                if !KEY_READERS.contains(&&**property) {
                    return None;
                }
                match &self.expr(self.peel(*arguments.first()?)).kind {
                    ExprKind::Text(key) => Some((*object, key)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What is read by a key that a constant of another place holds, and that constant: `node.path(EMAIL_ADDRESS)`,
    /// `$data[self::EMAIL]`.
    #[must_use]
    pub fn constant_read(&self, id: ExprId) -> Option<(ExprId, ExprId)> {
        let (object, key) = match &self.expr(id).kind {
            ExprKind::Index { object, index } => (object, *index),
            ExprKind::Call { callee, arguments, .. } => {
                let ExprKind::Member { object, property, .. } = &self.expr(self.peel(*callee)).kind else {
                    return None;
                };
                (object, *arguments.first().filter(|_| KEY_READERS.contains(&&**property))?)
            }
            _ => return None,
        };
        let written = self.written_name(key)?;
        let name = written.rsplit('.').next()?;
        let constant = name.contains(|c: char| c.is_ascii_uppercase())
            && !name.contains(|c: char| c.is_ascii_lowercase())
            && name.contains("MAIL");
        constant.then_some((*object, key))
    }

    /// The keys that are read one after the other to get at a value, the last one last, as far as they can be
    /// seen without evaluating: through variables with one definition, items of lists, defaults.
    #[must_use]
    pub fn keys_to(&self, mut id: ExprId) -> Vec<&str> {
        const MAX_STEPS: usize = 24;
        let mut keys: Vec<&str> = Vec::new();
        for _ in 0..MAX_STEPS {
            id = self.peel(id);
            if let Some((object, key)) = self.key_read(id) {
                keys.push(key);
                id = object;
                continue;
            }
            match &self.expr(id).kind {
                ExprKind::Local(symbol) => {
                    let mut values = self.symbol(*symbol).definitions.iter().filter(|d| {
                        !matches!(self.expr(self.peel(**d)).kind, ExprKind::Constant | ExprKind::Text(_))
                    });
                    match (values.next(), values.next()) {
                        (Some(only), None) => id = *only,
                        _ => break,
                    }
                }
                ExprKind::Element(inner)
                | ExprKind::Index { object: inner, .. }
                | ExprKind::Item { object: inner, .. } => id = *inner,
                ExprKind::Choice(ChoiceKind::Default, arms) => match arms.first() {
                    Some(first) => id = *first,
                    None => break,
                },
                _ => break,
            }
        }
        keys.reverse();
        keys
    }

    /// The name as written: `a.b.c` for members of names, with `()` for calls on the way; at most
    /// eight parts. `None` when it starts with anything but a name, `this` or an import.
    #[must_use]
    pub fn written_name(&self, id: ExprId) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut id = self.peel(id);
        for _ in 0..16 {
            match &self.expr(id).kind {
                ExprKind::Member { object, property, .. } => {
                    parts.push(bare(property).to_owned());
                    id = self.peel(*object);
                }
                ExprKind::Call { callee, .. } => {
                    // `issue.get("fields")` reads as `issue.fields` does.
                    if let Some((object, key)) = self.key_read(id)
                        && !key.is_empty()
                        && key.chars().all(|c| c.is_alphanumeric() || c == '_')
                    {
                        parts.push(key.to_owned());
                        id = self.peel(object);
                        continue;
                    }
                    id = self.peel(*callee);
                    match &self.expr(id).kind {
                        ExprKind::Member { object, property, .. } => {
                            parts.push(format!("{}()", bare(property)));
                            id = self.peel(*object);
                        }
                        ExprKind::Local(s) => {
                            parts.push(format!("{}()", self.symbol(*s).name));
                            return Some(join_reversed(parts));
                        }
                        ExprKind::Global(name) => {
                            parts.push(format!("{name}()"));
                            return Some(join_reversed(parts));
                        }
                        _ => return None,
                    }
                }
                ExprKind::Local(symbol) => {
                    parts.push(self.symbol(*symbol).name.to_string());
                    return Some(join_reversed(parts));
                }
                ExprKind::Global(name) => {
                    parts.push(name.to_string());
                    return Some(join_reversed(parts));
                }
                ExprKind::Import { name: Some(name), .. } => {
                    parts.push(name.to_string());
                    return Some(join_reversed(parts));
                }
                ExprKind::This => {
                    parts.push("this".to_owned());
                    return Some(join_reversed(parts));
                }
                _ => return None,
            }
        }
        None
    }
}

/// A name without the `#` of members that only their class sees.
fn bare(property: &str) -> &str {
    property.strip_prefix('#').unwrap_or(property)
}

fn join_reversed(mut parts: Vec<String>) -> String {
    parts.reverse();
    parts.join(".")
}
