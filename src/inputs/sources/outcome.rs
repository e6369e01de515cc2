//! What a condition says of how a request went, as it is written in any language: what is read in a branch that is
//! taken when one failed is no user. Looks at the words of the condition only.

/// Ends of what says that a request went well.
const WELL: &[&str] = &[
    ".ok",
    "ok()",
    "isok()",
    "issuccessful()",
    ".issuccessful",
    "issuccess()",
    ".issuccess",
    ".is_success",
    ".issuccessstatuscode",
    "successful()",
    ".success?",
    "is2xxsuccessful()",
];
/// The same of what says that one failed.
const BADLY: &[&str] = &[
    "failed()",
    "iserror()",
    ".iserror",
    ".is_error",
    "clienterror()",
    "servererror()",
    "is4xxclienterror()",
];
/// Operators, the longest first.
const OPERATORS: &[&str] = &["!==", "===", "!=", "==", "<>", ">=", "<=", ">", "<"];

/// Whether a condition says that a request went well (`true`) or that it failed; `None` when it says neither.
pub(super) fn outcome(condition: &str) -> Option<bool> {
    /// Parts of what is looked for, so that most conditions are passed over at once.
    const WORDS: &[&str] = &["ok", "OK", "tatus", "uccess", "rror", "ailed", "ode"];
    const MAX: usize = 400;
    let text = condition.get(..MAX.min(condition.len()))?;
    if !WORDS.iter().any(|w| text.contains(w)) {
        return None;
    }
    let parts: Vec<&str> = text
        .split("&&")
        .flat_map(|t| t.split("||"))
        .flat_map(|t| t.split(" or "))
        .flat_map(|t| t.split(" and "))
        .collect();
    let said = parts.iter().find_map(|part| of_part(part))?;
    // What else a branch asks for may be missing where the request went well.
    (!said || parts.len() == 1).then_some(said)
}

fn of_part(part: &str) -> Option<bool> {
    let mut part: String =
        part.chars().filter(|c| !c.is_whitespace() || *c == ' ').collect::<String>().to_ascii_lowercase();
    // An arrow is no comparison.
    part = part.trim().trim_end_matches(':').replace("->", ".").replace("=>", ".");
    // What is one of several is written without the brackets around them all.
    let count = |c: char, part: &str| part.matches(c).count();
    while part.starts_with('(') && (part.ends_with(')') || count('(', &part) > count(')', &part)) {
        part.remove(0);
        if count(')', &part) > count('(', &part) {
            part.pop();
        }
        part = part.trim().to_owned();
    }
    while count(')', &part) > count('(', &part) {
        part.pop();
    }
    for operator in OPERATORS {
        if let Some((left, right)) = part.split_once(operator) {
            return compared(left.trim(), operator, right.trim());
        }
    }
    let negated = part.starts_with('!') || part.starts_with("not ");
    let bare = part.trim_start_matches('!').trim_start_matches("not ").trim().trim_matches(['(', ' ']);
    let ends = |ends: &[&str]| ends.iter().any(|e| bare.ends_with(e));
    match (ends(WELL), ends(BADLY)) {
        (true, _) => Some(!negated),
        (_, true) => Some(negated),
        _ => None,
    }
}

/// `response.status !== 200`
fn compared(left: &str, operator: &str, right: &str) -> Option<bool> {
    if !left.contains("status") && !left.ends_with("code()") {
        return None;
    }
    let digits: String = right.chars().filter(char::is_ascii_digit).collect();
    let code = match digits.parse::<u32>() {
        // The first digit alone, as in `status / 100 != 2`.
        Ok(first) if first < 10 => first * 100,
        Ok(code) => code,
        Err(_)
            if ["ok", "created", "accepted", "nocontent", "no_content"]
                .iter()
                .any(|w| right.ends_with(w)) =>
        {
            200
        }
        Err(_)
            if ["unauthorized", "forbidden", "notfound", "not_found", "badrequest", "toomanyrequests"]
                .iter()
                .any(|w| right.ends_with(w)) =>
        {
            400
        }
        Err(_) => return None,
    };
    match operator {
        "!=" | "!==" | "<>" if (200..300).contains(&code) => Some(false),
        "==" | "===" if (200..300).contains(&code) => Some(true),
        "==" | "===" if code >= 400 => Some(false),
        ">" | ">=" if code >= 299 => Some(false),
        "<" | "<=" if (299..=400).contains(&code) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_how_a_request_went() {
        for failed in [
            "!response.ok",
            "(!res || !res.ok)",
            "not resp.ok",
            "!response.isSuccessful()",
            "!response.IsSuccessStatusCode",
            "$response->failed()",
            "r.status_code != 200",
            "resp.StatusCode != http.StatusOK",
            "resp.StatusCode >= 400",
            "resp.StatusCode/100 != 2",
            "response.status === 404",
            "response.getStatusCode() != HttpStatus.OK",
        ] {
            assert_eq!(outcome(failed), Some(false), "{failed}");
        }
        for well in ["response.ok", "r.status_code == 200", "(response.isSuccessful())", "res.status < 300"] {
            assert_eq!(outcome(well), Some(true), "{well}");
        }
        for neither in [
            "user.ok && x",
            "response.ok && user.active",
            "status === 'done'",
            "issue.status != 10001",
            "",
            "!user",
        ] {
            assert_eq!(outcome(neither), None, "{neither}");
        }
    }
}
