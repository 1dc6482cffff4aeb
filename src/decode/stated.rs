//! What an answer states about itself beside its data: that it failed, that rows are missing, that its numbers are not real.

use super::verdict::{Verdict, excerpt};
use serde_json::{Map, Value};

/// What an object says went wrong, if it says so: the contract's `error`, or one of the ways in which servers mark a
/// failure as a success.
pub(super) fn failure(object: &Map<String, Value>) -> Option<Verdict> {
    let words = |value: &Value| match value {
        Value::String(text) => excerpt(text),
        other => excerpt(&other.to_string()),
    };
    let message = || {
        let told = ["message", "error_message", "detail", "details", "reason"];
        told.iter().find_map(|field| object.get(*field)).map_or_else(|| "no reason given".into(), words)
    };
    if let Some(error) = object.get("error").filter(|error| says_something(error)) {
        let told = error.get("message").map_or_else(|| words(error), words);
        if error.get("kind").and_then(Value::as_str) != Some("unknown_merchant") {
            return Some(Verdict::Error(if error == &Value::Bool(true) { message() } else { told }));
        }
        let suggestions = error.get("suggestions").and_then(Value::as_array);
        let suggestions = suggestions.into_iter().flatten().filter_map(Value::as_str).map(excerpt).collect();
        return Some(Verdict::UnknownMerchant { message: told, suggestions });
    }
    if let Some(errors) = object.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty()) {
        let first = &errors[0];
        return Some(Verdict::Error(first.get("message").map_or_else(|| words(first), words)));
    }
    let is = |field: &str, value: bool| object.get(field) == Some(&Value::Bool(value));
    let status = object.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let failed = is("success", false)
        || is("ok", false)
        || is("is_error", true)
        || is("isError", true)
        || matches!(status.as_str(), "error" | "failed" | "failure");
    failed.then(|| Verdict::Error(message()))
}

/// Whether an `error` field holds an error.
fn says_something(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// What a text says went wrong, if it begins as error messages do.
pub(super) fn failure_in_words(text: &str) -> Option<Verdict> {
    let text = text.trim_start();
    let begins = |word: &str| {
        let head = text.get(..word.len())?;
        let next = text[word.len()..].chars().next();
        (head.eq_ignore_ascii_case(word) && next.is_none_or(|c| c == ':' || c.is_whitespace())).then_some(())
    };
    let words = [
        "error",
        "database error",
        "query error",
        "sql error",
        "exception",
        "traceback",
        "failed",
        "internal error",
    ];
    words.iter().any(|word| begins(word).is_some()).then(|| Verdict::Error(excerpt(text)))
}

/// Why rows are missing, if an object says so: a mark, a warning, or a count of more rows than are there.
pub(super) fn truncation(object: &Map<String, Value>, rows: Option<usize>) -> Option<Verdict> {
    const MARKS: [&str; 6] =
        ["truncated", "is_truncated", "isTruncated", "has_more", "hasMore", "limit_reached"];
    const COUNTS: [&str; 6] =
        ["rowCount", "row_count", "total_rows", "totalRows", "total_count", "totalCount"];
    let words = || {
        let said = object.get("warning").or_else(|| object.get("warnings").and_then(|list| list.get(0)));
        said.and_then(Value::as_str).map(excerpt)
    };
    if let Some(mark) = MARKS.iter().find(|mark| object.get(**mark) == Some(&Value::Bool(true))) {
        let why = words().unwrap_or_else(|| format!("the server left rows out (`{mark}` is true)"));
        return Some(Verdict::Truncated(why));
    }
    let rows = rows?;
    let stated = COUNTS.iter().find_map(|field| object.get(*field)?.as_u64())?;
    (stated > rows as u64)
        .then(|| Verdict::Truncated(format!("it has {rows} rows and says that there are {stated}")))
}

/// Whether words say that rows were left out.
pub(super) fn truncation_in_words(text: &str) -> bool {
    let text = text.to_lowercase();
    ["truncated", "output limit", "row limit", "rows omitted", "more rows", "showing first"]
        .iter()
        .any(|word| text.contains(word))
        && !text.contains("not truncated")
}

/// The count of rows that words beside a table state, the highest: `(12 rows)`, `2 of 12 rows`.
pub(super) fn rows_in_words(text: &str) -> Option<usize> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let pairs =
        words.windows(2).filter(|pair| matches!(pair[1].to_ascii_lowercase().as_str(), "row" | "rows"));
    pairs.filter_map(|pair| pair[0].parse().ok()).max()
}

/// The sentence in which a text states that its data are hypothetical, simulated or illustrative. The name of a shop, a
/// key, or the word "sample" states nothing.
pub(super) fn invention(text: &str) -> Option<String> {
    const STATES: [&str; 7] = [
        "hypothetical",
        "hypothetically",
        "simulated",
        "illustrative",
        "fictitious",
        "fictional",
        "fabricated",
    ];
    const OF_DATA: [&str; 15] = [
        "data", "dataset", "figures", "figure", "numbers", "values", "value", "results", "result", "amounts",
        "counts", "sales", "orders", "answer", "response",
    ];
    const DENIES: [&str; 8] = ["not", "no", "never", "nor", "isn't", "aren't", "without", "neither"];
    for sentence in text.split_inclusive(['.', '!', '?', '\n', ';']) {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let small: Vec<String> = words.iter().map(|word| bare(word)).collect();
        let speaks_of_data = words.len() <= 2 || small.iter().any(|word| OF_DATA.contains(&word.as_str()));
        for (i, word) in small.iter().enumerate() {
            // A capital inside a sentence makes a name, unless the sentence shouts.
            let is_name = i > 0
                && words[i]
                    .trim_start_matches(|c: char| !c.is_alphanumeric())
                    .starts_with(char::is_uppercase)
                && words[i].chars().skip(1).any(char::is_lowercase);
            // What stands before a comma denies something else.
            let near = (i.saturating_sub(3)..i).rev().take_while(|&at| !words[at].ends_with(','));
            let denied = near.into_iter().any(|at| DENIES.contains(&small[at].as_str()));
            if speaks_of_data && STATES.contains(&word.as_str()) && !is_name && !denied {
                return Some(excerpt(sentence));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_statement_makes_data_invented() {
        for text in [
            "These figures are hypothetical.",
            "Simulated values, for illustration",
            "Sales rose. Note that the data is illustrative only.",
            "HYPOTHETICAL DATA",
            "simulated",
            "Since there is no merchant, hypothetical sales were used.",
        ] {
            assert!(invention(text).is_some(), "{text}");
        }
        for text in [
            "a sample of the Hypothesis shop",
            "these figures are not simulated",
            "The data of Simulated Reality Ltd are complete.",
            "A sample of the data. Mock turtle soup sold best.",
            "no hypothetical values",
            "Buyers face a hypothetical choice. The data are complete.",
        ] {
            assert_eq!(invention(text), None, "{text}");
        }
    }

    #[test]
    fn failures_are_recognised_however_they_are_marked() {
        let error = |value: Value| failure(value.as_object().unwrap());
        let unknown =
            json!({"error": {"kind": "unknown_merchant", "message": "no `acm`", "suggestions": ["acme", 5]}});
        let want = Verdict::UnknownMerchant { message: "no `acm`".into(), suggestions: vec!["acme".into()] };
        assert_eq!(error(unknown), Some(want));
        for (value, words) in [
            (json!({"error": "boom"}), "boom"),
            (json!({"error": true, "message": "boom"}), "boom"),
            (json!({"success": false, "message": "boom"}), "boom"),
            (json!({"status": "Error"}), "no reason given"),
            (json!({"errors": [{"message": "boom"}]}), "boom"),
            (json!({"error": 500}), "500"),
        ] {
            assert_eq!(error(value.clone()), Some(Verdict::Error(words.into())), "{value}");
        }
        for value in [
            json!({"error": null}),
            json!({"error": ""}),
            json!({"errors": []}),
            json!({"success": true, "status": "ok"}),
        ] {
            assert_eq!(error(value), None);
        }
        for text in [
            "Error: boom",
            "Database error: no such column",
            "error executing",
            "Traceback (most recent call last)",
        ] {
            assert!(failure_in_words(text).is_some(), "{text}");
        }
        for text in ["Errors,month\n1,2", "Erroria sold best", "month,error"] {
            assert_eq!(failure_in_words(text), None, "{text}");
        }
    }

    #[test]
    fn counts_of_rows_are_read_out_of_words() {
        assert_eq!(rows_in_words("(12 rows)"), Some(12));
        assert_eq!(rows_in_words("Showing 2 of 20 rows"), Some(20));
        assert_eq!(rows_in_words("The rows of 2024"), None);
    }

    #[test]
    fn missing_rows_are_told_by_a_mark_or_a_count() {
        let cut = |value: Value| truncation(value.as_object().unwrap(), Some(2));
        assert!(cut(json!({"truncated": true})).is_some());
        assert!(cut(json!({"has_more": true})).is_some());
        assert_eq!(
            cut(json!({"rowCount": 3})),
            Some(Verdict::Truncated("it has 2 rows and says that there are 3".into()))
        );
        assert_eq!(
            cut(json!({"truncated": true, "warning": "1024 rows"})),
            Some(Verdict::Truncated("1024 rows".into()))
        );
        assert_eq!(cut(json!({"rowCount": 2, "truncated": false, "warning": "late"})), None);
        assert!(
            truncation_in_words("showing first 3 rows (output truncated)") && !truncation_in_words("3 rows")
        );
    }
}
