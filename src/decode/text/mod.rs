//! A text → the value it holds: JSON, what is nearly JSON, a table in one of the forms that tools print, or any of these
//! with prose around it. The strict reading comes first, so that a clean answer costs nothing.

mod delimited;
mod grids;
mod prose;
mod strict;

use super::{
    Verdict,
    literal::{self, Fault},
    notes::Notes,
    stated,
    verdict::excerpt,
};
use serde_json::{Value, json};

/// A table that a text holds.
struct TextTable {
    /// The form, as it is named among the repairs.
    form: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    /// The lines that are not the table's.
    prose: String,
}

/// Reads a text. `None` when it is only prose, which is noted.
///
/// # Errors
/// When the text says that it is an error, is cut off, or holds data that cannot be read.
pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Option<Value>, Verdict> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Ok(Some(Value::Null));
    }
    match strict::read(text) {
        Ok(value) => return Ok(Some(value)),
        Err(Some(twice)) => return Err(named_twice(&twice)),
        Err(None) => {}
    }
    if let Some(failure) = stated::failure_in_words(text) {
        return Err(failure);
    }
    match literal::whole(text) {
        Ok(literal) => return Ok(Some(literal.noted(notes))),
        Err(Fault::Twice(name)) => return Err(named_twice(&name)),
        Err(_) => {}
    }
    if let Some(table) =
        grids::markdown(text).or_else(|| grids::vertical(text)).or_else(|| delimited::read(text))
    {
        return table.noted(notes).map(Some);
    }
    prose::read(text, notes)
}

impl TextTable {
    fn noted(self, notes: &mut Notes) -> Result<Value, Verdict> {
        notes.repair(format!("read as {}", self.form));
        if stated::truncation_in_words(&self.prose) {
            return Err(Verdict::Truncated(excerpt(&self.prose)));
        }
        if let Some(stated) = stated::rows_in_words(&self.prose).filter(|stated| *stated > self.rows.len()) {
            let rows = self.rows.len();
            return Err(Verdict::Truncated(format!("it has {rows} rows and says that there are {stated}")));
        }
        notes.say(&self.prose);
        Ok(json!({ "columns": self.columns, "rows": self.rows }))
    }
}

fn named_twice(name: &str) -> Verdict {
    Verdict::invalid(format!("an object has the name `{}` twice", excerpt(name)))
}

/// Why a text that begins like data is none.
fn unreadable(text: &str, fault: &Fault) -> Option<Verdict> {
    Some(match fault {
        Fault::Ended => Verdict::Truncated("its text ends inside of brackets".into()),
        Fault::Elided(mark) => Verdict::Truncated(format!("it says that more follows: {}", excerpt(mark))),
        Fault::Twice(name) => named_twice(name),
        Fault::At { at, what, scalars } if *scalars > 0 => {
            let before = text.get(..*at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Verdict::invalid(format!("line {line}, character {column}: {what}"))
        }
        Fault::At { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> (Value, Vec<String>, String) {
        let mut notes = Notes::default();
        let value = read(text, &mut notes).unwrap().unwrap_or_else(|| panic!("{text} is prose"));
        (value, notes.repairs, notes.said.join("|"))
    }

    #[test]
    fn data_are_found_in_prose_and_fences() {
        let want = json!({"Jan": {"2024": 5}});
        for text in [
            "Here you are:\n```json\n{\"Jan\": {\"2024\": 5}}\n```\nSales rose [1].",
            "Here you are: {'Jan': {2024: 5}} as of today (see [note]).",
            "```\n{'Jan': {'2024': 5}}\n```",
            "{merchant} asked for {\"Jan\": {\"2024\": 5}}",
        ] {
            assert_eq!(value(text).0, want, "{text}");
        }
        let (_, repairs, said) = value("It's here: {'Jan': {2024: 5}} as of today");
        assert_eq!(
            repairs,
            [
                "prose around the data left out",
                "read as a Python literal",
                "numbers that stood as names were read as text"
            ]
        );
        assert_eq!(said, "It's here:  as of today");
    }

    #[test]
    fn one_object_a_line_is_a_list() {
        let (rows, repairs, _) = value("{\"a\": 1}\n{\"a\": 2}\n");
        assert_eq!(
            (rows, repairs),
            (json!([{"a": 1}, {"a": 2}]), vec!["one object a line read as rows".to_owned()])
        );
    }

    #[test]
    fn tables_are_read_in_each_form() {
        let want = json!({"columns": ["month", "sales"], "rows": [["2024-01", "1.5"], ["2024-02", "2"]]});
        for (text, form) in [
            ("month,sales\n2024-01,1.5\n2024-02,2\n", "CSV"),
            ("month;sales\r\n2024-01;1.5\r\n2024-02;2", "CSV with semicolons"),
            ("month\tsales\n2024-01\t1.5\n2024-02\t2", "TSV"),
            (
                "Sales:\n\n| month | sales |\n|:--|--:|\n| 2024-01 | 1.5 |\n| 2024-02 | 2 |\n\nDone.",
                "a Markdown table",
            ),
            ("month | sales\n--|--\n2024-01 | 1.5\n2024-02 | 2", "a Markdown table"),
            (
                " month  | sales \n---------+-------\n 2024-01 | 1.5\n 2024-02 | 2\n(2 rows)",
                "a table of a database shell",
            ),
            (
                "1. row\nmonth: 2024-01\nsales: 1.5\n\n2. row\nmonth: 2024-02\nsales: 2\n\nResult: 2 rows",
                "rows one below the other",
            ),
        ] {
            let (table, repairs, _) = value(text);
            assert_eq!((table, &repairs[..]), (want.clone(), &[format!("read as {form}")][..]), "{text}");
        }
    }

    #[test]
    fn half_an_answer_is_never_read() {
        let verdict = |text: &str| read(text, &mut Notes::default()).unwrap_err();
        for text in [
            "[{\"month\": \"2024-01\", \"sales\": 1}, {\"month\": \"2024-02\", \"sa",
            "Here: [{'month': '2024-01', 'sales': 1}, {'mon",
            "{'monthly': [{'a': 1}, // ... more data\n]}",
            "```json\n{\"a\": [1, 2,\n```",
            "1. row\nmonth: 2024-01\n\nResult: showing first 1 rows (output truncated)",
        ] {
            assert!(matches!(verdict(text), Verdict::Truncated(_)), "{text}");
        }
        for text in [
            "[{\"a\": 1}, {\"a\": oops}, {\"a\": 3}]",
            "Here {\"a\": 1} or rather {\"a\": 2}",
            "{\"a\": 1, \"a\": 2}",
        ] {
            assert!(matches!(verdict(text), Verdict::InvalidData(_)), "{text}");
        }
        assert_eq!(
            verdict("[{\"a\": 1},\n {\"a\": oops}]"),
            Verdict::invalid("line 2, character 12: `oops` is no value")
        );
        assert!(matches!(verdict("Error: boom"), Verdict::Error(_)));
    }

    #[test]
    fn prose_is_prose() {
        for text in [
            "Sales rose.",
            "Dear all,\nsales rose, as expected,\nand so on",
            "<html><body>x</body></html>",
            "It's {fine} [sic]",
        ] {
            assert_eq!(read(text, &mut Notes::default()), Ok(None), "{text}");
        }
    }
}
