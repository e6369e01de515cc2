//! What runs a report again and again, and how often.

use super::*;

impl Look<'_, '_, '_> {
    /// The names under which what reaches a report may be scheduled: functions, classes, and the texts that
    /// a class has as its name for others.
    pub(super) fn names(&mut self, reaching: &BTreeSet<FunctionAt>) -> BTreeSet<String> {
        let program = self.evaluator.program;
        let mut out = BTreeSet::new();
        for of in reaching {
            let module = program.module(of.module);
            let function = module.function(of.function);
            out.extend(self.insides.name(program, *of).map(|n| n.to_string()));
            let Some(class) = function.class.map(|c| module.class(c)) else { continue };
            if !class.name.is_empty() {
                out.insert(class.name.to_string());
            }
            for (_, value) in &class.fields {
                if let ExprKind::Text(text) = &module.expr(module.peel(*value)).kind
                    && let Some(first) = text.split_whitespace().next()
                {
                    out.insert(first.to_owned());
                }
            }
        }
        out
    }

    /// What runs a report again and again.
    pub(super) fn schedules(
        &mut self,
        reaching: &BTreeSet<FunctionAt>,
        names: &BTreeSet<String>,
    ) -> Vec<ReportSchedule> {
        let program = self.evaluator.program;
        // Of a chain of calls that starts at one place the longest says how often.
        let mut found: BTreeMap<(ModuleId, u32, &'static str), (At, Option<u32>)> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            let language = data.language.table_name();
            let imported = data.exprs.iter().filter_map(|e| match &e.kind {
                ExprKind::Import { specifier, .. } => Some(&**specifier),
                _ => None,
            });
            let imports: BTreeSet<&str> = imported.chain(data.opens.iter().map(|o| &**o)).collect();
            for call in &program.index(module).calls {
                let ExprKind::Call { callee, arguments, named, .. } = &data.expr(*call).kind else {
                    continue;
                };
                let at = At { module, expr: *call };
                let Some(row) = self.row(module, *callee, language, &imports) else { continue };
                let mut parts: Vec<ExprId> = arguments.clone().into();
                parts.extend(named.iter().map(|(_, v)| *v));
                parts.push(*callee);
                if !self.reaches(module, parts, reaching, names) {
                    continue;
                }
                let number = |n: Option<usize>| n.and_then(|n| arguments.get(n)).copied();
                let hours = match (number(row.milliseconds), number(row.seconds)) {
                    (Some(expr), _) => self.number(module, expr).and_then(|t| periods::milliseconds(&t)),
                    (None, Some(expr)) => self
                        .number(module, expr)
                        .and_then(|t| periods::seconds(&t).or_else(|| periods::hours(&t))),
                    (None, None) => self.period(at),
                };
                let span = data.expr(*call).span;
                let key = (module, span.start, row.id.as_str());
                let longer = |known: &(At, Option<u32>)| {
                    program.module(module).expr(known.0.expr).span.end <= span.end
                };
                if found.get(&key).is_none_or(longer) {
                    found.insert(key, (at, hours));
                }
            }
            self.entries_of(module, language, names, &mut found);
        }
        let mut out: Vec<ReportSchedule> = found
            .into_iter()
            .filter_map(|((_, _, id), (at, hours))| {
                let place = self.place(at)?;
                Some(ReportSchedule { place, by: id.to_owned(), expression: self.expression(at), hours })
            })
            .collect();
        out.extend(self.annotated(reaching));
        out.sort_by(|a, b| (&a.place, &a.by).cmp(&(&b.place, &b.by)));
        out.truncate(MAX_PLACES);
        out
    }

    pub(super) fn row(
        &mut self,
        module: ModuleId,
        callee: ExprId,
        language: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static crate::catalog::personal_data::Schedule> {
        let data = self.evaluator.program.module(module);
        let target = self.evaluator.value(At { module, expr: callee });
        let table = PersonalData::get();
        let known = target.iter().find_map(|a| match a {
            Atom::Extern { package, path, .. } => table.schedule(language, package, path, imports),
            _ => None,
        });
        if known.is_some() {
            return known;
        }
        let own = target.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)));
        let written = data.written_name(callee).filter(|_| !own)?;
        table.schedule(language, UNKNOWN_PACKAGE, &written, imports)
    }

    /// Whether one of some expressions is, holds or names something that reaches a report.
    pub(super) fn reaches(
        &mut self,
        module: ModuleId,
        parts: Vec<ExprId>,
        reaching: &BTreeSet<FunctionAt>,
        names: &BTreeSet<String>,
    ) -> bool {
        let program = self.evaluator.program;
        let data = program.module(module);
        let mut open = parts;
        for _ in 0..MAX_WALK {
            let Some(expr) = open.pop() else { return false };
            match &data.expr(expr).kind {
                ExprKind::Function(function)
                    if reaching.contains(&FunctionAt { module, function: *function }) =>
                {
                    return true;
                }
                ExprKind::Text(text) => {
                    let last = text.rsplit(['.', ':', '\\', '/', '#']).next().unwrap_or(text);
                    if names.contains(&**text) || names.contains(last) {
                        return true;
                    }
                }
                ExprKind::Local(_)
                | ExprKind::Global(_)
                | ExprKind::Import { .. }
                | ExprKind::Member { .. } => {
                    let value = self.evaluator.value(At { module, expr });
                    if value.iter().any(|a| self.is_reaching(a, reaching)) {
                        return true;
                    }
                    match &data.expr(expr).kind {
                        ExprKind::Member { object, .. } => open.push(*object),
                        ExprKind::Global(name) if names.contains(&**name) => return true,
                        _ => {}
                    }
                }
                ExprKind::Call { callee, arguments, named, .. } => {
                    // `new ReportJob()`, `report.s()`: what is made or bound, and what it is handed.
                    open.push(*callee);
                    open.extend(arguments.iter().copied());
                    open.extend(named.iter().map(|(_, v)| *v));
                }
                ExprKind::Object { fields, spreads } => {
                    open.extend(fields.iter().map(|(_, v)| *v));
                    open.extend(spreads.iter().copied());
                }
                ExprKind::List(items) | ExprKind::Join(items) | ExprKind::Operation(items) => {
                    open.extend(items.iter().copied());
                }
                ExprKind::Choice(_, arms) => open.extend(arms.iter().copied()),
                ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } => open.push(*inner),
                ExprKind::Class(class) if self.is_class_reaching(module, *class, reaching) => return true,
                _ => {}
            }
        }
        false
    }

    pub(super) fn is_reaching(&self, atom: &Atom, reaching: &BTreeSet<FunctionAt>) -> bool {
        match atom {
            Atom::Function { at, .. } => reaching.contains(at),
            Atom::Class(module, class) => self.is_class_reaching(*module, *class, reaching),
            _ => false,
        }
    }

    pub(super) fn is_class_reaching(
        &self,
        module: ModuleId,
        class: ClassId,
        reaching: &BTreeSet<FunctionAt>,
    ) -> bool {
        let methods = &self.evaluator.program.module(module).class(class).methods;
        methods.iter().any(|(_, f)| reaching.contains(&FunctionAt { module, function: *f }))
    }

    /// The text of an expression that is a number, names of constants put in.
    pub(super) fn number(&self, module: ModuleId, expr: ExprId) -> Option<String> {
        let data = self.evaluator.program.module(module);
        let source = self.source(module)?;
        let mut text = source.slice(data.expr(expr).span).to_owned();
        for _ in 0..4 {
            let names: BTreeSet<String> = text
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .filter(|w| w.starts_with(|c: char| c.is_alphabetic() || c == '_'))
                .map(str::to_owned)
                .collect();
            if names.is_empty() || text.len() > 300 {
                break;
            }
            for name in names {
                let constant = data.symbols.iter().find(|s| *s.name == *name && s.definitions.len() == 1)?;
                let definition = constant.definitions.first()?;
                let value = source.slice(data.expr(*definition).span);
                text = text.replace(&name, &format!("({value})"));
            }
        }
        Some(text)
    }

    /// How often a call says that something runs: by texts that it is handed, else by its own text.
    pub(super) fn period(&mut self, at: At) -> Option<u32> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if let ExprKind::Call { arguments, named, .. } = &data.expr(at.expr).kind {
            for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(8) {
                let value = self.evaluator.value(At { module: at.module, expr: *argument });
                let found = value.texts().find_map(|t| {
                    periods::cron(t).or_else(|| if t.len() < 40 { periods::hours(t) } else { None })
                });
                if found.is_some() {
                    return found;
                }
            }
        }
        let source = self.source(at.module)?;
        periods::hours(&without_functions(data, at.expr, source))
    }

    /// Jobs in lists: objects with a key for what runs and one for how often, and pairs.
    pub(super) fn entries_of(
        &mut self,
        module: ModuleId,
        language: &str,
        names: &BTreeSet<String>,
        found: &mut BTreeMap<(ModuleId, u32, &'static str), (At, Option<u32>)>,
    ) {
        let data = self.evaluator.program.module(module);
        let Some(source) = self.source(module) else { return };
        let text_of = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Text(text) => Some(text.rsplit(['.', ':', '/']).next().unwrap_or(text).to_owned()),
            ExprKind::Global(name) => Some(name.to_string()),
            ExprKind::Local(symbol) => Some(data.symbol(*symbol).name.to_string()),
            _ => None,
        };
        for (id, expr) in data.all() {
            match &expr.kind {
                ExprKind::Object { fields, .. } => {
                    for row in PersonalData::get().entries(language) {
                        let of = |key: &str| {
                            fields.iter().find(|(k, _)| k.as_deref() == Some(key)).map(|(_, v)| *v)
                        };
                        let (Some(work), Some(period)) = (of(&row.work), of(&row.period)) else { continue };
                        if text_of(work).is_some_and(|w| names.contains(&w)) {
                            let text = source.slice(data.expr(period).span);
                            let hours = periods::hours(text).or_else(|| periods::seconds(text));
                            let at = At { module, expr: id };
                            found.insert((module, expr.span.start, row.id.as_str()), (at, hours));
                        }
                    }
                }
                ExprKind::List(items) => {
                    let (Some(row), [period, work, ..]) =
                        (PersonalData::get().pair(language), items.as_slice())
                    else {
                        continue;
                    };
                    let ExprKind::Text(cron) = &data.expr(data.peel(*period)).kind else { continue };
                    let Some(hours) = periods::cron(cron) else { continue };
                    if text_of(*work).is_some_and(|w| names.contains(&w)) {
                        let at = At { module, expr: id };
                        found.insert((module, expr.span.start, row.id.as_str()), (at, Some(hours)));
                    }
                }
                _ => {}
            }
        }
    }

    /// Functions that reach a report and are annotated to be run again and again.
    pub(super) fn annotated(&self, reaching: &BTreeSet<FunctionAt>) -> Vec<ReportSchedule> {
        let program = self.evaluator.program;
        let mut out = Vec::new();
        for of in reaching {
            let module = program.module(of.module);
            let Some(source) = self.source(of.module) else { continue };
            for (name, id) in PersonalData::get().annotations(module.language.table_name()) {
                let Some((start, text)) = annotation(source, module.function(of.function).span, name) else {
                    continue;
                };
                let number = |t: &str| {
                    let inner = t.split_once('(').map_or("", |(_, i)| i).trim_end_matches(')');
                    periods::milliseconds(inner)
                };
                out.push(ReportSchedule {
                    place: source.place(Span::new(start, start + text.len())),
                    by: id.to_owned(),
                    expression: redact::one_line(text, EXPRESSION),
                    hours: periods::hours(text).or_else(|| number(text)),
                });
            }
        }
        out
    }
}

/// The text of a call without the functions that it is handed: what these do says nothing of how often.
pub(super) fn without_functions(module: &Module, call: ExprId, source: &SourceFile) -> String {
    let span = module.expr(call).span;
    let mut text = String::new();
    let mut from = span.start;
    let mut inner: Vec<Span> = module
        .functions
        .iter()
        .skip(1)
        .map(|f| f.span)
        .filter(|s| span.start < s.start && s.end <= span.end)
        .collect();
    inner.sort();
    for function in inner {
        if function.start >= from {
            text.push_str(source.slice(Span::new(from as usize, function.start as usize)));
            text.push_str(" f ");
            from = function.end;
        }
    }
    text.push_str(source.slice(Span::new(from as usize, span.end as usize)));
    text
}

/// The texts of the annotations above a function: each from its name to its closing bracket.
pub(super) fn annotation<'s>(source: &'s SourceFile, function: Span, name: &str) -> Option<(usize, &'s str)> {
    let (from, above) = above(source, function)?;
    let at = above.match_indices(name).map(|(at, _)| at).filter(|at| {
        let before = above.get(..*at).and_then(|b| b.chars().next_back());
        let after = above.get(at + name.len()..).and_then(|a| a.chars().next());
        matches!(before, Some('@' | '[' | '.' | ':')) && after.is_some_and(|c| !c.is_alphanumeric())
    });
    let at = at.last()?;
    let rest = above.get(at..)?;
    let mut depth = 0_u32;
    for (index, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth <= 1 => return Some((from + at, rest.get(..=index)?)),
            ')' => depth -= 1,
            '\n' if depth == 0 => return Some((from + at, rest.get(..index)?)),
            _ => {}
        }
    }
    Some((from + at, rest))
}

/// Whether a line above a function that annotates it fits.
pub(super) fn annotated_with(source: &SourceFile, function: Span, fits: impl Fn(&str) -> bool) -> bool {
    above(source, function).is_some_and(|(_, text)| {
        text.lines().map(str::trim).any(|l| l.starts_with(['@', '[', '#']) && !l.starts_with("# ") && fits(l))
    })
}

/// The text that belongs to a function above it, back to the last thing that ends something else, and the
/// function's own first lines, which hold its annotations in some languages.
fn above(source: &SourceFile, function: Span) -> Option<(usize, &str)> {
    let start = function.start as usize;
    let mut from = start.saturating_sub(ABOVE);
    while !source.text.is_char_boundary(from) {
        from += 1;
    }
    let before = source.text.get(from..start)?;
    // An annotation stands behind the end of what is above it: `}`, `;` or an empty line.
    let cut = before.rfind(['}', ';']).map(|i| i + 1).max(before.rfind("\n\n").map(|i| i + 2)).unwrap_or(0);
    let mut to = (start + ABOVE).min(function.end as usize);
    while !source.text.is_char_boundary(to) {
        to -= 1;
    }
    let own = source.text.get(start..to)?;
    // Its body is no annotation.
    let head = own
        .find(['{', ':'])
        .filter(|i| !own.trim_start().starts_with('@') || *i > 200)
        .unwrap_or(own.len().min(200));
    let mut end = start + head.min(own.len());
    while !source.text.is_char_boundary(end) {
        end -= 1;
    }
    Some((from + cut, source.text.get(from + cut..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_stand_above() {
        let text = "class A {\n  int x;\n\n  @Scheduled(cron = \"0 0 4 * * MON\")\n  @Async\n  void run() { report(); }\n}";
        let source = SourceFile::new("A.java", text);
        let start = text.find("void run").unwrap();
        let span = Span::new(start, text.len() - 2);
        let (_, found) = annotation(&source, span, "Scheduled").unwrap();
        assert_eq!(found, "Scheduled(cron = \"0 0 4 * * MON\")");
        assert!(annotation(&source, span, "Cron").is_none());
        assert!(annotated_with(&source, span, |t| t.contains("Async")));
    }
}
