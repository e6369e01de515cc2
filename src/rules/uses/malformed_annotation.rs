//! An annotation or suppression that cannot be understood.

use crate::facts::Facts;
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "malformed-annotation",
    summary: "an annotation or suppression cannot be understood, so it has no effect",
    group: Group::Uses,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("malformed_annotation.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for bad in &facts.bad_annotations {
        sink.report(
            Finding::new(bad.place.clone(), bad.message.clone())
                .label("has no effect")
                .note("an annotation that is passed over in silence would look like one that holds")
                .help(bad.help.clone()),
        );
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::BadAnnotation;
    use crate::facts::testing::*;
    use crate::rules::testing::found;

    #[test]
    fn each_is_reported_with_its_own_words() {
        let mut facts = forge(&[]);
        facts.annotations.push(annotation(&["error-reports"], 3));
        assert!(found(&RULE, &facts).is_empty());
        facts.bad_annotations.push(BadAnnotation {
            place: place("src/app.ts", 6),
            message: "the annotation names no use".to_owned(),
            help: "write `@email-use NAME`".to_owned(),
        });
        let findings = found(&RULE, &facts);
        assert_eq!(findings[0].message, "the annotation names no use");
        assert_eq!((findings[0].severity, findings[0].place.line), (Severity::Error, 6));
    }
}
