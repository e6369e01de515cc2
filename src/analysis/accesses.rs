//! From requests and reads to accesses: one for each call of the Email API, one for each read of an
//! address in any other answer.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::absent::Tested;
use super::eval::{Evaluator, Request, field_name};
use super::link::Program;
use super::value::{At, Atom, ModuleId, RequestId, Val};
use crate::catalog::endpoints::Endpoints;
use crate::catalog::fields::Fields;
use crate::catalog::hosts::Hosts;
use crate::catalog::kept::Kept;
use crate::facts::{Access, AccessKind, Caller};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, FunctionId, Language, Module};
use crate::text::{SourceFile, redact};

/// An access and where it stands in the program.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) access: Access,
    /// For the Email API the call, else the read.
    pub(super) at: At,
    pub(super) request: RequestId,
}

/// The request of an access of which only the read is known.
pub(super) const UNKNOWN_REQUEST: RequestId = RequestId(u32::MAX);

/// Field names that are an address of Atlassian's by their name alone.
pub(super) const TELLING: &[&str] = &["emailAddress"];
/// How much of an expression is shown.
const EXPRESSION: usize = 120;

/// Finds all accesses, sorted by place.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Vec<Found> {
    let program = evaluator.program;
    // The reads of addresses, each with the request it comes from that is known best.
    let mut reads: BTreeMap<At, (RequestId, bool)> = BTreeMap::new();
    let mut guesses: BTreeSet<At> = BTreeSet::new();
    // Requests of whose answers an address is read, also where another one stands for the read.
    let mut answered: BTreeSet<RequestId> = BTreeSet::new();
    // Reads from a type or client of a package that is about Atlassian by its name.
    let mut typed: BTreeSet<At> = BTreeSet::new();
    for module in program.ids() {
        if evaluator.is_stopped() {
            return Vec::new();
        }
        let mut accompanied = None;
        let elsewhere =
            is_mixed(program.module(module).language) && makes_from_another(program.module(module));
        let index = program.index(module);
        for call in index.calls.iter().chain(&index.constants) {
            let at = At { module, expr: *call };
            let value = evaluator.value(at);
            // `user.get("emailAddress")` reads as a member does.
            for atom in value.iter() {
                if let Atom::Address { request, read, weak, .. } = atom
                    && *read == at
                {
                    reads.entry(at).or_insert((*request, *weak));
                    if !weak {
                        answered.insert(*request);
                    }
                }
            }
            if let Some((object, key)) = program.module(module).key_read(*call)
                && matches!(key, "email" | "Email")
                && !value.iter().any(|a| matches!(a, Atom::Address { .. }))
                && evaluator.is_nested_user(module, object)
            {
                typed.insert(at);
            }
            let data = program.module(module);
            if let Some((object, key)) = data.constant_read(*call)
                && !value.iter().any(|a| matches!(a, Atom::Address { .. }))
                && let Some(key) = evaluator.value(At { module, expr: key }).texts().next()
                && TELLING.contains(&&*field_name(key))
            {
                let owner = data.written_name(object);
                let named = owner.as_deref().and_then(|w| w.rsplit('.').next());
                let fields = Fields::get();
                let person = named.is_some_and(|n| {
                    fields.is_owner(n)
                        || fields.is_a_person(n)
                        || fields.is_a_person(n.trim_end_matches("Node"))
                });
                let object = evaluator.value(At { module, expr: object });
                if program.index(module).about_atlassian && is_all_open(&object) {
                    if person {
                        typed.insert(at)
                    } else {
                        guesses.insert(at)
                    };
                }
            }
            if let Some((object, key)) = program.module(module).key_read(*call)
                && TELLING.contains(&&*field_name(key))
                && !value.iter().any(|a| matches!(a, Atom::Address { .. }))
            {
                let data = program.module(module);
                let object = evaluator.value(At { module, expr: object });
                if may_be_open(data.language, &object) {
                    let near = accompanied.get_or_insert_with(|| {
                        accompanied_objects(data, program.index(module).about_atlassian)
                    });
                    match looks_like_a_user(data, program.index(module).about_atlassian, *call, near) {
                        Some(true) if may_be_outside(data.language, &value) => match elsewhere {
                            true => guesses.insert(at),
                            false => typed.insert(at),
                        },
                        Some(false) if is_all_open(&object) => guesses.insert(at),
                        _ => false,
                    };
                }
            }
        }
    }
    let fields: BTreeSet<String> = Endpoints::get()
        .all()
        .iter()
        .flat_map(|e| &e.fields)
        .map(|f| field_name(f.rsplit('.').next().unwrap_or(f)).into_owned())
        .collect();
    let renamed = program.names_of_wire(&fields);
    let plugin = is_server_plugin(program);
    for module in program.ids() {
        if evaluator.is_stopped() {
            return Vec::new();
        }
        let data = program.module(module);
        let accompanied = accompanied_objects(data, program.index(module).about_atlassian);
        let elsewhere = is_mixed(data.language) && makes_from_another(data);
        for expr in &program.index(module).members {
            let ExprKind::Member { property, object, .. } = &data.expr(*expr).kind else { continue };
            let name = field_name(property);
            // A method of the program's own may give the address of its object.
            let method = !program.methods_named(property).is_empty();
            if !fields.contains(&*name) && !renamed.contains(&*name) && !method {
                continue;
            }
            let at = At { module, expr: *expr };
            let value = evaluator.value(at);
            let mut known = false;
            for atom in value.iter() {
                if let Atom::Address { request, read, weak, .. } = atom {
                    known = true;
                    if *read == at {
                        if !weak {
                            answered.insert(*request);
                        }
                        let better = |old: &(RequestId, bool)| old.1 && !weak;
                        match reads.get(&at) {
                            Some(old) if !better(old) => {}
                            _ => {
                                reads.insert(at, (*request, *weak));
                            }
                        }
                    }
                }
            }
            if method && !fields.contains(&*name) && !renamed.contains(&*name) {
                continue;
            }
            let of_itself = TELLING.contains(&&*name);
            let telling =
                of_itself || program.wire_names(&name).any(|wire| TELLING.contains(&&*field_name(wire)));
            // `email` tells nothing by itself, but where an issue or a page has its users, and beside what only
            // Atlassian's users have.
            if !known && !telling && name == "email" && evaluator.is_nested_user(module, *object) {
                typed.insert(at);
            } else if plugin && !known && is_person_of_a_page(data, *object, &name) {
                // Pages of a plugin inside the product show the product's users.
                let object = evaluator.value(At { module, expr: *object });
                if object.iter().all(is_outside) && value.iter().all(is_outside) {
                    typed.insert(at);
                }
            } else if !known
                && !telling
                && name == "email"
                && object_is_accompanied(data, *object, *expr, &accompanied)
            {
                let object = evaluator.value(At { module, expr: *object });
                if object.iter().all(is_outside) {
                    guesses.insert(at);
                }
            }
            if !known && telling {
                // What a class does with its own fields is no access.
                let own = matches!(data.expr(data.peel(*object)).kind, ExprKind::This);
                // `errors.emailAddress`: what is wrong with what was typed in.
                let failed = data.written_name(*object).is_some_and(|n| {
                    Fields::get().names_error(n.rsplit('.').next().unwrap_or(&n).trim_end_matches("()"))
                });
                if failed && data.language == Language::JavaScript {
                    continue;
                }
                let object = evaluator.value(At { module, expr: *object });
                if !own && object.iter().any(|a| is_of_a_user_type(program, a)) {
                    typed.insert(at);
                } else if may_be_open(data.language, &object) {
                    match looks_like_a_user(data, program.index(module).about_atlassian, *expr, &accompanied)
                    {
                        Some(true) if may_be_outside(data.language, &value) => match elsewhere && of_itself {
                            true => guesses.insert(at),
                            false => typed.insert(at),
                        },
                        // Nothing is known of the object, or only its name: it may be an Atlassian user. That
                        // some class has the field under another name says nothing of this object.
                        Some(false) if is_all_open(&object) => of_itself && guesses.insert(at),
                        _ => false,
                    };
                }
            }
        }
    }
    bare_names(evaluator, &fields, &mut reads);
    let mut found = Vec::new();
    let mut tested: BTreeMap<ModuleId, Tested> =
        program.ids().map(|module| (module, Tested::new(program, module))).collect();
    // Reads whose address is asked for wherever it has gone.
    let mut asked: BTreeSet<At> = BTreeSet::new();
    for (module, tested) in &tested {
        for expr in tested.exprs() {
            // What another object of the class was given is asked for nothing by a look at this one.
            let guesses = program.module(*module).language.leaves_out_this();
            for atom in evaluator.value(At { module: *module, expr }).iter() {
                if let Atom::Address { read, weak, .. } = atom
                    && !(guesses && *weak)
                {
                    asked.insert(*read);
                }
            }
        }
    }
    email_api(evaluator, file, &reads, &tested, &asked, &mut found);
    for (at, (request, weak)) in &reads {
        if evaluator.is_email_api(*request) {
            continue;
        }
        let Some(data) = evaluator.requests.get(request.0 as usize).cloned() else { continue };
        let tested = tested.entry(at.module).or_insert_with(|| Tested::new(program, at.module));
        let absent = tested.covers(program.module(at.module), at.expr);
        let mut access = describe(evaluator, file, *at, &data);
        let later = asked.contains(at) && !tested.is_taken_for_granted(at.expr);
        let copes = absent || later;
        // Whoever reads the object that it is put into has to ask.
        access.handles_absent = (copes || !tested.is_only_copied(at.expr)).then_some(copes);
        if *weak {
            access.confidence = access.confidence.min(Confidence::Likely);
        }
        if data.site != *at {
            access.request = place(evaluator, file, data.site);
        }
        if data.endpoint.paths.is_empty() {
            // Which endpoint it came from is not known.
            access.endpoint = None;
        }
        found.push(Found { access, at: *at, request: *request });
    }
    declared(evaluator, file, &reads, &answered, &mut found);
    for at in typed {
        if let Some(mut access) = guess(evaluator, file, at) {
            let tested = tested.entry(at.module).or_insert_with(|| Tested::new(program, at.module));
            let absent = tested.covers(program.module(at.module), at.expr);
            access.confidence = Confidence::Likely;
            access.handles_absent = (absent || !tested.is_only_copied(at.expr)).then_some(absent);
            found.push(Found { access, at, request: UNKNOWN_REQUEST });
        }
    }
    let about_atlassian =
        !evaluator.requests.is_empty() || program.ids().any(|m| program.index(m).about_atlassian);
    if about_atlassian {
        for at in guesses {
            if let Some(access) = guess(evaluator, file, at) {
                found.push(Found { access, at, request: UNKNOWN_REQUEST });
            }
        }
    }
    let guessed = found.iter().filter(|f| f.request == UNKNOWN_REQUEST);
    evaluator.presume(guessed.map(|f| (f.at, f.access.confidence == Confidence::Possible)).collect());
    for at in mapped(program) {
        if let Some(access) = guess(evaluator, file, at) {
            found.push(Found { access, at, request: UNKNOWN_REQUEST });
        }
    }
    found.sort_by(|a, b| (&a.access.place, a.at).cmp(&(&b.access.place, b.at)));
    found.dedup_by(|a, b| a.access.place == b.access.place && a.access.kind == b.access.kind);
    found
}

/// Whether a program runs inside one of the products: its classes are handed the product's own.
fn is_server_plugin(program: &Program) -> bool {
    let of_product = |specifier: &str| specifier.starts_with("com.atlassian.");
    program.ids().map(|id| program.module(id)).any(|module| {
        matches!(module.language, Language::Java | Language::Kotlin)
            && module.all().any(
                |(_, expr)| matches!(&expr.kind, ExprKind::Import { specifier, .. } if of_product(specifier)),
            )
    })
}

/// Whether what a template of the product's own kind reads is an address of somebody, by his name.
fn is_person_of_a_page(module: &Module, object: ExprId, name: &str) -> bool {
    module.language == Language::Template
        && module.file.ends_with(".vm")
        && matches!(name, "email" | "emailAddress")
        && module
            .written_name(object)
            .and_then(|w| w.rsplit('.').next().map(|last| Fields::get().is_a_person(last)))
            .unwrap_or_default()
}

/// Tables that say for a library under which name it finds the address: `'email' => 'emailAddress'`. What reads it
/// is the library, so no more is known than that.
fn mapped(program: &Program) -> Vec<At> {
    let mut out = Vec::new();
    for module in program.ids().filter(|m| program.index(*m).about_atlassian) {
        let data = program.module(module);
        if !is_mixed(data.language) {
            continue;
        }
        // `TrelloResourceOwner { $paths = ['email' => 'email'] }`: whose fields they are is said by the class.
        let named_so: Vec<ExprId> = data
            .classes
            .iter()
            .filter(|c| c.base.is_some() && Hosts::get().is_named_for_a_product(&c.name))
            .flat_map(|c| c.fields.iter().map(|(_, value)| data.peel(*value)))
            .collect();
        out.extend(columns_of_streams(data).into_iter().map(|expr| At { module, expr }));
        for (id, expr) in data.all() {
            let ExprKind::Object { fields, .. } = &expr.kind else { continue };
            let of_product = named_so.contains(&id);
            let values = fields
                .iter()
                .filter(|(key, _)| key.as_deref().is_some_and(|k| Kept::get().is_address_name(k)));
            out.extend(values.map(|(_, value)| At { module, expr: *value }).filter(|at| {
                matches!(program.kind(*at), ExprKind::Text(text) if TELLING.contains(&&**text)
                        || of_product && Fields::get().is_address(text.rsplit('.').next().unwrap_or(text)))
            }));
        }
    }
    out
}

/// The columns for addresses that a module declares of what it copies elsewhere: `Property("emailAddress", StringType)`.
pub(super) fn columns_of_streams(module: &Module) -> Vec<ExprId> {
    let declared = module.exprs.iter().filter_map(|expr| {
        let ExprKind::Call { callee, arguments, .. } = &expr.kind else { return None };
        let name = module.written_name(*callee)?;
        Kept::get().declares_columns(name.rsplit('.').next()?).then_some(*arguments.first()?)
    });
    declared
        .filter(|name| matches!(&module.expr(*name).kind, ExprKind::Text(text) if TELLING.contains(&&**text)))
        .collect()
}

impl Evaluator<'_> {
    /// Whether an object of unknown origin, in a file about Atlassian's products, is got at as the users of an
    /// issue or a page are.
    fn is_nested_user(&mut self, module: ModuleId, object: ExprId) -> bool {
        let data = self.program.module(module);
        let keys = data.keys_to(object);
        if keys.len() < 2 || !Fields::get().is_nested(&keys) || !self.program.index(module).about_atlassian {
            return false;
        }
        self.value(At { module, expr: object }).iter().all(is_outside)
    }
}

/// The reads that `collect` may take for addresses by what stands around them.
pub(super) fn presumable(program: &Program) -> FxHashSet<At> {
    let telling = |name: &str| {
        let name = field_name(name);
        name == "email"
            || TELLING.contains(&&*name)
            || program.wire_names(&name).any(|wire| TELLING.contains(&&*field_name(wire)))
    };
    let mut out = FxHashSet::default();
    for module in program.ids() {
        let (data, index) = (program.module(module), program.index(module));
        let keys = index.calls.iter().chain(&index.constants).filter(|c| {
            data.key_read(**c).is_some_and(|(_, key)| telling(key)) || data.constant_read(**c).is_some()
        });
        let members = index.members.iter().filter(
            |m| matches!(&data.expr(**m).kind, ExprKind::Member { property, .. } if telling(property)),
        );
        out.extend(keys.chain(members).map(|expr| At { module, expr: *expr }));
    }
    out
}

/// Reads of a member that is named without its object: `with(user) { log(emailAddress) }`.
fn bare_names(
    evaluator: &mut Evaluator<'_>,
    fields: &BTreeSet<String>,
    reads: &mut BTreeMap<At, (RequestId, bool)>,
) {
    let program = evaluator.program;
    for module in program.ids().filter(|m| program.module(*m).language == Language::Kotlin) {
        for (id, expr) in program.module(module).all() {
            let ExprKind::Global(name) = &expr.kind else { continue };
            let name = field_name(name);
            if !fields.contains(&*name) && program.wire_names(&name).next().is_none() {
                continue;
            }
            let at = At { module, expr: id };
            for atom in evaluator.value(at).iter() {
                if let Atom::Address { request, read, weak, .. } = atom
                    && *read == at
                {
                    reads.entry(at).or_insert((*request, *weak));
                }
            }
        }
    }
}

/// Whether a value is an object of one of the program's own classes that stands for an Atlassian user: by
/// its name, or by what it holds beside the address. What is kept in a table of the app's own is not.
pub(super) fn is_of_a_user_type(program: &Program, atom: &Atom) -> bool {
    let Atom::Instance(module, class) = atom else { return false };
    let (index, class) = (program.index(*module), program.module(*module).class(*class));
    let fields = Fields::get();
    let holds = class.properties.iter().any(|p| fields.is_companion(p.wire.as_deref().unwrap_or(&p.name)));
    !class.properties.is_empty()
        && !index.keeps_tables
        && (fields.is_owner(&class.name)
            || (holds && index.about_atlassian)
            || fields
                .is_shape_of_a_user(class.properties.iter().map(|p| p.wire.as_deref().unwrap_or(&p.name))))
}

/// Whether a read of a telling name is of an Atlassian user, by what stands around it: `Some(true)` when
/// that says so, `None` when it says that it is something else.
fn looks_like_a_user(
    module: &Module,
    about_atlassian: bool,
    read: ExprId,
    accompanied: &BTreeSet<(FunctionId, String)>,
) -> Option<bool> {
    let fields = Fields::get();
    let Some((object, key)) = module.key_read(read) else { return Some(false) };
    let Some(written) = module.written_name(object) else { return Some(false) };
    if fields.is_something_else(&format!("{written}.{key}")) {
        return None;
    }
    // `email_address` is a common name outside Jira.
    if key.contains('_') && !about_atlassian {
        return None;
    }
    let nested = about_atlassian && fields.is_nested(&module.keys_to(object));
    let named = nested || written.rsplit('.').next().is_some_and(|last| fields.is_owner(last));
    let typed = declared_type(module, object).is_some_and(|t| fields.is_owner(t));
    if named || typed || fields.is_contained(&written) {
        return Some(true);
    }
    Some(accompanied.contains(&(module.expr(read).function, written)))
}

/// Objects, by function and as written, of which something is read that only Atlassian's users have.
fn accompanied_objects(module: &Module, about_atlassian: bool) -> BTreeSet<(FunctionId, String)> {
    if !about_atlassian {
        return BTreeSet::new();
    }
    let fields = Fields::get();
    module
        .all()
        .filter_map(|(id, expr)| {
            let (object, _) = module.key_read(id).filter(|(_, key)| fields.is_companion(key))?;
            Some((expr.function, module.written_name(object)?))
        })
        .collect()
}

/// Whether something that only Atlassian's users have is read of an object in the same function.
fn object_is_accompanied(
    module: &Module,
    object: ExprId,
    read: ExprId,
    accompanied: &BTreeSet<(FunctionId, String)>,
) -> bool {
    let function = module.expr(read).function;
    module.written_name(object).is_some_and(|written| {
        !Fields::get().is_something_else(&format!("{written}.email"))
            && accompanied.contains(&(function, written))
    })
}

/// Whether a module makes objects with such a field of what is called otherwise: `{ emailAddress: person['email'] }`
/// of another service, which says less of whose field it is where it is read.
fn makes_from_another(module: &Module) -> bool {
    module.exprs.iter().any(|expr| {
        let ExprKind::Object { fields, .. } = &expr.kind else { return false };
        fields.iter().any(|(key, value)| {
            key.as_deref().is_some_and(|k| TELLING.contains(&&*field_name(k)))
                && module.key_read(module.peel(*value)).is_some_and(|(_, read)| {
                    Kept::get().is_address_name(read) && !TELLING.contains(&&*field_name(read))
                })
        })
    })
}

/// The declared type of a variable or parameter.
fn declared_type(module: &Module, expr: ExprId) -> Option<&str> {
    let ExprKind::Local(symbol) = module.expr(module.peel(expr)).kind else { return None };
    let symbol = module.symbol(symbol);
    symbol.type_name.as_deref().or_else(|| {
        symbol.definitions.iter().find_map(|d| match module.expr(module.peel(*d)).kind {
            ExprKind::Parameter(function, index) => {
                module.function(function).parameters.get(index as usize)?.type_name.as_deref()
            }
            _ => None,
        })
    })
}

/// Whether what something is may have come from outside: beside it, a list, an object or a text that somebody
/// made up for when there is none.
fn is_open(atom: &Atom) -> bool {
    is_outside(atom) || matches!(atom, Atom::List(..) | Atom::Object(..) | Atom::Text { .. })
}

/// Whether an object may have come from outside. Where nobody says of what type anything is, one of many
/// possibilities is enough.
fn may_be_open(language: Language, object: &Val) -> bool {
    // In a script, what a list's own functions are handed stands beside its items.
    let beside = |a: &Atom| is_open(a) || matches!(a, Atom::Function { .. });
    object.iter().all(is_open)
        || language.is_untyped()
            && object.iter().any(is_outside)
            && (is_mixed(language) || object.iter().all(beside))
}

/// The same of what is read of it.
fn may_be_outside(language: Language, value: &Val) -> bool {
    value.iter().all(is_outside) || is_mixed(language) && value.iter().any(is_outside)
}

/// Whether an object came from outside, or is what somebody made up for when there is none.
fn is_all_open(object: &Val) -> bool {
    object.iter().all(is_open) && (object.is_empty() || object.iter().any(is_outside))
}

fn is_mixed(language: Language) -> bool {
    language.is_untyped() && language != Language::JavaScript
}

fn is_outside(atom: &Atom) -> bool {
    matches!(atom, Atom::Extern { .. } | Atom::Kept { .. })
}

/// Looks at what answers are said to be, also where nothing is read of them.
fn typed_answers(evaluator: &mut Evaluator<'_>) {
    let program = evaluator.program;
    for module in program.ids().filter(|m| !program.module(*m).language.is_untyped()) {
        let data = program.module(module);
        for (id, expr) in data.all() {
            let ExprKind::Typed { value, .. } = &expr.kind else { continue };
            let call = At { module, expr: data.peel(*value) };
            if matches!(program.kind(call), ExprKind::Call { .. })
                && evaluator.value(call).iter().any(|a| matches!(a, Atom::Answer { .. }))
            {
                evaluator.value(At { module, expr: id });
            }
        }
    }
}

/// Users that are fetched into a class with a place for the address, which nobody reads there: possible
/// accesses, at the request. So are those whose addresses are read where those of others are.
fn declared<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    reads: &BTreeMap<At, (RequestId, bool)>,
    answered: &BTreeSet<RequestId>,
    found: &mut Vec<Found>,
) {
    typed_answers(evaluator);
    let read: BTreeSet<RequestId> = reads.values().map(|(request, _)| *request).collect();
    let requests: Vec<(RequestId, Request)> = evaluator
        .requests
        .iter()
        .enumerate()
        .map(|(i, r)| (RequestId(u32::try_from(i).unwrap_or(u32::MAX)), r.clone()))
        .filter(|(id, r)| !read.contains(id) && (answered.contains(id) || r.endpoint.is_about_users()))
        .collect();
    for (id, request) in requests {
        // What makes a user gives back the address that it was handed.
        // What a product's own server hands to its plugins is no request.
        let language = evaluator.program.module(request.site.module).language;
        let local = request.sdk.is_some() && matches!(language, Language::Java | Language::Kotlin);
        let read = answered.contains(&id) && !local && request.endpoint.id != "jira.user-create";
        if request.endpoint.kind == AccessKind::EmailApi
            || !read && (request.sdk.is_some() || !evaluator.is_put_where_address_fits(id))
        {
            continue;
        }
        let mut access = describe(evaluator, file, request.site, &request);
        access.confidence = Confidence::Possible;
        access.request = place(evaluator, file, request.site);
        found.push(Found { access, at: request.site, request: id });
    }
}

/// One access for each call of the Email API.
fn email_api<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    reads: &BTreeMap<At, (RequestId, bool)>,
    tested: &BTreeMap<ModuleId, Tested>,
    asked: &BTreeSet<At>,
    found: &mut Vec<Found>,
) {
    let program = evaluator.program;
    let requests: Vec<(RequestId, Request)> = evaluator
        .requests
        .iter()
        .enumerate()
        .map(|(i, r)| (RequestId(u32::try_from(i).unwrap_or(u32::MAX)), r.clone()))
        .filter(|(_, r)| r.endpoint.kind == AccessKind::EmailApi)
        .collect();
    for (id, request) in requests {
        let mut absent = None;
        for (at, _) in reads.iter().filter(|(_, (r, _))| *r == id) {
            let Some(tested) = tested.get(&at.module) else { continue };
            let module = program.module(at.module);
            let handled = tested.covers(module, at.expr)
                || (asked.contains(at) && !tested.is_taken_for_granted(at.expr))
                || tested.asks_status(module.expr(at.expr).function);
            absent = Some(absent.unwrap_or(true) && handled);
        }
        let mut access = describe(evaluator, file, request.site, &request);
        access.handles_absent = absent;
        access.bulk = request.endpoint.id.contains("bulk");
        found.push(Found { access, at: request.site, request: id });
    }
}

pub(super) fn describe<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
    request: &Request,
) -> Access {
    let module = evaluator.program.module(at.module);
    let span = module.expr(at.expr).span;
    let source = file(&module.file);
    let text = source.map_or("", |s| s.slice(span));
    Access {
        id: String::new(),
        kind: request.endpoint.kind,
        endpoint: Some(request.endpoint.id.clone()),
        sdk: request.sdk.clone(),
        product: Some(request.product),
        caller: request.caller,
        confidence: request.confidence,
        place: source.map_or_else(|| crate::text::Place::start_of(&module.file), |s| s.place(span)),
        expression: redact::one_line(text, EXPRESSION),
        request: None,
        path: request.path.clone(),
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    }
}

pub(super) fn place<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
) -> Option<crate::text::Place> {
    let module = evaluator.program.module(at.module);
    file(&module.file).map(|s| s.place(module.expr(at.expr).span))
}

/// A read whose object could not be followed, in a program that asks Atlassian for users.
fn guess<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
) -> Option<Access> {
    let module = evaluator.program.module(at.module);
    let span = module.expr(at.expr).span;
    let source = file(&module.file)?;
    Some(Access {
        id: String::new(),
        kind: AccessKind::UserObject,
        endpoint: None,
        sdk: None,
        product: None,
        caller: Caller::Unknown,
        confidence: Confidence::Possible,
        place: source.place(span),
        expression: redact::one_line(source.slice(span), EXPRESSION),
        request: None,
        path: None,
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    })
}
