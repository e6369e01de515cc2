//! How code fills in a template (`renders.yaml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

static RENDERS: LazyLock<Renders> = LazyLock::new(|| table!("renders"));

/// The table.
#[derive(Debug, Deserialize)]
pub struct Renders {
    calls: BTreeSet<String>,
    puts: BTreeSet<String>,
    bags: BTreeSet<String>,
    returns: BTreeSet<String>,
}

impl Renders {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &RENDERS
    }

    /// Whether a call of that name fills in the template that it is handed the name of.
    #[must_use]
    pub fn fills_in(&self, call: &str) -> bool {
        self.calls.contains(call)
    }

    /// Whether a call of that name puts a value under a name.
    #[must_use]
    pub fn puts(&self, call: &str) -> bool {
        self.puts.contains(call)
    }

    /// Whether a member holds what is put beside a page's model.
    #[must_use]
    pub fn is_bag(&self, member: &str) -> bool {
        self.bags.contains(member)
    }

    /// Whether a decorator says that a function returns the name of a template.
    #[must_use]
    pub fn returns_name(&self, decorator: &str) -> bool {
        self.returns.contains(decorator)
    }
}

#[cfg(test)]
mod tests {
    use super::Renders;

    #[test]
    fn the_table_is_read() {
        let table = Renders::get();
        assert!(table.fills_in("render_template") && !table.fills_in("save"));
        assert!(table.puts("addAttribute") && table.is_bag("ViewBag") && table.returns_name("GetMapping"));
    }
}
