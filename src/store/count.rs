//! Counts the lines themselves: for crossed attributes, filters, and merchants held in memory. The rules are those of
//! `rollup`.

use super::{
    calendar::{self, Day},
    groups::{Groups, Key, Totals, value_key},
    hashing::{NumberMap, NumberSet},
    line::Line,
    profiles::Profiles,
    query::Query,
};
use crate::domain::{Dimension, Metric};
use std::collections::{HashMap, hash_map::Entry};

/// Counts a merchant's lines. `scan` visits every line of the merchant and is called once or twice.
///
/// # Errors
/// Those of `scan`.
pub(super) fn lines<E>(
    query: &Query,
    profiles: &Profiles,
    scan: impl Fn(&mut dyn FnMut(&Line)) -> Result<(), E>,
) -> Result<Groups, E> {
    let mut past = Past::default();
    if query.metrics.iter().any(|metric| matches!(metric, Metric::NewUsers | Metric::RefundOrders)) {
        scan(&mut |line| past.note(line))?;
    }
    let mut counter = Counter::new(query, profiles, &past);
    scan(&mut |line| counter.add(line))?;
    Ok(counter.finish())
}

/// What one line cannot tell: it takes all lines of the merchant, whatever the period.
#[derive(Default)]
struct Past {
    /// The day of each customer's first order.
    first_days: NumberMap<u32, Day>,
    /// Orders with a positive line.
    bought: NumberSet<i64>,
}

impl Past {
    fn note(&mut self, line: &Line) {
        if !line.is_positive() {
            return;
        }
        self.bought.insert(line.order);
        if let Some(customer) = line.customer {
            let first = self.first_days.entry(customer).or_insert(line.order_day);
            *first = (*first).min(line.order_day);
        }
    }
}

struct Counter<'a> {
    query: &'a Query,
    past: &'a Past,
    first: Day,
    last: Day,
    /// Per profile the key of its attribute groupings, or `None` where the filter leaves it out.
    parts: Vec<Option<u32>>,
    part_keys: Vec<Vec<Key>>,
    /// Per day the number of its time groupings' key, or `None` where the filter leaves it out.
    spans: NumberMap<Day, Option<u32>>,
    /// The latest entry of `spans` looked up: lines mostly come in the order of their days.
    latest: Option<(Day, Option<u32>)>,
    span_keys: Vec<Vec<Key>>,
    span_numbers: HashMap<Vec<Key>, u32>,
    groups: NumberMap<(u32, u32), usize>,
    totals: Vec<((u32, u32), Totals)>,
    /// The part of each order's first positive line. As all of an order counts on one day, only its parts can bring it
    /// into several groups.
    orders: NumberMap<i64, u32>,
    /// The other parts of orders.
    other_parts: NumberSet<(i64, u32)>,
    /// Per attribute grouping, whether an order has several of its values.
    overlapping: Vec<bool>,
    refunds: NumberSet<(usize, i64)>,
    users: NumberSet<(usize, u32)>,
    new_users: NumberSet<(usize, u32)>,
    /// Per part, its value in each attribute grouping.
    part_values: Vec<Vec<u32>>,
}

impl<'a> Counter<'a> {
    fn new(query: &'a Query, profiles: &Profiles, past: &'a Past) -> Self {
        let attributes: Vec<&Dimension> =
            query.group_by.iter().filter(|grouping| !grouping.is_time()).collect();
        let values: Vec<_> = attributes.iter().map(|dimension| profiles.values(dimension)).collect();
        let mut numbers = HashMap::<Vec<u32>, u32>::new();
        let mut part_keys = Vec::new();
        let mut part_values = Vec::new();
        let parts = profiles.list().iter().enumerate().map(|(profile, attributes)| {
            let passes = query.filter.iter().filter(|(dimension, _)| !dimension.is_time()).all(
                |(dimension, wanted)| attributes.get(dimension).is_some_and(|value| wanted.contains(value)),
            );
            let combination: Vec<u32> = values.iter().map(|values| values.of_profile[profile]).collect();
            let number = *numbers.entry(combination.clone()).or_insert_with(|| {
                let keys = values.iter().zip(&combination);
                part_keys
                    .push(keys.map(|(values, value)| value_key(values.values[*value as usize])).collect());
                part_values.push(combination);
                part_keys.len() as u32 - 1
            });
            passes.then_some(number)
        });
        let parts = parts.collect();
        Self {
            query,
            past,
            first: Day::of(query.start),
            last: Day::of(query.end),
            parts,
            part_keys,
            spans: NumberMap::default(),
            latest: None,
            span_keys: Vec::new(),
            span_numbers: HashMap::new(),
            groups: NumberMap::default(),
            totals: Vec::new(),
            orders: NumberMap::default(),
            other_parts: NumberSet::default(),
            overlapping: vec![false; attributes.len()],
            refunds: NumberSet::default(),
            users: NumberSet::default(),
            new_users: NumberSet::default(),
            part_values,
        }
    }

    fn add(&mut self, line: &Line) {
        let Some(part) = self.parts[line.profile as usize] else { return };
        let group = self.group(line.day, part);
        if let Some(group) = group {
            let totals = &mut self.totals[group].1;
            totals.sales += line.amount;
            totals.items += 1;
            totals.refund_amount -= line.amount.min(0);
        }
        if !line.is_positive() {
            self.add_refund(line, part);
            return;
        }
        let group = if line.order_day == line.day { group } else { self.group(line.order_day, part) };
        let Some(group) = group else { return };
        self.totals[group].1.orders += i64::from(self.is_first(line.order, part));
        if let Some(customer) = line.customer {
            let totals = &mut self.totals[group].1;
            if self.query.metrics.contains(&Metric::Users) {
                totals.users += i64::from(self.users.insert((group, customer)));
            }
            let is_new = self.past.first_days.get(&customer) == Some(&line.order_day);
            totals.new_users += i64::from(is_new && self.new_users.insert((group, customer)));
        }
    }

    /// Notes that an order has a part; whether it is the first time.
    fn is_first(&mut self, order: i64, part: u32) -> bool {
        let first = match self.orders.entry(order) {
            Entry::Vacant(free) => {
                free.insert(part);
                return true;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        if first == part || !self.other_parts.insert((order, part)) {
            return false;
        }
        let values = self.part_values[first as usize].iter().zip(&self.part_values[part as usize]);
        for (overlapping, (one, other)) in self.overlapping.iter_mut().zip(values) {
            *overlapping |= one != other;
        }
        true
    }

    /// Counts the order of a line that is not positive, if the query asks for refunds and none of its lines is.
    fn add_refund(&mut self, line: &Line, part: u32) {
        if self.query.metrics.contains(&Metric::RefundOrders)
            && !self.past.bought.contains(&line.order)
            && let Some(group) = self.group(line.order_day, part)
            && self.refunds.insert((group, line.order))
        {
            self.totals[group].1.refund_orders += 1;
        }
    }

    /// The group of a day and an attribute part, made at its first line; `None` outside the period or the filter.
    fn group(&mut self, day: Day, part: u32) -> Option<usize> {
        if day < self.first || self.last < day {
            return None;
        }
        let span = match self.latest {
            Some((latest, span)) if latest == day => span,
            _ => self.spans.get(&day).copied().unwrap_or_else(|| self.note_day(day)),
        };
        self.latest = Some((day, span));
        let span = span?;
        let totals = &mut self.totals;
        Some(*self.groups.entry((span, part)).or_insert_with(|| {
            totals.push(((span, part), Totals::default()));
            totals.len() - 1
        }))
    }

    fn note_day(&mut self, day: Day) -> Option<u32> {
        let passes = self.query.filter.iter().filter(|(dimension, _)| dimension.is_time()).all(
            |(dimension, wanted)| {
                wanted.contains(&calendar::label(dimension, calendar::span_of(dimension, day)))
            },
        );
        let spans = self.query.group_by.iter().filter(|grouping| grouping.is_time());
        let keys: Vec<Key> = spans.map(|grouping| Key::Span(calendar::span_of(grouping, day))).collect();
        let number = *self.span_numbers.entry(keys.clone()).or_insert_with(|| {
            self.span_keys.push(keys);
            self.span_keys.len() as u32 - 1
        });
        let span = passes.then_some(number);
        self.spans.insert(day, span);
        span
    }

    fn finish(self) -> Groups {
        let attributes = self.query.group_by.iter().filter(|grouping| !grouping.is_time());
        let overlaps = attributes.zip(&self.overlapping).filter(|(_, overlaps)| **overlaps);
        let overlaps = overlaps.map(|(dimension, _)| dimension.clone()).collect();
        let totals = self.totals.iter().map(|((span, part), totals)| {
            let mut spans = self.span_keys[*span as usize].iter();
            let mut parts = self.part_keys[*part as usize].iter();
            let key = |grouping: &Dimension| if grouping.is_time() { spans.next() } else { parts.next() };
            (self.query.group_by.iter().filter_map(key).cloned().collect(), *totals)
        });
        Groups { totals: totals.collect(), overlaps }
    }
}
