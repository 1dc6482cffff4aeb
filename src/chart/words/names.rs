//! The names of metrics, dimensions and parts in the words of a language.

use super::Words;
use crate::{
    dataset::{NOT_STATED, OTHER},
    domain::{Dimension, Metric, Unit},
    format::{Format, Noun},
};

impl Words {
    /// A metric: `orders`.
    pub(in crate::chart) fn metric(&self, metric: Metric) -> &'static str {
        match (self.countable(metric), metric) {
            (Some(noun), _) => noun.many,
            (None, Metric::RefundAmount) => self.metrics.refund_amount,
            (None, Metric::Aov) => self.metrics.aov,
            (None, _) => self.metrics.sales,
        }
    }

    /// A value with what it counts: `13.2k orders`; money alone.
    pub(in crate::chart) fn counted(
        &self,
        (value, unit): (f64, Unit),
        metric: Metric,
        format: &Format,
    ) -> String {
        match (unit, self.countable(metric)) {
            (Unit::Count, Some(noun)) => format.counted(value, noun),
            (_, Some(noun)) => format!("{} {}", format.value(value, unit), noun.many),
            (_, None) => format.value(value, unit),
        }
    }

    /// How many people or orders are behind shares: `base 3,202 shoppers`.
    pub(in crate::chart) fn base_of(&self, count: u64, metric: Metric, format: &Format) -> String {
        let counted = match self.countable(metric) {
            Some(noun) => format.full_counted(count, noun),
            None => format!("{} {}", format.full_count(count as f64), self.metric(metric)),
        };
        (self.base)(&counted)
    }

    /// A dimension in a sentence: `shopper type`.
    pub(in crate::chart) fn dimension(&self, dimension: &Dimension) -> String {
        let words = &self.dimensions;
        let name = match dimension {
            Dimension::Day => words.day,
            Dimension::Week => words.week,
            Dimension::Month => words.month,
            Dimension::Quarter => words.quarter,
            Dimension::Year => words.year,
            Dimension::Weekday => words.weekday,
            Dimension::ProductType => words.product_type,
            Dimension::UserType => words.user_type,
            Dimension::AgeBand => words.age_band,
            Dimension::Gender => words.gender,
            Dimension::CardType => words.card_type,
            Dimension::Country => words.country,
            Dimension::Store => words.store,
            Dimension::Channel => words.channel,
            Dimension::Custom(name) => return name.replace('_', " "),
        };
        name.to_owned()
    }

    /// The name of a part: translated where it is one of ours, else as the data have it.
    pub(in crate::chart) fn part_name(&self, name: &str, dimension: Option<&Dimension>) -> String {
        let parts = &self.parts;
        let own = match (dimension, name) {
            (_, OTHER) => parts.other,
            (_, NOT_STATED) => parts.not_stated,
            (Some(Dimension::Gender), "Women") => parts.women,
            (Some(Dimension::Gender), "Men") => parts.men,
            (Some(Dimension::UserType), "New") => parts.new,
            (Some(Dimension::UserType), "Returning") => parts.returning,
            (Some(Dimension::UserType), "Network") => parts.network,
            _ => name,
        };
        own.to_owned()
    }

    /// What so many small parts are summed up as: `Other (4)`.
    pub(in crate::chart) fn rest(&self, count: usize) -> String {
        format!("{} ({count})", self.parts.other)
    }

    fn countable(&self, metric: Metric) -> Option<&Noun> {
        let metrics = &self.metrics;
        match metric {
            Metric::Orders => Some(&metrics.orders),
            Metric::Items => Some(&metrics.items),
            Metric::Users => Some(&metrics.users),
            Metric::NewUsers => Some(&metrics.new_users),
            Metric::RefundOrders => Some(&metrics.refund_orders),
            Metric::Sales | Metric::Aov | Metric::RefundAmount => None,
        }
    }
}
