//! What a model is shown of a result: enough of its rows to answer from, in few tokens. The whole stays with us.
//!
//! CSV, which weighs two thirds of minified JSON. A sheet that fits is shown whole; of a longer one the first and last
//! rows, and for each column of numbers the range, the total and the largest rows.

use super::{decimal::Decimal, sheet::Sheet};
use crate::llm;
use serde_json::Value;

/// Tokens of one result, at most.
pub(super) const RESULT_TOKENS: usize = 2_000;

/// Tokens of all results of one turn, at most.
pub(super) const TURN_TOKENS: usize = 8_000;

/// Characters of a cell that are shown.
const CELL: usize = 60;

/// Columns that are shown.
const COLUMNS: usize = 24;

/// Rows with the largest numbers that are named.
const TOP: usize = 5;

/// Rows shown from the end of a sheet that is not shown whole.
const LAST: usize = 3;

/// The sheets of one result, in at most so many tokens.
pub(super) fn result(sheets: &[Sheet], tokens: usize) -> String {
    let mut text = String::new();
    let mut rest = sheets.iter().filter(|sheet| !sheet.name.ends_with("long"));
    let Some(sheet) = rest.next() else { return String::new() };
    text.push_str(&format!("{}: {} rows", sheet.name, sheet.table.rows.len()));
    if let Some(long) = sheets.iter().find(|sheet| sheet.name.ends_with("long")) {
        let columns: Vec<_> = long.table.columns.iter().map(|column| shown(&column.name)).collect();
        let (name, rows) = (&long.name, long.table.rows.len());
        text.push_str(&format!(
            "; {name}: the same with a row per number, {rows} rows of {}",
            columns.join(",")
        ));
    }
    if !sheet.arguments.is_empty() {
        let names: Vec<_> = sheet.arguments.iter().map(|(name, _)| format!("arg.{}", shown(name))).collect();
        text.push_str(&format!("; {} hold the call's arguments", names.join(", ")));
    }
    let about = &sheet.table.about;
    for (name, value) in [("currency", &about.currency), ("complete through", &about.complete_through)] {
        if let Some(value) = value {
            text.push_str(&format!("; {name} {}", shown(value)));
        }
    }
    text.push('\n');
    let body = tokens.saturating_sub(llm::count(&text));
    let whole = rows(sheet, 0, usize::MAX, body);
    if whole.next == sheet.table.rows.len() {
        return fitted(text + &whole.text, tokens);
    }
    let summary = summary(sheet);
    let end = sheet.table.rows.len() - LAST.min(sheet.table.rows.len());
    let last = rows(sheet, end, LAST, body / 4);
    let left = body.saturating_sub(llm::count(&summary) + llm::count(&last.text) + 40);
    let first = rows(sheet, 0, usize::MAX, left);
    text.push_str(&first.text);
    if first.next < end {
        text.push_str(&format!("rows {} to {} are not shown: ask get_rows for them\n", first.next, end - 1));
    }
    text.push_str(last.text.split_once('\n').map_or("", |(_, rows)| rows));
    text.push_str(&summary);
    fitted(text, tokens)
}

/// Rows as CSV under a header, and the first row that is not among them.
pub(super) struct Rows {
    pub(super) text: String,
    pub(super) next: usize,
}

/// So many rows from one on, as far as they fit.
pub(super) fn rows(sheet: &Sheet, from: usize, n: usize, tokens: usize) -> Rows {
    let table = &sheet.table;
    let names = table.columns.iter().take(COLUMNS).map(|column| shown(&column.name));
    let mut text = format!("row,{}\n", names.collect::<Vec<_>>().join(","));
    let mut used = llm::count(&text);
    let mut next = from;
    for (number, row) in table.rows.iter().enumerate().skip(from).take(n) {
        let cells: Vec<_> = row.iter().take(COLUMNS).map(cell).collect();
        let line = format!("{number},{}\n", cells.join(","));
        used += llm::count(&line);
        if used > tokens {
            break;
        }
        text.push_str(&line);
        next = number + 1;
    }
    Rows { text, next }
}

/// Range, total and largest rows of each column of numbers.
fn summary(sheet: &Sheet) -> String {
    let mut text = String::new();
    let columns = sheet.table.columns.iter().take(COLUMNS).enumerate();
    for (at, column) in columns.filter(|(_, column)| column.kind == "number") {
        let numbers = (0..sheet.table.rows.len()).filter_map(|row| Some((sheet.number(row, at)?, row)));
        let mut numbers: Vec<_> = numbers.collect();
        numbers.sort_unstable();
        let (Some((_, low)), Some((_, high))) = (numbers.first(), numbers.last()) else { continue };
        let total = numbers.iter().try_fold(Decimal::default(), |sum, (number, _)| sum.plus(*number));
        let written = |row: usize| cell(&sheet.table.rows[row][at]);
        let top: Vec<_> = numbers.iter().rev().take(TOP).map(|(_, row)| row.to_string()).collect();
        text.push_str(&format!("{}: {} to {}", shown(&column.name), written(*low), written(*high)));
        if let Some(total) = total {
            text.push_str(&format!(", total {total}"));
        }
        text.push_str(&format!(", largest in rows {}\n", top.join(" ")));
    }
    text
}

/// A text cut to so many tokens, with a word that it was.
pub(super) fn fitted(mut text: String, tokens: usize) -> String {
    const CUT: &str = "\n(cut)";
    // No token is longer than a long word: far longer texts need not be counted.
    cut(&mut text, tokens.saturating_mul(16));
    while llm::count(&text) > tokens {
        let keep = text.len() * 3 / 4;
        cut(&mut text, keep);
        let words = text.trim_end_matches("(cut)").trim_end().len();
        text.truncate(words);
        if text.is_empty() {
            return text;
        }
        text.push_str(CUT);
    }
    text
}

fn cut(text: &mut String, at: usize) {
    if at < text.len() {
        let end = (0..=at).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => shown(text),
        other => other.to_string(),
    }
}

/// A text on one line, short, and quoted where CSV needs it.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = match line.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    };
    if short.contains([',', '"']) { format!("\"{}\"", short.replace('"', "\"\"")) } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{About, Column, Table};
    use proptest::prelude::*;
    use serde_json::json;

    fn sheet(rows: Vec<Vec<Value>>, names: &[&str]) -> Sheet {
        let kind = |at: usize| if rows.iter().all(|row| row[at].is_number()) { "number" } else { "string" };
        let column =
            |(at, name): (usize, &&str)| Column { name: (*name).into(), kind: kind(at).into(), unit: None };
        let columns = names.iter().enumerate().map(column).collect();
        let table = Table { columns, rows, about: About::default() };
        Sheet { name: "r1".into(), result: 0, table, arguments: Vec::new(), prose: false }
    }

    #[test]
    fn a_short_sheet_is_shown_whole_and_a_long_one_summed_up() {
        let row = |n: usize| vec![json!(format!("2024-{n}, \"x\"")), json!(n)];
        let short = result(&[sheet((0..3).map(row).collect(), &["month", "n"])], 2000);
        assert_eq!(
            short,
            "r1: 3 rows\nrow,month,n\n0,\"2024-0, \"\"x\"\"\",0\n1,\"2024-1, \"\"x\"\"\",1\n2,\"2024-2, \"\"x\"\"\",2\n"
        );
        let long = result(&[sheet((0..4000).map(row).collect(), &["month", "n"])], 2000);
        assert!(long.contains("are not shown: ask get_rows"), "{long}");
        assert!(
            long.contains("\n3999,")
                && long.contains("n: 0 to 3999, total 7998000, largest in rows 3999 3998"),
            "{long}"
        );
        assert!(llm::count(&long) <= 2000 && llm::count(&long) > 1500);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn never_more_than_allowed(
            rows in prop::collection::vec(("[\\PC]{0,90}", any::<i64>()), 0..300), tokens in 20_usize..3000,
        ) {
            let rows = rows.into_iter().map(|(text, n)| vec![json!(text), json!(n)]).collect();
            let shown = result(&[sheet(rows, &["a", "b"])], tokens);
            prop_assert!(llm::count(&shown) <= tokens, "{}", llm::count(&shown));
        }
    }
}
