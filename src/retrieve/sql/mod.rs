//! SQL for servers that know nothing of the metrics contract: a call → one statement over a table of order lines, and its
//! rows → the contract's table. The statement counts exactly as the embedded data do (`store/rollup.rs`).
//!
//! What the contract says beside the rows comes as further rows of the same answer, told apart by the column `about`; they
//! stand last and one of them counts the rows, so that an answer that was cut off anywhere is noticed.

mod about;
mod dialect;
mod quote;
mod statement;

pub(super) use about::contract;
pub(super) use quote::literal;
pub(super) use statement::{Given, statement};

/// The column that is empty in rows of numbers, and `name=value` in the others.
const ABOUT: &str = "about";
