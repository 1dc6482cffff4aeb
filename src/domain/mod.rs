//! The words everything else is written in: merchants, days and months, money, metrics and dimensions.
//!
//! Each type is checked once, where it is made, so that nothing downstream checks it again. Nothing here does I/O
//! or knows of servers, files or slides. Every other module may use it.

mod check_digits;
mod duration;
mod merchant;
mod metric;
mod money;
mod period;
mod review;

pub use check_digits::{is_card_number, is_iban};
pub use duration::{DURATION_FORM, parse_duration};
pub use merchant::Merchant;
pub use metric::{Dimension, Metric};
pub use money::{Amount, Currency, Unit};
pub use period::{Month, Period, parse_date};
pub use review::{COMPARISON_MONTHS, RecentPeriod, Review, parse_focus};

/// A value that is not what its type promises. The message is a whole sentence fragment that names the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DomainError(pub String);
