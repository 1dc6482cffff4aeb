//! Tables drawn with letters: Markdown, the tables of database shells, and rows one below the other.

use super::TextTable;
use serde_json::Value;

/// Reads a table whose names stand over a line of dashes, with bars between the cells.
pub(super) fn markdown(text: &str) -> Option<TextTable> {
    let lines: Vec<&str> = text.lines().collect();
    let rule = lines.iter().position(|line| is_rule(line)).filter(|&at| at > 0)?;
    let columns = cells(lines[rule - 1]);
    let rule_line = lines[rule];
    let in_rule = rule_line.trim().trim_matches('|').split(['|', '+']).count();
    if columns.is_empty() || columns.len() != in_rule {
        return None;
    }
    let mut rows = Vec::new();
    let mut end = rule + 1;
    while let Some(line) = lines.get(end) {
        if is_rule(line) {
            end += 1;
            continue;
        }
        if line.trim().is_empty() || (!line.contains('|') && columns.len() > 1) {
            break;
        }
        let row = cells(line);
        if row.len() != columns.len() {
            return None;
        }
        rows.push(row.into_iter().map(Value::String).collect());
        end += 1;
    }
    let form = if rule_line.contains('+') { "a table of a database shell" } else { "a Markdown table" };
    let prose = [&lines[..rule - 1], &lines[end..]].concat().join("\n");
    Some(TextTable { form, columns, rows, prose: prose.trim().to_owned() })
}

/// Whether a line only separates: `|---|:--:|` or `---+---`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains("--")
        && line.contains(['|', '+'])
        && line.chars().all(|c| matches!(c, '-' | '|' | ':' | '+' | ' '))
}

/// The cells between bars; `\|` is a bar inside a cell. Emphasis around a cell does not count.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match (c, cells.last_mut()) {
            ('\\', Some(cell)) if letters.peek() == Some(&'|') => {
                letters.next();
                cell.push('|');
            }
            ('|', _) => cells.push(String::new()),
            (_, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    if line.ends_with('|') && !line.ends_with("\\|") {
        cells.pop();
    }
    cells.iter().map(|cell| cell.trim().trim_matches(['*', '`']).trim().to_owned()).collect()
}

/// Reads rows of `name: value` lines, each row under a line such as `1. row`.
pub(super) fn vertical(text: &str) -> Option<TextTable> {
    let mut columns: Vec<String> = Vec::new();
    let mut found: Vec<Vec<(usize, Value)>> = Vec::new();
    let mut prose: Vec<&str> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        if is_row_mark(line) {
            found.push(Vec::new());
            is_open = true;
            continue;
        }
        if line.trim().is_empty() {
            is_open &= found.last().is_some_and(Vec::is_empty);
            continue;
        }
        let field = line.split_once(':').filter(|_| is_open);
        let (Some((name, value)), Some(row)) = (field, found.last_mut()) else {
            prose.push(line);
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let column = columns.iter().position(|known| known == name).unwrap_or_else(|| {
            columns.push(name.to_owned());
            columns.len() - 1
        });
        if row.iter().any(|(known, _)| *known == column) {
            return None;
        }
        let missing = matches!(value, "NULL" | "None" | "null");
        row.push((column, if missing { Value::Null } else { Value::String(value.to_owned()) }));
    }
    if columns.is_empty() {
        return None;
    }
    let rows = found.into_iter().map(|row| {
        let mut cells = vec![Value::Null; columns.len()];
        for (column, value) in row {
            cells[column] = value;
        }
        cells
    });
    let rows = rows.collect();
    Some(TextTable { form: "rows one below the other", columns, rows, prose: prose.join("\n") })
}

fn is_row_mark(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || c == '*');
    line.strip_suffix("row")
        .and_then(|rest| rest.trim_end().strip_suffix('.'))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_inside_a_cell_stays_and_prose_is_kept_apart() {
        let table = markdown("Look:\n| **a** | b |\n|---|---|\n| x\\|y | `2` |\n\nThe end.").unwrap();
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(table.rows, [[Value::from("x|y"), Value::from("2")]]);
        assert_eq!(table.prose, "Look:\n\nThe end.");
        assert!(markdown("| a | b |\n|---|---|\n| 1 |").is_none());
        assert!(markdown("a -- b | c").is_none());
    }

    #[test]
    fn rows_below_each_other_may_lack_fields() {
        let text = "*** 1. row ***\na: x: y\nb: NULL\n*** 2. row ***\na: z\n";
        let table = vertical(text).unwrap();
        assert_eq!(table.rows, [[Value::from("x: y"), Value::Null], [Value::from("z"), Value::Null]]);
        assert!(vertical("a: 1\nb: 2").is_none());
        assert!(vertical("1. row\na: 1\na: 2").is_none());
    }
}
