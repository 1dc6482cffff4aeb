//! What answers say about themselves: currency and provenance.

use super::{Issue, Provenance, Refusal};
use crate::{domain::Currency, retrieve::Answer, template::Section};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The one currency of all amounts, from the answer or from the unit of a column of money.
pub(super) fn currency(
    section: &Section,
    answers: &[Answer],
    issues: &mut Vec<Issue>,
) -> Result<Option<Currency>, Refusal> {
    let mut codes: Vec<&str> = Vec::new();
    for answer in answers {
        let money = |name: &str| section.metrics.iter().any(|m| m.is_money() && m.as_str() == name);
        let units = answer.table.columns.iter().filter(|column| money(&column.name));
        codes.extend(answer.table.about.currency.as_deref());
        codes.extend(
            units
                .filter_map(|column| column.unit.as_deref())
                .filter(|unit| !matches!(*unit, "percent" | "%")),
        );
    }
    codes.sort_unstable();
    codes.dedup();
    match codes[..] {
        [] => Ok(None),
        [code] => {
            let currency = code.parse().ok();
            if currency.is_none() {
                let message = format!("`{code}` is not a currency code; amounts are printed without one");
                issues.push(Issue { kind: "currency", message });
            }
            Ok(currency)
        }
        _ => Err(Refusal::invalid(format!("amounts come in several currencies: {}", codes.join(", ")))),
    }
}

/// Where the numbers come from; of several calls, every argument and one hash over all.
pub(super) fn provenance(answers: &[Answer]) -> Provenance {
    let Some(first) = answers.first() else { return Provenance::default() };
    let about =
        |pick: fn(&Answer) -> &Option<String>| answers.iter().filter_map(|answer| pick(answer).clone()).min();
    let several = answers.len() > 1;
    let arguments = answers.iter().map(|answer| answer.arguments.clone());
    let raw_sha256 = if several {
        let mut hash = Sha256::new();
        for answer in answers {
            hash.update(answer.raw_sha256.as_bytes());
        }
        hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    } else {
        first.raw_sha256.clone()
    };
    Provenance {
        server: first.server.clone(),
        tool: first.tool.clone(),
        arguments: if several { Value::Array(arguments.collect()) } else { first.arguments.clone() },
        as_of: about(|answer| &answer.table.about.as_of),
        complete_through: about(|answer| &answer.table.about.complete_through),
        raw_sha256,
    }
}
