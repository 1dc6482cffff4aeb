//! CSV and TSV.

use super::TextTable;
use serde_json::Value;

/// The longest name of a column. What is longer is a sentence.
const LONGEST_NAME: usize = 60;

/// Reads a text of which every line has the same number of fields, at least two, under a line of names.
pub(super) fn read(text: &str) -> Option<TextTable> {
    let first = text.lines().next()?;
    let separators = [('\t', "TSV"), (',', "CSV"), (';', "CSV with semicolons"), ('|', "CSV with bars")];
    let mut fitting = separators.into_iter().filter(|(separator, _)| first.contains(*separator));
    fitting.find_map(|(separator, form)| separated(text, separator, form))
}

fn separated(text: &str, separator: char, form: &'static str) -> Option<TextTable> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let is_name = |name: &String| {
        let words = name.split_whitespace().count();
        !name.is_empty()
            && name.len() <= LONGEST_NAME
            && words <= 5
            && !name.contains(['{', '}', '[', ']', '<', '>', ':', '.'])
            && name.parse::<f64>().is_err()
    };
    if columns.len() < 2 || !columns.iter().all(is_name) {
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.ok()?;
        rows.push(record.iter().map(|cell| Value::String(cell.to_owned())).collect());
    }
    // Names alone are an empty result only if they look like names of columns.
    let machine = |name: &String| !name.contains(char::is_whitespace);
    let whole = !rows.is_empty() || columns.iter().all(machine);
    whole.then(|| TextTable { form, columns, rows, prose: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_length_under_names_are_a_table() {
        let table = read("month,\"sales, EUR\"\n2024-01,\"1,5\"\n").unwrap();
        assert_eq!(table.columns, ["month", "sales, EUR"]);
        assert_eq!(table.rows, [[Value::from("2024-01"), Value::from("1,5")]]);
        assert_eq!(read("month,sales\n").unwrap().rows.len(), 0);
    }

    #[test]
    fn prose_and_ragged_lines_are_none() {
        for text in [
            "Dear all, hello",
            "a,b\n1,2,3",
            "1,2\n3,4",
            "month\n2024-01",
            "a,,c\n1,2,3",
            "Sales rose, then fell.\nThey rose, again.",
            "{\"a\": 1,\n\"b\": 2}",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
