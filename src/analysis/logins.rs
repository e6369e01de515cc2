//! Users that a login library hands to the program: what a strategy gives its callback, what a framework
//! puts into the request, what a driver is asked for. Which libraries, and how, is data (`clients.yaml`).

use std::collections::BTreeSet;

use super::eval::Evaluator;
use super::link::Program;
use super::value::{At, Atom, FrameId, FunctionAt, ModuleId, Val};
use crate::catalog::clients::{Clients, Login};
use crate::facts::Caller;
use crate::program::{ExprId, ExprKind, Module};

/// Calls of one chain that are looked through for the name of a provider.
const MAX_CHAIN: usize = 8;

/// Which of the rows hold in this program.
#[derive(Default)]
pub(super) struct Logins {
    /// Rows whose packages some file imports, or whose providers some file sets up.
    enabled: BTreeSet<usize>,
    /// Files that import a row's packages.
    importing: BTreeSet<(ModuleId, usize)>,
}

impl Logins {
    pub(super) fn new(program: &Program) -> Self {
        let mut new = Self::default();
        for id in program.ids() {
            let module = program.module(id);
            let language = module.language.table_name();
            for (_, expr) in module.all() {
                match &expr.kind {
                    ExprKind::Import { specifier, name } => {
                        let full = format!("{specifier}.{}", name.as_deref().unwrap_or_default());
                        for (row, _) in Clients::get().logins_of(language, |l| {
                            l.is_of(specifier) || l.is_of(full.trim_end_matches('.'))
                        }) {
                            new.enabled.insert(row);
                            new.importing.insert((id, row));
                        }
                    }
                    ExprKind::Call { callee, arguments, .. } => {
                        let name = match &module.expr(module.peel(*callee)).kind {
                            ExprKind::Member { property, .. } => property,
                            ExprKind::Global(name) => name,
                            _ => continue,
                        };
                        for (row, login) in
                            Clients::get().logins_of(language, |l| l.setup.iter().any(|s| **s == **name))
                        {
                            if arguments.iter().any(|a| names_driver(module, *a, login)) {
                                new.enabled.insert(row);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        new
    }
}

/// Whether an argument is the name of one of a row's providers.
fn names_driver(module: &Module, argument: ExprId, login: &Login) -> bool {
    match &module.expr(module.peel(argument)).kind {
        ExprKind::Text(text) => login.drivers.iter().any(|d| d.eq_ignore_ascii_case(text)),
        _ => false,
    }
}

impl Evaluator<'_> {
    /// What a callback gets that is handed to a login library: its parameter of a telling name.
    pub(super) fn login_parameter(&mut self, of: FunctionAt, index: usize, call: At) -> Option<Val> {
        let program = self.program;
        let module = program.module(of.module);
        let language = module.language.table_name();
        let name = &module.function(of.function).parameters.get(index)?.name;
        let named: Vec<&'static Login> = Clients::get()
            .logins_of(language, |l| l.parameters.iter().any(|p| **p == **name))
            .map(|(_, login)| login)
            .collect();
        if named.is_empty() {
            return None;
        }
        let ExprKind::Call { callee, .. } = program.kind(call) else { return None };
        let target = self.eval(At { module: call.module, expr: *callee }, FrameId::NONE);
        let known = named.into_iter().any(|login| {
            target.iter().any(|a| matches!(a, Atom::Extern { package, .. } if login.is_of(package)))
        });
        if !known {
            return None;
        }
        let parameter = module
            .all()
            .find(|(_, e)| matches!(e.kind, ExprKind::Parameter(f, i) if f == of.function && i as usize == index))
            .map(|(id, _)| At { module: of.module, expr: id })?;
        self.profile(parameter)
    }

    /// A member that a framework fills with who has logged in: `request.env["omniauth.auth"]`, and what the
    /// callbacks of a library get taken apart.
    pub(super) fn login_member(&mut self, at: At, object: ExprId, property: &str) -> Option<Val> {
        let module = self.program.module(at.module);
        let language = module.language.table_name();
        let fits =
            |l: &Login| l.reads.iter().any(|r| r == property) || l.members.iter().any(|m| m == property);
        let rows: Vec<(usize, &'static Login)> = Clients::get().logins_of(language, fits).collect();
        let known = rows.into_iter().any(|(row, login)| {
            if login.reads.iter().any(|r| r == property) {
                return self.logins.enabled.contains(&row) || self.program.index(at.module).about_atlassian;
            }
            matches!(module.expr(module.peel(object)).kind, ExprKind::Parameter(..))
                && self.logins.importing.contains(&(at.module, row))
        });
        known.then(|| self.profile(at)).flatten()
    }

    /// A call that gives who has logged in: `Socialite::driver('jira')->user()`.
    pub(super) fn login_call(&mut self, at: At, path: &str) -> Option<Val> {
        let module = self.program.module(at.module);
        let language = module.language.table_name();
        let rows: Vec<(usize, &'static Login)> =
            Clients::get().logins_of(language, |l| l.gives(path)).collect();
        let known = rows.into_iter().any(|(row, login)| match login.drivers.is_empty() {
            true => self.logins.enabled.contains(&row),
            false => chain(module, at.expr).any(|argument| names_driver(module, argument, login)),
        });
        known.then(|| self.profile(at)).flatten()
    }

    fn profile(&mut self, site: At) -> Option<Val> {
        self.handed("identity.login-profile", site, Caller::AsUser)
    }
}

/// The arguments of all calls in a chain.
fn chain(module: &Module, call: ExprId) -> impl Iterator<Item = ExprId> {
    let mut out = Vec::new();
    let mut next = Some(call);
    for _ in 0..MAX_CHAIN {
        let Some(expr) = next else { break };
        let ExprKind::Call { callee, arguments, .. } = &module.expr(module.peel(expr)).kind else { break };
        out.extend(arguments.iter().copied());
        next = match module.expr(module.peel(*callee)).kind {
            ExprKind::Member { object, .. } => Some(object),
            _ => None,
        };
    }
    out.into_iter()
}
