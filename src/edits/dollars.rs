//! The `$` that a placeholder of a `route` template lacks.

use crate::facts::Observation;
use crate::findings::Edit;
use crate::text::{SourceFile, Span};

/// The edit that writes it; `None` where the placeholder is not there exactly once.
pub(super) fn edit(file: &SourceFile, observation: &Observation) -> Option<Edit> {
    let name = observation.detail.trim_matches(['{', '}', '$', ' ']);
    let text = file.slice(observation.place.span);
    let wanted = format!("{{{name}}}");
    let bare = |at: &usize| {
        let before = text.get(..*at).unwrap_or("");
        // Whoever escaped it meant it.
        !before.ends_with(['$', '\\', '{'])
    };
    let mut found = text.match_indices(&wanted).map(|(at, _)| at).filter(bare);
    let (at, None) = (found.next()?, found.next()) else { return None };
    let at = observation.place.span.start as usize + at;
    Some(Edit { file: observation.place.file.clone(), span: Span::at(at), replacement: "$".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::edit;
    use crate::facts::ObservationKind;
    use crate::facts::testing::observation;
    use crate::text::{SourceFile, Span};

    #[test]
    fn only_a_placeholder_that_stands_there_once_is_mended() {
        for (text, name, expected) in [
            ("route`/a/{id}`", "id", Some(9)),
            ("route`/a/${id}/{key}`", "key", Some(15)),
            ("route`/a/{id}/{id}`", "id", None),
            ("route`/a/\\{id}`", "id", None),
            ("route`/a`", "id", None),
        ] {
            let file = SourceFile::new("src/app.ts", text);
            let mut seen = observation(ObservationKind::RouteWithoutDollar, name, 1);
            seen.place = file.place(Span::new(0, text.len()));
            assert_eq!(edit(&file, &seen).map(|e| e.span.start), expected, "{text}");
        }
    }
}
