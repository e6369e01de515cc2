//! Where an address tells people apart: as a key, in a look-up, as what a list is grouped by.

use super::flows::{Carried, Flows};
use super::value::{At, Atom, FrameId, ModuleId, Val};
use crate::catalog::matching::Matching;
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, Language};

/// Parts of one call that are looked at.
const MAX_PARTS: usize = 12;

impl Flows<'_, '_, '_> {
    /// Reports a call that tells people apart by an address that it is handed.
    pub(super) fn matched(&mut self, at: At, callee: ExprId) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Call { arguments, named, .. } = &data.expr(at.expr).kind else { return };
        let table = Matching::get();
        let here = |expr: ExprId| At { module: at.module, expr };
        let (object, method) = match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { object, property, .. } => (Some(*object), &**property),
            ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => (None, &**name),
            ExprKind::Local(symbol) => (None, &*data.symbol(*symbol).name),
            _ => return,
        };
        if table.is_by_address(method) {
            let given = arguments.iter().chain(named.iter().map(|(_, v)| v)).take(MAX_PARTS);
            let found = self.addresses(at, given.copied());
            self.identity(at, "identity.by-email-name", Confidence::Likely, &found);
            return;
        }
        // What the readers know for a comparison is said there.
        let read = matches!(method, "equals" | "Equals" | "equalsIgnoreCase" | "contentEquals");
        // `delete(addresses, user.EmailAddress)`
        if data.language == Language::Go
            && method == "delete"
            && object.is_none()
            && let [_, key] = &**arguments
        {
            let found = self.key_parts(at, std::iter::once(*key));
            self.identity(at, "identity.map-key", Confidence::Likely, &found);
            return;
        }
        // `a.email.localeCompare(b.email)` puts people in order, and matches nobody.
        if table.orders(method) && !self.is_compared(at) {
            return;
        }
        if table.compares(method) && !read {
            let found =
                self.key_parts(at, object.into_iter().chain(arguments.iter().copied()).take(MAX_PARTS));
            self.identity(at, "identity.equality", Confidence::Likely, &found);
            return;
        }
        if table.keyed_by(method) {
            let found = match (self.is_of_library(at.module, object), &**arguments) {
                // `_.keyBy(users, 'email')`
                (true, [items, rest @ ..]) => self.made_keys(at, Some(*items), rest),
                _ => self.made_keys(at, object, arguments),
            };
            self.identity(at, "identity.map-key", Confidence::Likely, &found);
        }
        if matches!(method, "fromEntries" | "Map")
            && data.language == Language::JavaScript
            && let [pairs, ..] = &**arguments
        {
            let found = self.first_of_pairs(here(*pairs));
            self.identity(at, "identity.map-key", Confidence::Likely, &found);
        }
        // `user.email.includes(query)`, `matchesSearch(user.email, query)`: who is meant is told by the address.
        if table.searches(method)
            && let [_, ..] = &**arguments
        {
            let parts = match object {
                Some(object) if table.is_search_of_text(method) => vec![object],
                _ if arguments.len() > 1 => arguments.to_vec(),
                _ => Vec::new(),
            };
            let found = self.addresses(at, parts.into_iter().take(MAX_PARTS));
            self.identity(at, "identity.search", Confidence::Possible, &found);
        }
        // What is a map for sure is told where it is.
        if table.takes_key(method)
            && let [key, ..] = &**arguments
            && !self.is_lookup(at.module, callee)
        {
            let found = self.key_parts(at, std::iter::once(*key));
            if !found.is_empty() {
                let collection = object.is_some_and(|o| {
                    let value = self.evaluator.value(here(o));
                    // What is added to a list is no key.
                    self.is_collection(&value, method.eq_ignore_ascii_case("add"))
                });
                let confidence = if collection { Confidence::Likely } else { Confidence::Possible };
                let alone = object.is_some() && table.asks_anything(method) && arguments.len() == 1;
                if collection || alone || !table.only_of_collections(method) {
                    self.identity(at, "identity.map-key", confidence, &found);
                }
            }
        }
        // `User.email.in_(addresses)`
        if table.asks_column(method)
            && let Some(object) = object
            && let ExprKind::Member { property, .. } = &data.expr(data.peel(object)).kind
            && table.names_address(property)
            && data.written_name(object).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_uppercase()))
        {
            let mut found = Vec::new();
            for argument in arguments.iter().take(2) {
                let value = self.evaluator.value(here(*argument));
                found.extend(self.carried(&value, 0, false));
            }
            self.identity(at, "identity.look-up", Confidence::Likely, &found);
            return;
        }
        if table.takes_conditions(method) && data.language == Language::JavaScript {
            let mut parts = Vec::new();
            for argument in arguments.iter().take(MAX_PARTS) {
                let ExprKind::Object { fields, .. } = &data.expr(data.peel(*argument)).kind else { continue };
                let held =
                    |name: &Option<Box<str>>| name.as_deref().is_some_and(|n| table.holds_conditions(n));
                for (_, value) in fields.iter().filter(|(name, _)| held(name)) {
                    self.asked_in_object(here(*value), false, 0, &mut parts);
                }
            }
            let found = self.addresses(at, parts.into_iter());
            self.identity(at, "identity.look-up", Confidence::Likely, &found);
        }
        if table.looks_up(method) {
            let count = if table.looks_for_first(method) { 1 } else { arguments.len() };
            // `EmailAddress.find_by(address: x)`
            let of_mails = object.and_then(|o| data.written_name(o)).is_some_and(|n| table.keeps_mails(&n));
            // `db.prepare('…').execute([address])`
            let made = object.and_then(|o| {
                let made = |a: &Atom| if let Atom::Extern { made, .. } = a { *made } else { None };
                self.evaluator.value(here(o)).iter().find_map(made)
            });
            match self.statement(at.module, arguments, made) {
                Some(statement) if statement.asks => self.asked_by_statement(at, arguments, named),
                // It names the column that it puts the address into.
                Some(_) => {}
                None => {
                    let found =
                        self.looked_up(at, arguments.get(..count).unwrap_or(arguments), named, of_mails);
                    self.identity(at, "identity.look-up", Confidence::Likely, &found);
                }
            }
        }
    }

    /// Reports the addresses that a statement is handed which looks somebody up by one.
    pub(super) fn asked_by_statement(&mut self, at: At, arguments: &[ExprId], named: &[(Box<str>, ExprId)]) {
        let mut found = Vec::new();
        for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(MAX_PARTS) {
            let value = self.evaluator.value(At { module: at.module, expr: *argument });
            // Values are handed one by one, in a list, or by the names that the statement has for them.
            found.extend(self.carried(&value, 0, false));
        }
        found.sort();
        found.dedup();
        self.identity(at, "identity.look-up", Confidence::Likely, &found);
    }

    /// Whether functions for lists are called on a library, or by themselves.
    fn is_of_library(&self, module: ModuleId, object: Option<ExprId>) -> bool {
        let data = self.evaluator.program.module(module);
        data.language == Language::JavaScript
            && object.is_none_or(|o| {
                data.written_name(o).is_some_and(|n| {
                    matches!(&*n, "_" | "lodash" | "R" | "Lazy" | "ramda" | "Object" | "Map")
                })
            })
    }

    /// The addresses that stand first in the pairs of a list.
    fn first_of_pairs(&mut self, pairs: At) -> Vec<Carried> {
        let program = self.evaluator.program;
        let value = self.evaluator.value(pairs);
        let lists: Vec<Atom> = value.iter().filter(|a| matches!(a, Atom::List(..))).cloned().collect();
        let mut out = Vec::new();
        // What `map` made stands for the items of its list.
        let mut found = super::value::Collect::default();
        found.all(&Val::from(lists.clone()));
        found.all(&self.evaluator.elements(&Val::from(lists)));
        for atom in found.done().iter() {
            let Atom::List(at, frame) = atom else { continue };
            let ExprKind::List(items) = program.kind(*at) else { continue };
            if let [key, _] = items.as_slice() {
                let value = self.evaluator.value_in(At { module: at.module, expr: *key }, *frame);
                out.extend(self.as_key(&value, u32::MAX));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// The addresses that a value has in it, which is used as a key or compared. A text in which an address is one
    /// part among others (a message, a line of a report) tells other things apart than people, most often.
    pub(super) fn as_key(&mut self, value: &Val, depth: u32) -> Vec<Carried> {
        let is_part = |a: &&Atom| matches!(a, Atom::Address { joined: true, .. });
        if !value.iter().any(|a| is_part(&a)) {
            return self.carried(value, depth, false);
        }
        let (parts, others): (Vec<Atom>, Vec<Atom>) = value.iter().cloned().partition(|a| is_part(&a));
        let mut out = self.carried(&Val::from(others), depth, false);
        let parts = self.carried(&Val::from(parts), depth, false);
        out.extend(parts.into_iter().map(|c| match c {
            Carried::Address(read, request, _, put) => {
                Carried::Address(read, request, Confidence::Possible, put)
            }
            whole => whole,
        }));
        out
    }

    /// The same of several expressions.
    fn key_parts(&mut self, at: At, parts: impl Iterator<Item = ExprId>) -> Vec<Carried> {
        let mut out = Vec::new();
        for expr in parts {
            let value = self.evaluator.value(At { module: at.module, expr });
            out.extend(self.as_key(&value, u32::MAX));
        }
        out.sort();
        out.dedup();
        out
    }

    /// Whether it is asked of what a call gives whether it is something: `a.localeCompare(b) === 0`.
    fn is_compared(&self, at: At) -> bool {
        /// Expressions between a call and the comparison that it is a side of.
        const NEAR: usize = 4;
        let data = self.evaluator.program.module(at.module);
        data.exprs.iter().skip(at.expr.0 as usize + 1).take(NEAR).any(|e| match e.kind {
            ExprKind::Equal(left, right) => data.peel(left) == at.expr || data.peel(right) == at.expr,
            _ => false,
        })
    }

    fn identity(&mut self, at: At, sink: &str, confidence: Confidence, found: &[Carried]) {
        self.report(at, SinkKind::Identity, sink, None, confidence, found);
    }

    /// The addresses that expressions are, not what holds them.
    fn addresses(&mut self, at: At, parts: impl Iterator<Item = ExprId>) -> Vec<Carried> {
        let mut out = Vec::new();
        for expr in parts {
            let value = self.evaluator.value(At { module: at.module, expr });
            out.extend(self.carried(&value, u32::MAX, false));
        }
        out.sort();
        out.dedup();
        out
    }

    /// The addresses by which a callback, or the name of a member, makes keys.
    fn made_keys(&mut self, at: At, object: Option<ExprId>, arguments: &[ExprId]) -> Vec<Carried> {
        let Some(first) = arguments.first() else { return Vec::new() };
        let first = self.evaluator.value(At { module: at.module, expr: *first });
        let items = match object {
            Some(object) => {
                let value = self.evaluator.value(At { module: at.module, expr: object });
                self.evaluator.elements(&value)
            }
            None => Val::default(),
        };
        let mut out = Vec::new();
        for atom in first.iter() {
            let made = match atom {
                Atom::Function { at: of, .. } if items.iter().all(|a| matches!(a, Atom::Extern { .. })) => {
                    // What it is handed is found out from where it stands: `collect(Collectors.groupingBy(…))`.
                    let function = self.evaluator.program.module(of.module).function(of.function);
                    let mut made = super::value::Collect::default();
                    for expr in &function.returns {
                        made.all(&self.evaluator.value(At { module: of.module, expr: *expr }));
                    }
                    made.done()
                }
                Atom::Function { at: of, frame } => {
                    self.evaluator.enter(*of, vec![items.clone()], at, FrameId::NONE, *frame)
                }
                Atom::Text { text, .. } => {
                    let mut made = super::value::Collect::default();
                    for item in items.iter() {
                        made.all(&self.evaluator.member(item, text, at));
                    }
                    made.done()
                }
                _ => continue,
            };
            out.extend(self.as_key(&made, u32::MAX));
        }
        out.sort();
        out.dedup();
        out
    }

    /// The addresses that a look-up is handed for what it names: `where('email', x)`, `find_by(email: x)`,
    /// `Where("email = ?", x)`, `findOneBy(['email' => x])`.
    fn looked_up(
        &mut self,
        at: At,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
        of_mails: bool,
    ) -> Vec<Carried> {
        let table = Matching::get();
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let mut parts: Vec<ExprId> = named
            .iter()
            .filter(|(name, _)| {
                table.names_address(name)
                    || table.is_login_column(name)
                    || of_mails && table.is_column_of_mails(name)
            })
            .map(|(_, v)| *v)
            .collect();
        let mut by_name = false;
        for argument in arguments.iter().take(MAX_PARTS) {
            match &data.expr(data.peel(*argument)).kind {
                ExprKind::Object { .. } => {
                    self.asked_in_object(At { module: at.module, expr: *argument }, of_mails, 0, &mut parts);
                }
                ExprKind::Text(text) => by_name |= table.names_address(text),
                ExprKind::Constant | ExprKind::Function(_) => {}
                ExprKind::List(_) if data.language != Language::JavaScript => {
                    self.asked_in_list(At { module: at.module, expr: *argument }, 0, &mut parts);
                    if by_name {
                        parts.push(*argument);
                    }
                }
                // `eq(users.email, address)`: a column of a table.
                ExprKind::Member { property, .. }
                    if !by_name && data.language == Language::JavaScript && table.names_address(property) =>
                {
                    let value = self.evaluator.value(At { module: at.module, expr: *argument });
                    by_name = !value.iter().any(|a| matches!(a, Atom::Address { .. }));
                    if !by_name {
                        parts.push(*argument);
                    }
                }
                _ => {
                    if !by_name {
                        let value = self.evaluator.value(At { module: at.module, expr: *argument });
                        by_name |= value.texts().any(|t| table.names_address(t));
                    }
                    if by_name {
                        parts.push(*argument);
                    }
                }
            }
        }
        self.asked(at, &parts)
    }

    /// The addresses among what is asked for: one, or a list of them.
    fn asked(&mut self, at: At, parts: &[ExprId]) -> Vec<Carried> {
        let mut out = self.addresses(at, parts.iter().copied());
        for part in parts {
            let value = self.evaluator.value(At { module: at.module, expr: *part });
            if value.iter().any(|a| matches!(a, Atom::List(..))) {
                let items = self.evaluator.elements(&value);
                out.extend(self.carried(&items, u32::MAX, false));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// What conditions in objects ask for: `{ email: address }`, `{ where: { email: { in: addresses } } }`.
    fn asked_in_object(&self, object: At, of_mails: bool, depth: u32, parts: &mut Vec<ExprId>) {
        const MAX_NESTED: u32 = 4;
        let table = Matching::get();
        let data = self.evaluator.program.module(object.module);
        match &data.expr(data.peel(object.expr)).kind {
            ExprKind::Object { fields, .. } if depth < MAX_NESTED => {
                for (name, value) in fields {
                    let Some(name) = name.as_deref() else { continue };
                    if table.names_address(name) || of_mails && table.is_column_of_mails(name) {
                        // `{ $in: addresses }`, `{ equals: address }`
                        match &data.expr(data.peel(*value)).kind {
                            ExprKind::Object { fields, .. } => parts.extend(fields.iter().map(|(_, v)| *v)),
                            _ => parts.push(*value),
                        }
                    } else if table.holds_conditions(name) {
                        let value = At { module: object.module, expr: *value };
                        self.asked_in_object(value, of_mails, depth + 1, parts);
                    }
                }
            }
            ExprKind::List(items) if depth < MAX_NESTED => {
                for item in items.iter().take(MAX_PARTS) {
                    self.asked_in_object(At { expr: *item, ..object }, of_mails, depth + 1, parts);
                }
            }
            _ => {}
        }
    }

    /// What conditions in lists ask for: `[("email", "=", address)]`.
    fn asked_in_list(&self, list: At, depth: u32, parts: &mut Vec<ExprId>) {
        const MAX_NESTED: u32 = 3;
        let data = self.evaluator.program.module(list.module);
        let ExprKind::List(items) = &data.expr(data.peel(list.expr)).kind else { return };
        let text = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Text(text) => Some(&**text),
            _ => None,
        };
        match items.as_slice() {
            [column, how, value]
                if text(*how).is_some()
                    && text(*column).is_some_and(|c| Matching::get().names_address(c)) =>
            {
                parts.push(*value);
            }
            items if depth < MAX_NESTED => {
                for item in items.iter().take(MAX_PARTS) {
                    self.asked_in_list(At { module: list.module, expr: *item }, depth + 1, parts);
                }
            }
            _ => {}
        }
    }

    /// Whether a value is a map, a set or (unless they do not count) a list of the program's own.
    fn is_collection(&self, value: &Val, but_lists: bool) -> bool {
        const NAMES: &[&str] = &[
            "Map",
            "Dictionary",
            "Set",
            "List",
            "dict",
            "Hash",
            "defaultdict",
            "OrderedDict",
            "set",
            "Counter",
        ];
        // A list of maps is declared with the name of what stands in it.
        let is_list = |a: &Atom| matches!(a, Atom::Extern { path, .. } if path.ends_with("List()"));
        if but_lists && value.iter().any(is_list) {
            return false;
        }
        value.iter().any(|atom| match atom {
            Atom::List(..) => !but_lists,
            Atom::Object(at, _) => !matches!(self.evaluator.program.kind(*at), ExprKind::Call { .. }),
            Atom::Extern { path, .. } => {
                let made = path.trim_end_matches("()");
                let last = made.rsplit('.').next().unwrap_or(made);
                path.ends_with("()") && NAMES.iter().any(|n| last.ends_with(n))
            }
            _ => false,
        })
    }
}
