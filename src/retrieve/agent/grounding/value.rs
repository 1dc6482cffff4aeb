//! One value of an answer: computed from the rows that it is made of, and compared with what is written.

use super::words::is_total;
use crate::{
    domain::Metric,
    retrieve::agent::{
        answer::Op,
        decimal::{Decimal, digits_after_point},
        sheet::Sheet,
    },
};
use serde_json::Value;

/// A value as the results give it, if it is the one that is written.
pub(super) fn value(
    metric: Metric,
    source: Option<&(Op, String)>,
    written: Option<&str>,
    from: &[(&Sheet, usize)],
) -> Result<Value, String> {
    let Some((op, column)) = source else {
        return match written {
            None => Ok(Value::Null),
            Some(written) => Err(format!("says {written} for `{metric}`, for which no column is named")),
        };
    };
    let means = |name: &str| name.trim().to_lowercase().replace([' ', '-'], "_").parse::<Metric>().ok();
    if *op != Op::Count && means(column).is_some_and(|other| other != metric) {
        return Err(format!("takes `{metric}` from the column `{column}`, which is something else"));
    }
    let cell = |sheet: &Sheet, at: usize| {
        let position = sheet.table.column(column);
        let position = position
            .ok_or_else(|| format!("takes `{metric}` from `{column}`, which {} does not have", sheet.name))?;
        Ok(sheet.number(at, position))
    };
    let place = || from.first().map_or_else(String::new, |(sheet, at)| format!("{}/{at}", sheet.name));
    let numbers =
        || from.iter().map(|(sheet, at)| cell(sheet, *at)).collect::<Result<Option<Vec<_>>, String>>();
    let computed = match op {
        Op::Value if from.len() != 1 => {
            return Err(format!(
                "is made of {} rows, so that `{metric}` cannot be the value of one",
                from.len()
            ));
        }
        Op::Value => numbers()?.and_then(|numbers| numbers.first().copied()),
        Op::Sum if !metric.is_additive() && from.len() > 1 => {
            return Err(format!("adds up `{metric}`, which cannot be added up"));
        }
        Op::Sum | Op::Count if from.iter().any(|(sheet, _)| sheet.result != from[0].0.result) => {
            return Err("adds up rows of several results, which may be the same rows".into());
        }
        Op::Sum => numbers()?.and_then(|numbers| sum(&numbers)),
        Op::Count if metric.is_money() => return Err(format!("counts rows for `{metric}`, which is money")),
        Op::Count => Decimal::whole(from.len()),
        Op::Share => share(metric, column, written, from, numbers()?)?,
    };
    let written_number = match written {
        Some(text) => Some(
            Decimal::parse(text).ok_or_else(|| format!("says {text} for `{metric}`, which is too long"))?,
        ),
        None => None,
    };
    match (computed, written_number) {
        (None, None) => Ok(Value::Null),
        (Some(computed), Some(number)) if computed == number => serde_json::from_str(&computed.to_string())
            .map_err(|_| format!("says {number} for `{metric}`, which is too long")),
        (Some(computed), _) => Err(format!(
            "says {} for `{metric}`, but {} of `{column}` at {} is {computed}",
            written.unwrap_or("null"),
            match op {
                Op::Value => "the value",
                Op::Sum => "the sum",
                Op::Count => "the count",
                Op::Share => "the share",
            },
            place()
        )),
        (None, Some(_)) => Err(format!(
            "says {} for `{metric}`, but `{column}` at {} holds no number",
            written.unwrap_or_default(),
            place()
        )),
    }
}

/// The rows' share of their column in per cent, rounded to the digits written.
fn share(
    metric: Metric,
    column: &str,
    written: Option<&str>,
    from: &[(&Sheet, usize)],
    numbers: Option<Vec<Decimal>>,
) -> Result<Option<Decimal>, String> {
    let Some((sheet, _)) = from.first() else { return Ok(None) };
    if from.iter().any(|(other, _)| other.name != sheet.name) {
        return Err(format!("is made of rows of several results, so that `{metric}` is a share of nothing"));
    }
    let Some(at) = sheet.table.column(column) else { return Ok(None) };
    let has_total = |row: &Vec<Value>| row.iter().filter_map(Value::as_str).any(is_total);
    if sheet.table.rows.iter().any(has_total) {
        return Err(format!(
            "is a share of a column with a total in it, so that `{metric}` is a share of nothing"
        ));
    }
    let whole = (0..sheet.table.rows.len()).map(|row| sheet.number(row, at)).collect::<Option<Vec<_>>>();
    let (Some(part), Some(whole)) =
        (numbers.and_then(|part| sum(&part)), whole.and_then(|whole| sum(&whole)))
    else {
        return Ok(None);
    };
    Ok(part.percent_of(whole, digits_after_point(written.unwrap_or_default())))
}

fn sum(numbers: &[Decimal]) -> Option<Decimal> {
    numbers.iter().try_fold(Decimal::default(), |sum, number| sum.plus(*number))
}
