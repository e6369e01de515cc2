//! Results of tools that a language model calls, by their form, and the functions inside that make the answers of a
//! handler.

use super::*;
use crate::analysis::value::{At, FunctionAt, ModuleId};
use crate::catalog::sinks::{Sink, Sinks};
use crate::findings::Confidence;
use crate::program::{CallKind, ExprId, ExprKind, Language, Module};

/// Parts of one answer that are looked at.
const MAX_PARTS: usize = 60;
/// Items of one result.
const MAX_ITEMS: usize = 20;
/// Answers of one function.
const MAX_RETURNS: usize = 100;
/// Functions that one answer can come from.
const MAX_MAKERS: usize = 12;

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// `{content: [{type: 'text', text: …}]}`: what a tool gives, wherever it is made, and by way of the functions
    /// that make one of what they are handed.
    pub(in crate::analysis) fn tool_results(&mut self, module: ModuleId) {
        let data = self.evaluator.program.module(module);
        let Some(sink) = Sinks::get().by_id(wrappers::TOOL_RESULT) else { return };
        if data.language != Language::JavaScript {
            return;
        }
        for (expr, _) in data.all() {
            for part in result_parts(data, expr) {
                let part = At { module, expr: part };
                let value = self.evaluator.value(part);
                let mut found = self.carried(&value, 0, true);
                found.extend(self.written(part));
                let found = self.of_few(part, found);
                let mut how = sink.confidence();
                let whole = found.iter().any(|c| matches!(c, Carried::Whole(_)));
                if !found.is_empty() {
                    let mut made = false;
                    for (of, answers) in self.made_by(part) {
                        let most = if answers { how } else { Confidence::Possible };
                        let said = self.said_by(sink, of, most, 1);
                        made |= answers && said > Some(Confidence::Possible);
                    }
                    let handed = !wrappers::given(self.evaluator.program, part).is_empty();
                    if made || handed || whole && self.is_handed_by_many(part) {
                        how = Confidence::Possible;
                    }
                }
                self.report(At { module, expr }, sink.kind, &sink.id, None, how, &found);
                self.hands(part, sink.kind, &sink.id, None, sink.confidence());
            }
        }
    }

    /// What functions give that say by their declared type that it is the result of a tool: where nobody of the program
    /// calls them, a registry does.
    pub(in crate::analysis) fn typed_results(&mut self, module: ModuleId) {
        let data = self.evaluator.program.module(module);
        if data.language != Language::JavaScript {
            return;
        }
        let language = data.language.table_name();
        for (i, function) in data.functions.iter().enumerate() {
            let said = function.returns.iter().find_map(|r| match &data.expr(*r).kind {
                ExprKind::Typed { type_name, .. } => Sinks::get().by_result_type(language, type_name),
                _ => None,
            });
            let Some(sink) = said else { continue };
            let of = FunctionAt { module, function: FunctionId(u32::try_from(i).unwrap_or(u32::MAX)) };
            let called = self.evaluator.callers.contains_key(&of);
            let how = if called { Confidence::Possible } else { sink.confidence() };
            self.returned_from(sink, of, how, 0);
        }
    }

    /// The functions of the program that make what a value carries out of nothing that they are handed, other than
    /// those that ask for it; whether what they give is an answer already: a text, or the result of a tool.
    pub(super) fn made_by(&mut self, at: At) -> Vec<(FunctionAt, bool)> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if data.language != Language::JavaScript {
            return Vec::new();
        }
        let mut out: Vec<(FunctionAt, bool)> = Vec::new();
        let mut seen: BTreeSet<ExprId> = BTreeSet::new();
        let mut open = vec![at.expr];
        while let Some(expr) = open.pop() {
            let expr = data.peel(expr);
            if seen.len() >= MAX_PARTS || !seen.insert(expr) {
                continue;
            }
            match &data.expr(expr).kind {
                ExprKind::Local(symbol) => open.extend(data.symbol(*symbol).definitions.iter().take(4)),
                ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } => open.push(*inner),
                ExprKind::Member { object, .. } => open.push(*object),
                ExprKind::Join(parts) | ExprKind::List(parts) => open.extend(parts.iter().take(MAX_ITEMS)),
                ExprKind::Choice(_, arms) => open.extend(arms),
                ExprKind::Object { fields, spreads } => {
                    open.extend(
                        fields.iter().map(|(_, v)| *v).chain(spreads.iter().copied()).take(MAX_ITEMS),
                    );
                }
                ExprKind::Call { callee, arguments, kind, .. } if *kind != CallKind::New => {
                    let mut inner = self.functions(At { module: at.module, expr: *callee });
                    if inner.is_empty() {
                        // `JSON.stringify(result)`
                        open.extend(arguments.iter().take(4));
                        continue;
                    }
                    // `guarded(() => answer(user))`: what is handed over makes it.
                    let literal = arguments.iter().find_map(|a| match data.expr(data.peel(*a)).kind {
                        ExprKind::Function(function) => Some(FunctionAt { module: at.module, function }),
                        _ => None,
                    });
                    match literal {
                        Some(literal) => inner = vec![literal],
                        // What is made of what is handed over is made here.
                        None if !self.given(at.module, arguments.iter()).is_empty() => {
                            open.extend(arguments.iter().take(4));
                            continue;
                        }
                        None => {}
                    }
                    for of in inner.into_iter().take(4) {
                        if out.len() < MAX_MAKERS
                            && !out.iter().any(|(known, _)| *known == of)
                            && let Some(answers) = self.answers_with(of, 0)
                        {
                            out.push((of, answers));
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// What `returned_from` says of a function, found out once.
    pub(super) fn said_by(
        &mut self,
        sink: &'static Sink,
        of: FunctionAt,
        most: Confidence,
        depth: u32,
    ) -> Option<Confidence> {
        let key = (sink.id.clone(), of, most);
        if let Some(known) = self.said.get(&key) {
            return *known;
        }
        self.said.insert(key.clone(), None);
        let said = self.returned_from(sink, of, most, depth);
        self.said.insert(key, said);
        said
    }

    /// Whether a function gives (something that holds) an address that it does not ask for itself, and whether as a
    /// text or a result.
    fn answers_with(&mut self, of: FunctionAt, depth: u32) -> Option<bool> {
        if let Some(known) = self.answers.get(&of) {
            return *known;
        }
        // Until it is known, a function that calls itself gives nothing more.
        self.answers.insert(of, None);
        let found = self.find_answers(of, depth);
        self.answers.insert(of, found);
        found
    }

    fn find_answers(&mut self, of: FunctionAt, depth: u32) -> Option<bool> {
        const CHOICES: u32 = 3;
        let program = self.evaluator.program;
        let data = program.module(of.module);
        if data.language != Language::JavaScript {
            return None;
        }
        let (mut any, mut answers) = (false, true);
        for returned in data.function(of.function).returns.iter().take(MAX_RETURNS) {
            let at = At { module: of.module, expr: *returned };
            let value = self.evaluator.value(at);
            let found = self.carried(&value, 0, true);
            if found.is_empty() {
                continue;
            }
            let asks = found.iter().any(|c| {
                let (Carried::Address(_, request, ..) | Carried::Whole(request) | Carried::People(request)) =
                    c;
                self.evaluator.requests.get(request.0 as usize).is_some_and(|r| {
                    r.site.module == of.module
                        && data.function(of.function).span.contains(data.expr(r.site.expr).span)
                })
            });
            any = true;
            // What asks for it answers with it as well when it makes a text or a result of it.
            let own = match &data.expr(data.peel(*returned)).kind {
                ExprKind::Call { callee, .. } => {
                    !data.written_name(*callee).is_some_and(|n| n.ends_with("stringify"))
                }
                ExprKind::Object { .. } | ExprKind::Join(_) => false,
                _ => true,
            };
            if asks && own {
                return None;
            }
            let answer = match &data.expr(data.peel(*returned)).kind {
                ExprKind::Join(_) => true,
                ExprKind::Object { .. } => !result_parts(data, data.peel(*returned)).is_empty(),
                ExprKind::Call { callee, arguments, .. } => {
                    let values = arguments
                        .iter()
                        .filter(|a| !matches!(data.expr(data.peel(**a)).kind, ExprKind::Function(_)));
                    let made = !self.given(of.module, values).is_empty();
                    // `case 'get_user': return this.getUser(args)`
                    made || depth < CHOICES
                        && self
                            .functions(At { module: of.module, expr: *callee })
                            .into_iter()
                            .take(4)
                            .any(|inner| self.answers_with(inner, depth + 1) == Some(true))
                }
                _ => false,
            };
            if asks && !answer {
                return None;
            }
            answers &= answer;
        }
        any.then_some(answers)
    }
}

/// The texts in the result of a tool or in a resource; none where something else stands there, such as a paragraph of
/// a document or a message to a model.
fn result_parts(data: &Module, expr: ExprId) -> Vec<ExprId> {
    /// Keys that such a result has not.
    const OTHERS: &[&str] = &["type", "role", "version", "model", "messages"];
    let ExprKind::Object { fields, .. } = &data.expr(expr).kind else { return Vec::new() };
    let key = |k: &Option<Box<str>>, known: &[&str]| k.as_deref().is_some_and(|k| known.contains(&k));
    if !fields.iter().any(|(k, _)| key(k, &["content", "contents"]))
        || fields.iter().any(|(k, _)| key(k, OTHERS))
    {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (_, list) in fields.iter().filter(|(k, _)| key(k, &["content", "contents"])) {
        let ExprKind::List(items) = &data.expr(data.peel(*list)).kind else { continue };
        for item in items.iter().take(MAX_ITEMS) {
            let ExprKind::Object { fields, .. } = &data.expr(data.peel(*item)).kind else { continue };
            let is_text =
                |v: ExprId| matches!(&data.expr(data.peel(v)).kind, ExprKind::Text(t) if &**t == "text");
            let told =
                fields.iter().any(|(k, v)| key(k, &["type"]) && is_text(*v) || key(k, &["uri", "mimeType"]));
            let marked = fields.iter().any(|(k, _)| key(k, &["marks", "content"]));
            if told && !marked {
                out.extend(fields.iter().filter(|(k, _)| key(k, &["text"])).map(|(_, v)| *v));
            }
        }
    }
    if !out.is_empty() {
        out.extend(fields.iter().filter(|(k, _)| key(k, &["structuredContent"])).map(|(_, v)| *v));
    }
    out
}
