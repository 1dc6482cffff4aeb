//! The results of a conversation's tool calls as sheets of numbered rows, which is what an answer may refer to.

use super::{decimal::Decimal, tabulate};
use crate::{
    artifact::RawAnswer,
    decode::{Column, Expected, Reply, Table, Verdict, decode},
    domain::Merchant,
    mcp::ToolAnswer,
    retrieve::{guard, redact},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Cells of a table, at most, that is laid out as a long one too.
const LONG_CELLS: usize = 50_000;

/// One table that a tool answered, under the name by which the model refers to it.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// `r1`; `r1long` is the same with one row per number.
    pub(super) name: String,
    /// Which result it comes from, from 0.
    pub(super) result: usize,
    /// Rows and columns, without personal data.
    pub(super) table: Table,
    /// The call's arguments that the tool's own schema knows and that are one text or number each: every row of the
    /// answer is about them.
    pub(super) arguments: Vec<(String, String)>,
    /// Whether the rows are lines of prose with the numbers found in them.
    pub(super) prose: bool,
}

/// One result as it came.
#[derive(Debug, Clone)]
pub(super) struct ToolResult {
    /// `r1`.
    pub(super) name: String,
    /// The tool.
    pub(super) tool: String,
    /// What was sent.
    pub(super) arguments: Value,
    /// The arguments that the tool's own schema knows.
    pub(super) known: Vec<String>,
    /// What came back, whole, without personal data; `None` where it was about another merchant.
    pub(super) answer: Option<RawAnswer>,
}

impl ToolResult {
    /// What came back as one value.
    pub(super) fn raw(&self) -> Value {
        let Some(answer) = &self.answer else { return Value::Null };
        answer.structured.clone().unwrap_or_else(|| answer.text.join("\n").into())
    }
}

/// Everything that the tools of one conversation answered.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub(super) results: Vec<ToolResult>,
    pub(super) sheets: Vec<Sheet>,
}

impl Sheets {
    /// Takes an answer in and gives its position among the results. `known` are the names of the arguments that the
    /// tool's schema knows.
    ///
    /// # Errors
    /// What the server says went wrong, for the model to read.
    pub(super) fn add(
        &mut self,
        tool: &str,
        arguments: &Map<String, Value>,
        known: &[String],
        mut answer: ToolAnswer,
    ) -> Result<usize, String> {
        answer.structured.iter_mut().for_each(redact::value);
        answer.blocks.iter_mut().for_each(|text| *text = redact::text(text));
        let mut prose = false;
        let text = answer.text();
        let reply = Reply {
            is_error: answer.is_error,
            structured: answer.structured.as_ref(),
            blocks: &answer.blocks,
        };
        // Names stay as the server gives them: what they mean is for the model to say.
        let tables = match decode(&reply, &Expected::default()) {
            Ok(decoded) => vec![decoded.table],
            Err(Verdict::NotATable(_) | Verdict::InvalidData(_)) => {
                let found = tabulate::tables(answer.structured.as_ref(), &text);
                prose = found.prose;
                found.tables
            }
            Err(verdict) => return Err(verdict.to_string()),
        };
        let result = self.results.len();
        let name = format!("r{}", result + 1);
        let ToolAnswer { is_error, structured, blocks: text } = answer;
        self.results.push(ToolResult {
            name: name.clone(),
            tool: tool.to_owned(),
            arguments: Value::Object(arguments.clone()),
            known: known.to_vec(),
            answer: Some(RawAnswer { is_error, structured, text }),
        });
        let stated = arguments.iter().filter(|(key, _)| known.contains(key)).filter_map(|(key, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some((key.clone(), text))
        });
        let arguments: Vec<_> = stated.collect();
        for table in tables {
            let long = if prose { None } else { long(&table) };
            for (suffix, table) in [("", Some(table)), ("long", long)] {
                let Some(table) = table.filter(|table| !table.rows.is_empty()) else { continue };
                let name = format!("{name}{suffix}");
                self.sheets.push(Sheet { name, result, table, arguments: arguments.clone(), prose });
            }
        }
        Ok(result)
    }

    /// Whether there is no row that an answer could refer to.
    pub(super) fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    /// Counts a result of which nothing may serve.
    pub(super) fn skip(&mut self, tool: &str) {
        let name = format!("r{}", self.results.len() + 1);
        let arguments = Value::Object(Map::new());
        self.results.push(ToolResult {
            name,
            tool: tool.to_owned(),
            arguments,
            known: Vec::new(),
            answer: None,
        });
    }

    /// Forgets what a result said.
    pub(super) fn discard(&mut self, result: usize) {
        self.sheets.retain(|sheet| sheet.result != result);
        self.results[result].answer = None;
    }

    /// The sheets of the newest results, from one on.
    pub(super) fn of(&self, result: usize) -> &[Sheet] {
        let first = self.sheets.iter().position(|sheet| sheet.result >= result);
        first.map_or(&[], |first| &self.sheets[first..])
    }

    /// Whom a result speaks of besides the merchant asked for.
    pub(super) fn other_merchants(&self, result: usize, asked: &Merchant) -> BTreeSet<String> {
        self.of(result).first().map(|sheet| guard::others(&sheet.table, asked)).unwrap_or_default()
    }

    /// The sheet of a name.
    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

impl Sheet {
    /// The number in a cell; `None` for anything else.
    pub(super) fn number(&self, row: usize, column: usize) -> Option<Decimal> {
        match self.table.rows.get(row)?.get(column)? {
            Value::Number(number) => Decimal::parse(&number.to_string()),
            _ => None,
        }
    }

    /// What a row says under a name: a cell, or for `arg.NAME` the call's argument. `None` when there is no such
    /// column; empty when the cell is.
    pub(super) fn label(&self, row: usize, column: &str) -> Option<String> {
        if let Some(at) = self.table.column(column) {
            return Some(match self.table.rows.get(row)?.get(at)? {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                _ => String::new(),
            });
        }
        let name = column.strip_prefix("arg.")?;
        self.arguments.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned())
    }
}

/// The same with one row per number: the columns of text, then `name` and `value`. For answers whose parts are columns.
fn long(table: &Table) -> Option<Table> {
    let numeric: Vec<_> = (0..table.columns.len())
        .filter(|&at| {
            let mut cells = table.rows.iter().map(|row| &row[at]).filter(|cell| !cell.is_null()).peekable();
            cells.peek().is_some() && cells.all(Value::is_number)
        })
        .collect();
    if numeric.len() < 2 || table.rows.len() * table.columns.len() > LONG_CELLS {
        return None;
    }
    let rest: Vec<_> = (0..table.columns.len()).filter(|at| !numeric.contains(at)).collect();
    let column = |name: &str, kind: &str| Column { name: name.into(), kind: kind.into(), unit: None };
    let mut columns: Vec<_> = rest.iter().map(|&at| table.columns[at].clone()).collect();
    if columns.iter().any(|column| matches!(column.name.as_str(), "name" | "value")) {
        return None;
    }
    columns.extend([column("name", "string"), column("value", "number")]);
    let mut rows = Vec::with_capacity(table.rows.len() * numeric.len());
    for row in &table.rows {
        for &at in &numeric {
            let mut cells: Vec<_> = rest.iter().map(|&at| row[at].clone()).collect();
            cells.extend([table.columns[at].name.clone().into(), row[at].clone()]);
            rows.push(cells);
        }
    }
    let mut about = table.about.clone();
    about.base.clear();
    Some(Table { columns, rows, about })
}
