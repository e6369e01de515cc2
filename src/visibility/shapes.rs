//! The public shapes of user objects and answers (`shapes.yaml`): what fixtures and the mock are checked against,
//! and the components of the mock's OpenAPI description.

use std::sync::LazyLock;

use serde_json::{Value, json};

static SHAPES: LazyLock<Value> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("shapes.yaml")).expect("the embedded shapes are read by a test")
});

/// All shapes by their names.
#[must_use]
pub fn all() -> &'static Value {
    &SHAPES
}

/// The JSON Schema of one of them, with all that it refers to.
#[must_use]
pub fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}"), "components": {"schemas": all()}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visibility::model::Product;
    use crate::visibility::render::{Style, user};
    use crate::visibility::scenarios::Scenarios;

    #[test]
    fn every_shape_is_a_schema() {
        for name in all().as_object().expect("a map of shapes").keys() {
            jsonschema::draft202012::new(&schema(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }

    #[test]
    fn every_scenario_has_the_public_shape() {
        let all = Scenarios::embedded();
        for null_for_hidden in [false, true] {
            let style = Style { null_for_hidden, ..Style::default() };
            for scenario in &all.scenarios {
                let (_, person) = all.get(&scenario.id).expect("it has a person");
                for product in &scenario.products {
                    let name = if *product == Product::Jira { "JiraUser" } else { "ConfluenceUser" };
                    let validator = jsonschema::draft202012::new(&schema(name)).expect("a schema");
                    let value = user(person, scenario.caller, scenario.relation, *product, &style);
                    if let Err(e) = validator.validate(&value) {
                        panic!("{} {product:?}: {e}\n{value:#}", scenario.id);
                    }
                }
            }
        }
    }
}
