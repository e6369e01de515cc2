//! What the types of the format say of themselves: the schema, the keys of each section, the words of
//! each vocabulary. No reading happens here.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Deserialize;

use super::format::File;

/// The JSON Schema (draft 2020-12) of `email-access.yaml`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut value = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value();
    tidy(&mut value);
    value
}

/// Takes the line breaks out of descriptions, and the `null` out that `Option` brings: a key is left out or has a value, and a key without a
/// value is almost always a mistake.
fn tidy(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(map) => {
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    map.insert("type".into(), one);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|c| c != &serde_json::json!({"type": "null"}));
                if let [one] = choices.as_slice() {
                    let one = one.clone();
                    map.remove("anyOf");
                    if let Value::Object(fields) = one {
                        for (key, field) in fields {
                            map.entry(key).or_insert(field);
                        }
                    }
                }
            }
            // Doc comments are wrapped; editors wrap descriptions themselves.
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            map.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// The keys of a section, and which of them it must have.
#[derive(Debug)]
pub struct Keys {
    /// All of them, in the order of their names.
    pub all: Vec<String>,
    /// Those that it must have.
    pub required: Vec<String>,
}

/// The keys of the section `T`.
#[must_use]
pub fn keys<T: JsonSchema>() -> Keys {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let all = schema.get("properties").and_then(|p| p.as_object()).into_iter().flatten();
    let required = schema.get("required").and_then(|r| r.as_array()).into_iter().flatten();
    Keys {
        all: all.map(|(key, _)| key.clone()).collect(),
        required: required.filter_map(|r| r.as_str().map(str::to_owned)).collect(),
    }
}

/// The words of the vocabulary `T`, in the order of its declaration.
#[must_use]
pub fn words<T: JsonSchema>() -> Vec<String> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let listed = schema.get("enum").and_then(|e| e.as_array()).into_iter().flatten();
    let described = schema.get("oneOf").and_then(|o| o.as_array()).into_iter().flatten();
    listed
        .chain(described.filter_map(|choice| choice.get("const")))
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

/// The value of the vocabulary `T` that `word` names.
#[must_use]
pub fn from_word<'w, T: Deserialize<'w>>(word: &'w str) -> Option<T> {
    T::deserialize(serde::de::value::BorrowedStrDeserializer::<serde::de::value::Error>::new(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::declaration::format::{
        AddressSource, AppKind, Functionality, Product, RuleLevel, Stored,
    };

    #[test]
    fn keys_and_words_come_from_the_types() {
        let file = keys::<File>();
        assert_eq!(file.all, ["app", "documents", "lint", "personal-data", "uses", "version"]);
        assert_eq!(file.required, ["version"]);
        assert_eq!(words::<RuleLevel>(), ["error", "warning", "info", "off"]);
        assert_eq!(words::<AppKind>(), ["connect", "forge", "forge-with-connect", "oauth2"]);
        assert!(words::<Functionality>().contains(&"error-reports".to_owned()));
    }

    #[test]
    fn every_word_names_a_value() {
        fn check<T: JsonSchema + for<'a> Deserialize<'a>>() {
            let words = words::<T>();
            assert!(words.len() > 1, "{} has words", T::schema_name());
            for word in words {
                assert!(from_word::<T>(&word).is_some(), "{word}");
            }
            assert!(from_word::<T>("no-such-word").is_none());
        }
        check::<AppKind>();
        check::<Product>();
        check::<Stored>();
        check::<AddressSource>();
        check::<RuleLevel>();
    }

    #[test]
    fn the_schema_knows_no_null() {
        let text = schema().to_string();
        assert!(!text.contains("null"), "{text}");
    }
}
