//! `decode`: how an answer is understood, so that a binding is written in minutes.
//!
//! With `--request`, the answer is read as a run reads it, and the dataset is shown: its history is the months of the
//! answer. Without, only the table, under the answer's own names.

use super::template;
use crate::{
    artifact::sha256_hex,
    cli::{args::DecodeArgs, context::Context, usage},
    dataset::{self, Dataset, Index, Thresholds},
    decode::{Decoded, Expected, Saved, Table, Verdict, decode},
    domain::{Dimension, Month, Period, Review},
    failure::{Failure, FailureKind},
    message::nearest,
    retrieve::Answer,
    template::{DeckTemplate, Section},
};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    process::ExitCode,
};

/// Bytes of an answer that are read.
const LONGEST: u64 = 24 * 1024 * 1024;

/// Rows of a table that are shown to a person.
const ROWS: usize = 24;

pub(super) fn run(context: &mut Context, args: &DecodeArgs) -> Result<ExitCode, Failure> {
    let template = template::load(&args.template)?;
    let section = args.request.as_deref().map(|name| section(&template, name)).transpose()?;
    let text = text(&args.file)?;
    let saved = Saved::read(&text);
    let Some(section) = section else {
        let decoded = decode(&saved.reply(), &Expected::default()).map_err(refused)?;
        let shown = if args.json { format!("{:#}\n", table_json(&decoded)) } else { table_text(&decoded) };
        context.terminal.result(&shown)?;
        if !args.json {
            let slugs: Vec<_> = template.sections.iter().map(|section| section.slug.as_str()).collect();
            context.terminal.note(&format!("--request shows the data it makes; one of {}", slugs.join(", ")));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let (section, decoded) = for_calls(section, &saved)?;
    if !args.json {
        let shown: Vec<_> = decoded.iter().map(table_text).collect();
        context.terminal.result(&shown.join("\n"))?;
    }
    let dataset = dataset_of(&section, &decoded, &text)?;
    let shown =
        if args.json { format!("{:#}\n", dataset_json(&dataset, &decoded)) } else { dataset_text(&dataset) };
    context.terminal.result(&shown)?;
    Ok(ExitCode::SUCCESS)
}

fn section<'a>(template: &'a DeckTemplate, name: &str) -> Result<&'a Section, Failure> {
    template.section(name).ok_or_else(|| {
        let known: Vec<_> = template.sections.iter().map(|section| section.slug.as_str()).collect();
        let failure = usage(format!("--request: the template has no request `{name}`"));
        let failure = match nearest(name, known.iter().copied()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        };
        failure.hint(format!("its requests are {}", known.join(", ")))
    })
}

fn text(file: &Path) -> Result<String, Failure> {
    let named = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
    let unreadable = |error: io::Error| {
        let error = anyhow::Error::new(error).context(format!("cannot read {named}"));
        Failure::new(FailureKind::Usage, error).hint("name a file that holds an answer, or - for stdin")
    };
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let opened = File::open(file).map_err(unreadable)?;
        opened.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > LONGEST {
        let message = format!("{named} has more than {} MiB", LONGEST / 1024 / 1024);
        return Err(
            Failure::msg(FailureKind::InvalidData, message).hint("ask for groups, not for single orders")
        );
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::msg(FailureKind::InvalidData, format!("{named} is not text in UTF-8"))
            .hint("save the answer as UTF-8")
    })
}

/// The answer as each call of a section reads it. Of a section of several calls, those that it does not answer are left
/// out: a run has an answer for each.
fn for_calls(section: &Section, saved: &Saved) -> Result<(Section, Vec<Decoded>), Failure> {
    let (mut calls, mut decoded, mut first) = (Vec::new(), Vec::new(), None);
    for group_by in &section.calls {
        let expected = Expected {
            metrics: section.metrics.clone(),
            group_by: group_by.clone(),
            value: Some(section.value),
        };
        let has = |table: &Table| group_by.iter().all(|dimension| table.column(dimension.as_str()).is_some());
        match decode(&saved.reply(), &expected) {
            Ok(one) if section.calls.len() == 1 || has(&one.table) => {
                calls.push(group_by.clone());
                decoded.push(one);
            }
            Ok(_) => {}
            Err(verdict) => first = first.or(Some(verdict)),
        }
    }
    if decoded.is_empty() {
        let nothing = || {
            let names: Vec<_> = section.calls.iter().flatten().map(Dimension::as_str).collect();
            Verdict::InvalidData(format!("it has none of the columns {}", names.join(", ")))
        };
        return Err(refused(first.unwrap_or_else(nothing)));
    }
    Ok((Section { calls, comparison: false, ..section.clone() }, decoded))
}

/// The dataset that a run would make of the answers, over all the months in them.
fn dataset_of(section: &Section, decoded: &[Decoded], text: &str) -> Result<Dataset, Failure> {
    let raw_sha256 = sha256_hex(text.as_bytes());
    let answer = |one: &Decoded| Answer {
        table: one.table.clone(),
        server: "saved".into(),
        tool: String::new(),
        arguments: Value::Null,
        raw: String::new(),
        raw_sha256: raw_sha256.clone(),
        fetched_at: jiff::Timestamp::UNIX_EPOCH,
        cached: false,
        key: String::new(),
    };
    let answers: Vec<_> = decoded.iter().map(answer).collect();
    let months = decoded.iter().flat_map(|one| months(&one.table));
    let (first, last) = months.fold((None, None), |(first, last): (Option<Month>, Option<Month>), month| {
        (Some(first.map_or(month, |first| first.min(month))), last.max(Some(month)))
    });
    let now = Month::new(2000, 1);
    let (Some(first), Some(last)) = (first.or(now), last.or(now)) else {
        return Err(Failure::msg(FailureKind::Bug, "there is no month"));
    };
    let review = Review::new(Period::of_months(first, last), None)
        .map_err(|error| Failure::msg(FailureKind::InvalidData, error))?;
    dataset::build(section, &answers, &review, &Thresholds::default()).map_err(|refusal| {
        Failure::msg(refusal.kind, format!("the answer makes no data for `{}`: {refusal}", section.slug))
    })
}

fn months(table: &Table) -> Vec<Month> {
    let column = table.column(Dimension::Month.as_str());
    let cells = column.into_iter().flat_map(|at| table.rows.iter().filter_map(move |row| row[at].as_str()));
    cells.filter_map(|text| text.get(..7)?.parse().ok()).collect()
}

/// Every verdict means that the answer is no data.
fn refused(verdict: Verdict) -> Failure {
    let kind = match verdict {
        Verdict::UnknownMerchant { .. } => FailureKind::UnknownMerchant,
        Verdict::NotReal(_) => FailureKind::NoData,
        _ => FailureKind::InvalidData,
    };
    let failure = Failure::msg(kind, &verdict);
    match verdict {
        Verdict::UnknownMerchant { suggestions, .. } if !suggestions.is_empty() => {
            failure.hint(format!("did you mean {}?", suggestions.join(", ")))
        }
        Verdict::NotATable(_) => failure.hint("docs/decode.md lists every shape that is understood"),
        Verdict::Truncated(_) => failure.hint("ask for a shorter period or fewer groups"),
        _ => failure,
    }
}

fn table_json(decoded: &Decoded) -> Value {
    json!({
        "columns": decoded.table.columns,
        "rows": decoded.table.rows,
        "about": decoded.table.about,
        "repairs": decoded.repairs,
        "aliases": decoded.aliases,
    })
}

fn dataset_json(dataset: &Dataset, decoded: &[Decoded]) -> Value {
    let all = |pick: fn(&Decoded) -> &Vec<String>| {
        let mut all: Vec<String> = Vec::new();
        for one in decoded.iter().flat_map(pick) {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
        all
    };
    let mut value = dataset.to_json();
    value["repairs"] = json!(all(|one| &one.repairs));
    value["aliases"] = json!(all(|one| &one.aliases));
    value
}

/// A table for a person: what was done to read it, then its first rows.
fn table_text(decoded: &Decoded) -> String {
    let table = &decoded.table;
    let mut lines = Vec::new();
    let mut told = |what: &str, list: &[String]| {
        if list.is_empty() {
            lines.push(format!("{what}: none"));
        } else {
            lines.push(format!("{what}:"));
            lines.extend(list.iter().map(|one| format!("  {one}")));
        }
    };
    told("repairs", &decoded.repairs);
    told("aliases", &decoded.aliases);
    told("warnings", &table.about.warnings);
    let count = table.rows.len();
    lines.push(format!("table: {count} {}", if count == 1 { "row" } else { "rows" }));
    let names = table.columns.iter().map(|column| match &column.unit {
        Some(unit) => format!("{} ({unit})", column.name),
        None => column.name.clone(),
    });
    let rows = table.rows.iter().take(ROWS).map(|row| row.iter().map(shown).collect());
    lines.extend(aligned(&std::iter::once(names.collect()).chain(rows).collect::<Vec<_>>()));
    if count > ROWS {
        lines.push(format!("  and {} more", count - ROWS));
    }
    lines.join("\n") + "\n"
}

fn dataset_text(dataset: &Dataset) -> String {
    let names = std::iter::once(String::new()).chain(dataset.series().iter().map(dataset::Series::name));
    let mut rows = vec![names.collect::<Vec<_>>()];
    for at in 0..dataset.index().len() {
        let name = match dataset.index() {
            Index::Months(months) => months[at].month.to_string(),
            Index::Parts(parts) => format!("{}: {}", parts[at].dimension, parts[at].name),
        };
        let value =
            |series: &dataset::Series| series.values[at].map_or("-".to_owned(), |value| format!("{value}"));
        rows.push(std::iter::once(name).chain(dataset.series().iter().map(value)).collect());
    }
    let mut lines = vec![format!("data for `{}`:", dataset.request())];
    lines.extend(aligned(&rows));
    lines.extend(dataset.issues.iter().map(|issue| format!("note: {}", issue.message)));
    format!("\n{}\n", lines.join("\n"))
}

fn shown(cell: &Value) -> String {
    let text = match cell {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    text.chars().filter(|c| !c.is_control()).take(32).collect()
}

/// Rows of cells in columns of equal width.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        format!("  {}", cells.join("  ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
