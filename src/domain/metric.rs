//! What can be measured, and by what it can be broken down: the names of the metrics contract.

use super::DomainError;

/// A metric of the metrics contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Money of all order lines, refunds subtracted.
    Sales,
    /// Distinct order ids with a positive line, each counted once on its first line's date.
    Orders,
    /// Order lines.
    Items,
    /// Sales divided by orders.
    Aov,
    /// Distinct customers with an order.
    Users,
    /// Customers whose first order ever lies in the period.
    NewUsers,
    /// Money of negative lines, as a positive amount.
    RefundAmount,
    /// Order ids with no positive line.
    RefundOrders,
}

impl Metric {
    /// Every metric, in contract order.
    pub const ALL: [Self; 8] = [
        Self::Sales,
        Self::Orders,
        Self::Items,
        Self::Aov,
        Self::Users,
        Self::NewUsers,
        Self::RefundAmount,
        Self::RefundOrders,
    ];

    /// The contract's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Orders => "orders",
            Self::Items => "items",
            Self::Aov => "aov",
            Self::Users => "users",
            Self::NewUsers => "new_users",
            Self::RefundAmount => "refund_amount",
            Self::RefundOrders => "refund_orders",
        }
    }

    /// Whether values of separate periods may be added up. Averages and distinct counts of people may not.
    pub fn is_additive(self) -> bool {
        !matches!(self, Self::Aov | Self::Users | Self::NewUsers)
    }

    /// Whether the values are money.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Sales | Self::Aov | Self::RefundAmount)
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Metric {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.as_str() == text)
            .ok_or_else(|| DomainError(format!("`{text}` is not a metric")))
    }
}

/// What a metric can be broken down by: a span of time, a built-in attribute, or an imported column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Calendar day.
    Day,
    /// ISO week, named by its Monday.
    Week,
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
    /// Calendar year.
    Year,
    /// Day of the week, Monday first.
    Weekday,
    /// Payment product.
    ProductType,
    /// New, returning or network shopper.
    UserType,
    /// Age band.
    AgeBand,
    /// Gender.
    Gender,
    /// Kind of payment card.
    CardType,
    /// Country of the order.
    Country,
    /// Shop.
    Store,
    /// Sales channel.
    Channel,
    /// Any other imported column, by its name.
    Custom(String),
}

impl Dimension {
    /// The built-in dimensions that are spans of time.
    pub const TIME: [Self; 6] =
        [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year, Self::Weekday];

    /// The built-in dimensions that are attributes of an order line.
    pub const ATTRIBUTES: [Self; 8] = [
        Self::ProductType,
        Self::UserType,
        Self::AgeBand,
        Self::Gender,
        Self::CardType,
        Self::Country,
        Self::Store,
        Self::Channel,
    ];

    /// The contract's name; a custom dimension's own name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::ProductType => "product_type",
            Self::UserType => "user_type",
            Self::AgeBand => "age_band",
            Self::Gender => "gender",
            Self::CardType => "card_type",
            Self::Country => "country",
            Self::Store => "store",
            Self::Channel => "channel",
            Self::Custom(name) => name,
        }
    }

    /// Whether values of this dimension say something about a person, so that small cells must be suppressed.
    pub fn is_personal(&self) -> bool {
        matches!(self, Self::AgeBand | Self::Gender | Self::CardType | Self::UserType)
    }

    /// Whether this is a span of time.
    pub fn is_time(&self) -> bool {
        Self::TIME.contains(self)
    }
}

impl std::fmt::Display for Dimension {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Dimension {
    type Err = DomainError;
    /// A built-in name gives that dimension; any other name of lower-case letters, digits and `_` a custom one.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        if let Some(known) = Self::TIME.into_iter().chain(Self::ATTRIBUTES).find(|d| d.as_str() == text) {
            return Ok(known);
        }
        let is_name = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.len() <= 40
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if is_name {
            Ok(Self::Custom(text.to_owned()))
        } else {
            Err(DomainError(format!(
                "`{text}` is not a dimension's name: lower-case letters, digits and _ only, 40 at most"
            )))
        }
    }
}
