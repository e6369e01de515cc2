//! Branches that are taken when a request failed: what is read there of its answer is an error, and nobody's data.

use super::*;

/// Parts of a condition that are looked through.
const MAX_PARTS: u32 = 6;

impl Evaluator<'_> {
    /// A value without the answers whose failing the branch around it is about.
    pub(super) fn but_of_failed(&mut self, at: At, value: Val, frame: FrameId) -> Val {
        let program = self.program;
        let data = program.module(at.module);
        if data.failures.is_empty() || !value.iter().any(|a| matches!(a, Atom::Answer { .. })) {
            return value;
        }
        let span = data.expr(at.expr).span;
        let around = |branch: &Span| branch.start <= span.start && span.end <= branch.end;
        let conditions: Vec<ExprId> =
            data.failures.iter().filter(|(_, branch)| around(branch)).map(|(c, _)| *c).collect();
        let mut failed: BTreeSet<RequestId> = BTreeSet::new();
        for condition in conditions {
            let Some(answer) = judged(data, condition, 0) else { continue };
            for atom in self.eval(At { module: at.module, expr: answer }, frame).iter() {
                if let Atom::Answer { request, .. } = atom {
                    failed.insert(*request);
                }
            }
        }
        if failed.is_empty() {
            return value;
        }
        let is_left = |a: &&Atom| !matches!(a, Atom::Answer { request, .. } if failed.contains(request));
        Val::from(value.iter().filter(is_left).cloned().collect::<Vec<_>>())
    }
}

/// The answer that a condition asks how it went: what it reads the status of, or calls.
fn judged(module: &Module, condition: ExprId, depth: u32) -> Option<ExprId> {
    if depth > MAX_PARTS {
        return None;
    }
    let inner = |expr: ExprId| judged(module, expr, depth + 1);
    match &module.expr(module.peel(condition)).kind {
        ExprKind::Member { object, .. } => Some(*object),
        ExprKind::Call { callee, .. } => inner(*callee),
        ExprKind::Equal(left, right) => inner(*left).or_else(|| inner(*right)),
        ExprKind::Choice(_, parts) | ExprKind::Operation(parts) => parts.iter().find_map(|p| inner(*p)),
        _ => None,
    }
}
