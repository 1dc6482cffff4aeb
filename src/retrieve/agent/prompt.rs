//! The words of a conversation. The texts themselves lie in `templates/prompts/`.

use super::answer::table_name;
use crate::{domain::Dimension, request::Request};

/// What the model is and how it answers.
pub(super) const SYSTEM: &str = include_str!("../../../templates/prompts/agent-system.md");

const REQUEST: &str = include_str!("../../../templates/prompts/agent-request.md");

const REPAIR: &str = include_str!("../../../templates/prompts/agent-repair.md");

/// Problems named in a request for repair, at most.
const PROBLEMS: usize = 12;

/// What is needed, in the KAM's words and in those of the contract.
pub(super) fn request(request: &Request) -> String {
    let Some(first) = request.calls.first() else { return String::new() };
    let table = |call: &crate::request::Call| {
        let metrics: Vec<_> = call.metrics.iter().map(|metric| metric.as_str()).collect();
        let groups: Vec<_> = call.group_by.iter().map(Dimension::as_str).collect();
        format!("- `{}`: {} for each {}", table_name(call), metrics.join(", "), groups.join(" and "))
    };
    let tables: Vec<_> = request.calls.iter().map(table).collect();
    fill(
        REQUEST,
        &[
            ("{need}", &request.section.id),
            ("{start}", &first.start_date.to_string()),
            ("{end}", &first.end_date.to_string()),
            ("{tables}", &tables.join("\n")),
            ("{merchant}", first.merchant.as_str()),
        ],
    )
}

/// What must be corrected.
pub(super) fn repair(problems: &[String]) -> String {
    let mut list: Vec<_> = problems.iter().take(PROBLEMS).map(|problem| format!("- {problem}")).collect();
    if problems.len() > PROBLEMS {
        list.push(format!("- and {} more of this kind", problems.len() - PROBLEMS));
    }
    fill(REPAIR, &[("{problems}", &list.join("\n"))])
}

/// Fills each slot once, in the order of the list: the merchant, who may be called anything, comes last.
fn fill(template: &str, slots: &[(&str, &str)]) -> String {
    slots.iter().fold(template.trim_end().to_owned(), |text, (slot, value)| text.replacen(slot, value, 1))
}
