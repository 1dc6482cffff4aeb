//! Rows out of answers that do not keep to the metrics contract: lists of records, objects of lists, nested objects,
//! CSV, Markdown tables, and lines of prose with numbers in them. Pure. What it cannot read gives no rows.
//!
//! Nothing is guessed about meaning here: the model says which column is what, and `grounding` holds it to that.

use crate::decode::{About, Column, Table};
use serde_json::{Map, Number, Value};

/// Objects around the rows that are looked through.
const DEPTH: usize = 6;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) tables: Vec<Table>,
    /// Whether they are lines of prose.
    pub(super) prose: bool,
}

/// The rows of an answer.
pub(super) fn tables(structured: Option<&Value>, text: &str) -> Found {
    let parsed = serde_json::from_str::<Value>(text.trim()).ok();
    for value in [structured, parsed.as_ref()].into_iter().flatten() {
        let found = of_json(value, 0);
        if found.is_some() {
            return Found { tables: found.into_iter().collect(), prose: false };
        }
    }
    let stated = structured.map(|value| value.get("result").unwrap_or(value)).and_then(Value::as_str);
    let words = stated.unwrap_or(text);
    if let Some(table) = markdown(words).or_else(|| csv_rows(words)) {
        return Found { tables: vec![table], prose: false };
    }
    Found { tables: prose(words).into_iter().collect(), prose: true }
}

fn of_json(value: &Value, depth: usize) -> Option<Table> {
    if depth > DEPTH {
        return None;
    }
    match value {
        Value::Array(list) if !list.is_empty() && list.iter().all(Value::is_object) => Some(records(list)),
        Value::Object(object) => {
            if let Some(table) = columnar(object) {
                return Some(table);
            }
            let lists =
                object.values().filter(|value| matches!(value, Value::Array(list) if !list.is_empty()));
            if let [list] = lists.collect::<Vec<_>>()[..] {
                return of_json(list, depth + 1);
            }
            if let [inner] = object.values().collect::<Vec<_>>()[..]
                && let Value::String(text) = inner
            {
                return of_json(&serde_json::from_str(text).ok()?, depth + 1);
            }
            nested(object)
        }
        _ => None,
    }
}

/// `[{month: …, sales: …}, …]`, objects within flattened to `a.b`.
fn records(list: &[Value]) -> Table {
    let mut columns: Vec<String> = Vec::new();
    let mut flat = Vec::with_capacity(list.len());
    for record in list {
        let mut cells = Vec::new();
        flatten("", record, &mut cells, 0);
        for (name, _) in &cells {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        flat.push(cells);
    }
    let row = |cells: Vec<(String, Value)>| {
        let mut row = vec![Value::Null; columns.len()];
        for (name, value) in cells {
            if let Some(at) = columns.iter().position(|column| *column == name) {
                row[at] = value;
            }
        }
        row
    };
    let rows = flat.into_iter().map(row).collect();
    table(columns.clone(), rows)
}

fn flatten(prefix: &str, value: &Value, cells: &mut Vec<(String, Value)>, depth: usize) {
    match value {
        Value::Object(object) if depth < DEPTH => {
            for (key, value) in object {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&name, value, cells, depth + 1);
            }
        }
        Value::Object(_) | Value::Array(_) => {}
        scalar => cells.push((prefix.to_owned(), cell(scalar))),
    }
}

/// `{month: […], sales: […]}`.
fn columnar(object: &Map<String, Value>) -> Option<Table> {
    let lists: Vec<_> = object.iter().filter_map(|(name, value)| Some((name, value.as_array()?))).collect();
    let length = lists.first()?.1.len();
    let whole = lists.len() >= 2
        && length > 0
        && lists.iter().all(|(_, list)| {
            list.len() == length && !list.iter().any(|value| value.is_array() || value.is_object())
        });
    let row = |i: usize| lists.iter().map(|(_, list)| cell(&list[i])).collect();
    whole.then(|| {
        table(lists.iter().map(|(name, _)| (*name).clone()).collect(), (0..length).map(row).collect())
    })
}

/// `{"2024": {"Jan": 5, …}, …}`: a row per number, a column per level.
fn nested(object: &Map<String, Value>) -> Option<Table> {
    fn walk(path: &[String], value: &Value, rows: &mut Vec<(Vec<String>, Value)>) {
        match value {
            Value::Object(object) if path.len() < DEPTH => {
                for (key, value) in object {
                    walk(&[path, std::slice::from_ref(key)].concat(), value, rows);
                }
            }
            Value::Object(_) | Value::Array(_) => {}
            scalar => rows.push((path.to_vec(), cell(scalar))),
        }
    }
    let mut rows = Vec::new();
    walk(&[], &Value::Object(object.clone()), &mut rows);
    rows.retain(|(_, value)| value.is_number() || value.is_null());
    let levels = rows.iter().map(|(path, _)| path.len()).max()?;
    let columns = (1..=levels).map(|n| format!("key{n}")).chain(["value".into()]).collect();
    let row = |(path, value): (Vec<String>, Value)| {
        let mut row: Vec<Value> = path.into_iter().map(Value::String).collect();
        row.resize(levels, Value::Null);
        row.push(value);
        row
    };
    Some(table(columns, rows.into_iter().map(row).collect()))
}

/// The first table written with bars.
fn markdown(text: &str) -> Option<Table> {
    let is_bar = |line: &&str| line.trim().starts_with('|');
    let lines: Vec<_> = text.lines().skip_while(|line| !is_bar(line)).take_while(is_bar).collect();
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let (header, rest) = lines.split_first()?;
    let header = cells(header);
    let (rule, rest) = rest.split_first()?;
    if !rule.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) {
        return None;
    }
    rectangle(header, &rest.iter().map(|line| cells(line)).collect::<Vec<_>>())
}

/// Lines of equally many values, the first of them names.
fn csv_rows(text: &str) -> Option<Table> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.trim().as_bytes());
    let lines: Vec<Vec<String>> = reader
        .records()
        .map(|line| line.map(|line| line.iter().map(|cell| cell.trim().to_owned()).collect()))
        .collect::<Result<_, _>>()
        .ok()?;
    let (header, rows) = lines.split_first()?;
    let named = header.len() >= 2 && header.iter().all(|name| !name.is_empty() && name.len() <= 60);
    if !named || header.iter().any(|name| number(name).is_some()) {
        return None;
    }
    rectangle(header.clone(), rows)
}

/// A table if every row is as long as the header and no two columns are named alike.
fn rectangle(header: Vec<String>, rows: &[Vec<String>]) -> Option<Table> {
    let distinct = (1..header.len()).all(|at| !header[..at].contains(&header[at]));
    let whole = !rows.is_empty() && distinct && rows.iter().all(|row| row.len() == header.len());
    let rows = || rows.iter().map(|row| row.iter().map(|text| text_cell(text)).collect()).collect();
    whole.then(|| table(header, rows()))
}

/// Lines and sentences with numbers in them: the words, then the numbers in the order in which they stand there.
fn prose(text: &str) -> Option<Table> {
    let lines = text.lines().flat_map(|line| line.split(". ").map(str::trim));
    let found: Vec<_> =
        lines.map(|line| (line, numbers(line))).filter(|(_, found)| !found.is_empty()).collect();
    let most = found.iter().map(|(_, found)| found.len()).max()?.min(12);
    let columns = ["text".to_owned()].into_iter().chain((1..=most).map(|n| format!("n{n}"))).collect();
    let row = |(line, found): (&str, Vec<Number>)| {
        let mut row = vec![Value::from(line)];
        row.extend(found.into_iter().map(Value::Number));
        row.resize(most + 1, Value::Null);
        row
    };
    Some(table(columns, found.into_iter().map(row).collect()))
}

/// The numbers that stand in a line, dates and parts of names among them.
fn numbers(line: &str) -> Vec<Number> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    line.split(|c: char| !is_part(c))
        .flat_map(|piece| {
            let piece = piece.trim_end_matches(['.', ',', '-']);
            // 2024-01 is two numbers, -5 is one.
            let inner = piece.trim_start_matches('-').contains('-');
            if inner { piece.split('-').collect() } else { vec![piece] }
        })
        .filter_map(number)
        .collect()
}

fn table(columns: Vec<String>, rows: Vec<Vec<Value>>) -> Table {
    let kind = |at: usize| {
        let is_number =
            rows.iter().map(|row: &Vec<Value>| &row[at]).all(|cell| cell.is_number() || cell.is_null());
        if is_number { "number" } else { "string" }.to_owned()
    };
    let columns =
        columns.into_iter().enumerate().map(|(at, name)| Column { name, kind: kind(at), unit: None });
    let columns = columns.collect();
    Table { columns, rows, about: About::default() }
}

fn cell(value: &Value) -> Value {
    match value {
        Value::String(text) => text_cell(text),
        Value::Bool(flag) => flag.to_string().into(),
        other => other.clone(),
    }
}

/// A number where the whole text is one, with a currency sign or per cent sign or without.
fn text_cell(text: &str) -> Value {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    // What looks like a number but begins with a zero is a code.
    let is_code = trimmed.len() > 1 && trimmed.starts_with('0') && !trimmed.starts_with("0.");
    let bare = trimmed.trim_matches(['€', '$', '£', '%', ' ', '\u{a0}']);
    match number(bare).filter(|_| !is_code) {
        Some(number) => Value::Number(number),
        None => trimmed.into(),
    }
}

/// A number written plainly, or in threes with commas where that is certain: `1,234` alone means two things in two
/// countries and is no number here, `1,234.50` and `1,234,567` are.
fn number(text: &str) -> Option<Number> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, Some(fraction)),
        Some(_) => return None,
        None => (digits, None),
    };
    if whole.is_empty() || fraction.is_some_and(|text| !text.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut plain = format!("{sign}{first}");
    for group in groups {
        if group.len() != 3 || !is_digits(group) || first.len() > 3 {
            return None;
        }
        plain.push_str(group);
    }
    let commas = whole.matches(',').count();
    if !is_digits(first) || (commas == 1 && fraction.is_none()) {
        return None;
    }
    match fraction {
        Some(fraction) => format!("{plain}.{fraction}").parse().ok().and_then(Number::from_f64),
        None => plain.parse::<i64>().ok().map(Number::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(value: &Value) -> (Vec<String>, Value) {
        let found = tables(Some(value), "");
        let table = found.tables.first().unwrap_or_else(|| panic!("{value}"));
        (table.columns.iter().map(|column| column.name.clone()).collect(), json!(table.rows))
    }

    #[test]
    fn every_common_shape_gives_rows() {
        let want = (vec!["month".to_owned(), "sales".into()], json!([["2024-01", 5], ["2024-02", null]]));
        let records = json!([{"month": "2024-01", "sales": 5}, {"month": "2024-02", "sales": null}]);
        assert_eq!(read(&records), want);
        assert_eq!(read(&json!({"data": records, "currency": "EUR"})), want);
        assert_eq!(
            read(
                &json!({"result": {"month": ["2024-01", "2024-02"], "sales": ["5", null]}})
                    .get("result")
                    .cloned()
                    .unwrap()
            ),
            want
        );
        let (columns, rows) = read(&json!({"2024": {"Jan": 5, "Feb": 6.5}, "note": "x"}));
        assert_eq!(
            (columns.join(","), rows),
            ("key1,key2,value".into(), json!([["2024", "Jan", 5], ["2024", "Feb", 6.5]]))
        );
        assert_eq!(read(&json!([{"a": {"b": 1}, "c": [1]}])), (vec!["a.b".into()], json!([[1]])));
    }

    #[test]
    fn texts_give_rows_too() {
        let of = |text: &str| tables(None, text);
        let csv = of("month,sales\n2024-01,\"1,234.50\"\n2024-02,7\n");
        assert_eq!(json!(csv.tables[0].rows), json!([["2024-01", 1234.5], ["2024-02", 7]]));
        let bars = of("Here:\n| part | n |\n|---|--:|\n| Pay in 3 | 12 |\n\nThanks");
        assert_eq!((json!(bars.tables[0].rows), bars.prose), (json!([["Pay in 3", 12]]), false));
        let words = of("In 2024-01 you sold €1,234.5 to 56 people. Well done.\nNothing here");
        assert!(words.prose);
        assert_eq!(
            json!(words.tables[0].rows),
            json!([["In 2024-01 you sold €1,234.5 to 56 people", 2024, 1, 1234.5, 56]])
        );
        assert!(of("no numbers").tables.is_empty());
    }

    #[test]
    fn what_may_be_two_numbers_is_none() {
        for odd in ["1,23", "1234,567", "1.234,56", "1,234", ".5", "5.", "007x", "", "-", "1,,000"] {
            assert_eq!(number(odd), None, "{odd}");
        }
        assert_eq!(text_cell("0123"), json!("0123"));
        assert_eq!(text_cell("$ 1,000.00"), json!(1000.0));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in ".{0,80}", rows in prop::collection::vec("[0-9,.|\\-a-z\n €]{0,30}", 0..6)) {
            for text in [text, rows.join("\n")] {
                for table in tables(None, &text).tables {
                    prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
                }
            }
        }
    }
}
