//! The program's own functions that hand what they are given to a sink: a log helper, a repository, a
//! mailer. A call of one is where the address goes, as far as whoever reads the code is concerned.
//!
//! Goes from the sinks outwards, each parameter of each function once, so that the cost is that of
//! looking at every call a few times.

use std::collections::BTreeSet;

use super::eval::getter;
use super::flows::{Carried, Flows};
use super::link::Program;
use super::value::{At, FunctionAt};
use crate::catalog::fields::Fields;
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{CallKind, ExprId, ExprKind, FunctionId, Language, Module, SymbolId};

/// Functions inside functions.
const MAX_DEPTH: u32 = 4;
/// Calls of one function that are looked at.
const MAX_CALLS: usize = 400;
/// Parts of one argument that are looked through for parameters.
const MAX_PARTS: usize = 200;
/// Things that one object is filled with.
const MAX_WRITES: usize = 40;
/// A function that more places call is a helper, and its callers are what counts.
pub(super) const FEW_CALLERS: usize = 3;
/// The result of a tool: whoever has one made of an address answers with it, however few they are.
pub(super) const TOOL_RESULT: &str = "response.mcp-content";

/// Something that goes to a sink out of the parameters of the function around it.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    pub(super) kind: SinkKind,
    pub(super) sink: String,
    pub(super) service: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) argument: At,
}

/// A parameter, or a property of it.
type Given = (FunctionId, u32, Option<Box<str>>);

/// Follows what is handed to sinks to the callers of the functions that do so.
pub(super) fn follow(flows: &mut Flows<'_, '_, '_>, handed: Vec<Handed>) {
    let program = flows.evaluator.program;
    let mut seen: BTreeSet<(FunctionAt, u32, Option<Box<str>>, SinkKind)> = BTreeSet::new();
    let mut open: Vec<(Handed, u32)> = handed.into_iter().map(|h| (h, 0)).collect();
    while let Some((handed, depth)) = open.pop() {
        for (function, index, property) in given(program, handed.argument) {
            let of = FunctionAt { module: handed.argument.module, function };
            // Who calls a helper that looks into a map is one step away, and no more.
            let deepest = if handed.sink == "identity.map-key" { 1 } else { MAX_DEPTH };
            if depth >= deepest || !seen.insert((of, index, property.clone(), handed.kind)) {
                continue;
            }
            let Some(callers) = flows.evaluator.callers.get(&of) else { continue };
            let calls = callers.calls.clone();
            let parameter = program.module(of.module).function(function).parameters.get(index as usize);
            let rest = parameter.is_some_and(|p| p.rest);
            let name = parameter.map(|p| &p.name).filter(|n| !n.is_empty());
            // Which of a few callers is meant is said by the sink itself.
            let builds = handed.sink == TOOL_RESULT;
            let helps = (builds || calls.len() > FEW_CALLERS) && !names_address(property.as_deref());
            let confidence = if helps { handed.confidence } else { Confidence::Possible };
            for call in calls.into_iter().take(MAX_CALLS) {
                let ExprKind::Call { arguments, named, .. } = program.kind(call) else { continue };
                let count = if rest { usize::MAX } else { 1 };
                let by_name = named.iter().filter(|(n, _)| Some(n) == name).map(|(_, v)| v);
                for argument in arguments.iter().skip(index as usize).take(count).chain(by_name) {
                    let argument = At { module: call.module, expr: *argument };
                    let found = flows.handed(argument, property.as_deref());
                    flows.report_at(call, &handed, confidence, &found);
                    // Who hands over the person whose address is read there says less than that place.
                    let read_there = names_address(property.as_deref());
                    let how = match read_there || is_made_before(program, argument) {
                        true => Confidence::Possible,
                        false => handed.confidence,
                    };
                    open.push((Handed { argument, confidence: how, ..handed.clone() }, depth + 1));
                }
            }
        }
    }
}

/// Whether an argument is what a call gave before, as one of several results: `body, err := json.Marshal(v)`.
pub(super) fn is_made_before(program: &Program, argument: At) -> bool {
    let data = program.module(argument.module);
    match data.expr(data.peel(argument.expr)).kind {
        ExprKind::Local(symbol) => {
            let definitions = &data.symbol(symbol).definitions;
            definitions.iter().any(|d| matches!(data.expr(data.peel(*d)).kind, ExprKind::Result { .. }))
        }
        _ => false,
    }
}

/// Whether an argument is a field of an object whose class has nothing to do with Atlassian and keeps there what it
/// is made with: a framework's answer, whose makers say more than the framework.
pub(super) fn is_of_a_framework(program: &Program, argument: At) -> bool {
    let data = program.module(argument.module);
    let ExprKind::Member { object, property, .. } = &data.expr(data.peel(argument.expr)).kind else {
        return false;
    };
    if program.index(argument.module).about_atlassian
        || names_address(Some(property))
        || !matches!(data.expr(data.peel(*object)).kind, ExprKind::This)
    {
        return false;
    }
    let class = data.function(data.expr(argument.expr).function).class.map(|c| data.class(c));
    class.is_some_and(|c| {
        let mut values = c.fields.iter().filter(|(name, _)| name == property);
        values.any(|(_, v)| !given(program, At { module: argument.module, expr: *v }).is_empty())
    })
}

/// Whether a property is the address itself: whoever reads it where it goes is the one to look at.
fn names_address(property: Option<&str>) -> bool {
    property.is_some_and(|p| Fields::get().is_address(p))
}

/// The parameters that an expression is made of, as far as it can be seen without evaluating.
pub(super) fn given(program: &Program, at: At) -> Vec<Given> {
    let module = program.module(at.module);
    let mut out: BTreeSet<Given> = BTreeSet::new();
    let mut seen: BTreeSet<SymbolId> = BTreeSet::new();
    let mut open: Vec<(ExprId, Option<Box<str>>)> = vec![(at.expr, None)];
    let mut parts = 0_usize;
    while let Some((expr, property)) = open.pop() {
        parts += 1;
        if parts > MAX_PARTS {
            break;
        }
        match &module.expr(expr).kind {
            ExprKind::Parameter(function, index) => {
                out.insert((*function, *index, property));
            }
            ExprKind::Local(symbol) if seen.insert(*symbol) => {
                let definitions = &module.symbol(*symbol).definitions;
                open.extend(definitions.iter().take(4).map(|d| (*d, property.clone())));
                // `row.setMail(mail)`, `payload.put("mail", mail)`: what an object made here is filled with.
                if property.is_none() && is_typed(module.language) {
                    let writes = program.index(at.module).writes.get(symbol).into_iter().flatten();
                    let writes = writes.take(MAX_WRITES).filter_map(|i| module.writes.get(*i));
                    open.extend(writes.map(|w| (w.value, None)));
                }
            }
            ExprKind::Same(inner)
            | ExprKind::Typed { value: inner, .. }
            | ExprKind::Element(inner)
            | ExprKind::Item { object: inner, .. } => open.push((*inner, property)),
            ExprKind::Member { object, property: name, .. } => {
                open.push((*object, Some(property.unwrap_or_else(|| name.clone()))));
            }
            ExprKind::Join(inner) | ExprKind::List(inner) => {
                open.extend(inner.iter().map(|i| (*i, None)));
            }
            ExprKind::Choice(_, arms) => open.extend(arms.iter().map(|a| (*a, property.clone()))),
            ExprKind::Object { fields, spreads } => {
                open.extend(fields.iter().map(|(_, v)| (*v, None)));
                open.extend(spreads.iter().map(|s| (*s, None)));
            }
            ExprKind::Call { callee, arguments, named, kind }
                if passes(module, *callee)
                    || is_typed(module.language) && makes(module, *callee, *kind)
                    || is_fluent(module, *callee) =>
            {
                open.extend(arguments.iter().map(|a| (*a, None)));
                open.extend(named.iter().map(|(_, v)| (*v, None)));
                if let ExprKind::Member { object, .. } = &module.expr(module.peel(*callee)).kind {
                    open.push((*object, None));
                }
            }
            // `event.getMail()`, `event.mail()` of a record.
            ExprKind::Call { callee, arguments, .. }
                if arguments.is_empty()
                    && let Some((object, name)) = accessor(module, *callee) =>
            {
                open.push((object, Some(property.unwrap_or(name))));
            }
            ExprKind::Result { call, index: 0 } => open.push((*call, property)),
            // `send(r -> r.to(mail))`
            ExprKind::Function(function) if module.language.leaves_out_this() => {
                open.extend(module.function(*function).returns.iter().take(4).map(|r| (*r, None)));
            }
            _ => {}
        }
    }
    out.into_iter().collect()
}

/// The object and the property of a method without arguments that reads one.
fn accessor(module: &Module, callee: ExprId) -> Option<(ExprId, Box<str>)> {
    let ExprKind::Member { object, property, .. } = &module.expr(module.peel(callee)).kind else {
        return None;
    };
    let name = match getter(property) {
        Some(name) if module.language.leaves_out_this() || module.language == Language::Go => name,
        None if module.language == Language::Java => property.to_string(),
        _ => return None,
    };
    Some((*object, name.into()))
}

/// Whether a language's objects are made by constructors, builders and setters.
fn is_typed(language: Language) -> bool {
    matches!(language, Language::Java | Language::Kotlin | Language::CSharp | Language::Go)
}

/// Whether a call makes an object of what it is handed: a constructor, a builder, a collection of the language's
/// own, a function that is named for making something.
fn makes(module: &Module, callee: ExprId, kind: CallKind) -> bool {
    const MAKES: &[&str] = &[
        "mapOf",
        "hashMapOf",
        "mutableMapOf",
        "listOf",
        "mutableListOf",
        "setOf",
        "arrayOf",
        "to",
        "asList",
        "singletonList",
        "singletonMap",
        "singleton",
        "ofString",
        "ofByteArray",
        "toRequestBody",
        "create",
        "Create",
        "fromValue",
        "just",
        "valueOf",
        "createSingleEmail",
    ];
    let callee = module.peel(callee);
    if kind == CallKind::New {
        return true;
    }
    let name = match &module.expr(callee).kind {
        ExprKind::Member { property, .. } => property,
        ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => name,
        ExprKind::Local(symbol) => &module.symbol(*symbol).name,
        ExprKind::Class(_) => return true,
        _ => return false,
    };
    MAKES.contains(&&**name)
        // `NewReader` of Go, `User(…)` of Kotlin.
        || name.strip_prefix("New").is_some_and(|n| n.starts_with(|c: char| c.is_ascii_uppercase()))
        || module.language == Language::Kotlin && name.starts_with(|c: char| c.is_ascii_uppercase())
        || module.written_name(callee).is_some_and(|n| {
            let n = n.to_ascii_lowercase();
            n.contains("builder") || n.starts_with("map.of") || n.starts_with("list.of")
        })
}

/// Whether a call is one of a chain that starts at the parameter of a lambda: `r -> r.to(mail).text(body)`.
fn is_fluent(module: &Module, callee: ExprId) -> bool {
    const MAX_CALLS: usize = 16;
    if !module.language.leaves_out_this() {
        return false;
    }
    let mut next = module.peel(callee);
    for _ in 0..MAX_CALLS {
        let ExprKind::Member { object, .. } = module.expr(next).kind else { return false };
        match &module.expr(module.peel(object)).kind {
            ExprKind::Call { callee, .. } => next = module.peel(*callee),
            ExprKind::Local(symbol) => {
                return module.symbol(*symbol).definitions.iter().any(|d| match module.expr(*d).kind {
                    ExprKind::Parameter(of, _) => module.function(of).name.is_none(),
                    _ => false,
                });
            }
            _ => return false,
        }
    }
    false
}

/// Whether what a call gives holds what it is handed, by its name.
fn passes(module: &Module, callee: ExprId) -> bool {
    const NAMES: &[&str] = &[
        "stringify",
        "assign",
        "String",
        "format",
        "toString",
        "trim",
        "toLowerCase",
        "concat",
        "join",
        "Join",
        "Sprint",
        "Sprintln",
        "map",
        "resolve",
        "freeze",
        "inspect",
        "from",
        "of",
        "keys",
        "clone",
        "cloneDeep",
        "pick",
        "omit",
        "merge",
        "getBytes",
        "serialize",
        "Serialize",
        "SerializeObject",
        "toJson",
        "toJSONString",
        "to_json",
        "writeValueAsString",
        "writeValueAsBytes",
        "dumps",
        "encode",
        "json_encode",
        "Marshal",
        "sprintf",
        "Sprintf",
        "parse",
        "parseAsync",
        "safeParse",
        "safeParseAsync",
        "structuredClone",
    ];
    // What is made, is made of what is handed over: `Message(text)`, `build_message(text)`.
    const MAKES: &[&str] = &["create_", "build_", "make_", "format_", "render_", "compose_", "to_"];
    let name = match &module.expr(module.peel(callee)).kind {
        ExprKind::Member { property, .. } => property,
        ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => name,
        ExprKind::Local(symbol) => &module.symbol(*symbol).name,
        _ => return false,
    };
    let makes = || {
        matches!(module.language, Language::Python | Language::Ruby | Language::Php)
            && (name.starts_with(|c: char| c.is_ascii_uppercase())
                || &**name == "new"
                || MAKES.iter().any(|m| name.starts_with(m)))
    };
    NAMES.contains(&&**name) || makes()
}

impl Flows<'_, '_, '_> {
    /// Whether what goes to a sink is whatever the many callers of the function around hand over, so that
    /// their calls say more than the sink.
    pub(super) fn is_handed_by_many(&self, argument: At) -> bool {
        let program = self.evaluator.program;
        if is_of_a_framework(program, argument) {
            return true;
        }
        given(program, argument).into_iter().any(|(function, _, property)| {
            let of = FunctionAt { module: argument.module, function };
            !names_address(property.as_deref())
                && self.evaluator.callers.get(&of).is_some_and(|c| c.calls.len() > FEW_CALLERS)
        })
    }

    /// What an argument, or a property of it, carries.
    fn handed(&mut self, argument: At, property: Option<&str>) -> Vec<Carried> {
        let value = self.evaluator.value(argument);
        let Some(property) = property else {
            let mut found = self.carried(&value, 0, true);
            found.extend(self.written(argument));
            return found;
        };
        let mut out = Vec::new();
        for atom in value.iter() {
            let part = self.evaluator.member(atom, property, argument);
            out.extend(self.carried(&part, 0, true));
        }
        out.sort();
        out.dedup();
        out
    }
}
