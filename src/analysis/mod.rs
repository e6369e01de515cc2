//! From programs to facts: where addresses are obtained and where they go.
//!
//! Works on the neutral form of `program` and on the tables of `catalog`; knows no language's syntax
//! and no rule. What it cannot follow it leaves out or marks as a guess, and never invents.

mod absent;
mod accesses;
mod calls;
mod eval;
mod link;
mod requests;
mod value;

use crate::facts::{Access, Flow, Observation};
use crate::program::Module;
use crate::text::SourceFile;

/// What the code does about addresses.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Where addresses are obtained, by place.
    pub accesses: Vec<Access>,
    /// Where they go, by place.
    pub flows: Vec<Flow>,
    /// What else rules ask about, by place.
    pub observations: Vec<Observation>,
    /// Questions that were given up because they took too many steps.
    pub exhausted: u32,
}

/// Analyses all modules of one tree together, so that values are followed across files.
///
/// `file` gives the text of a module's file.
#[must_use]
pub fn analyse<'a>(modules: Vec<Module>, file: &dyn Fn(&str) -> Option<&'a SourceFile>) -> Analysis {
    let program = link::Program::new(modules);
    let mut evaluator = eval::Evaluator::new(&program);
    let accesses = accesses::collect(&mut evaluator, file);
    Analysis {
        accesses: accesses.into_iter().map(|a| a.access).collect(),
        flows: Vec::new(),
        observations: Vec::new(),
        exhausted: evaluator.exhausted,
    }
}
