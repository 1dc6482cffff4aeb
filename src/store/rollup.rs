//! Roll-ups: what a merchant sold per day, and per day × each value of one attribute, added up once when lines are stored.
//!
//! The rules of counting live here and in `count`, which counts the lines themselves; a property test holds them equal:
//! an order counts once, on the date of its first line, if any of its lines is positive; within an attribute's value if a
//! positive line has that value. An order without a positive line is a refund. Money and items count on the line's date.

use super::{
    buyers,
    calendar::Day,
    hashing::NumberMap,
    line::Line,
    profiles::{Profiles, Values},
};
use rusqlite::{CachedStatement, Connection, params};
use std::collections::BTreeMap;

/// Adds up lines as they come, in file order.
#[derive(Default)]
pub(super) struct Rollups {
    orders: NumberMap<i64, Order>,
    days: BTreeMap<Day, DayTotals>,
    /// Orders that count for more than the profile of their first positive line, with every profile that counts for them:
    /// those of its positive lines, or of all lines of a refund.
    several: NumberMap<i64, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Order {
    day: Day,
    /// The profile of the first positive line; `None` for a refund so far.
    profile: Option<u32>,
}

#[derive(Default)]
struct DayTotals {
    cells: NumberMap<u32, Cell>,
    /// Profile and customer of every positive line of the day's orders.
    buyers: Vec<(u32, u32)>,
}

/// What one day holds of one profile, or of one value of a dimension.
#[derive(Clone, Copy, Default)]
struct Cell {
    sales: i64,
    items: i64,
    refund_amount: i64,
    orders: i64,
    refund_orders: i64,
}

/// Orders with several profiles, by day: the profile they were counted for already, and all of them.
type Several<'o> = BTreeMap<Day, Vec<(Option<u32>, &'o [u32])>>;

/// One dimension's values by profile; that of the totals has one value, missing.
struct Dimensional<'p> {
    name: &'p str,
    values: Values<'p>,
}

impl Rollups {
    /// Adds a line and fills in the day on which its order counts. Lines of one order must come in file order.
    pub(super) fn add(&mut self, line: &mut Line) {
        let mut day = self.days.entry(line.day).or_default();
        let cell = day.cells.entry(line.profile).or_default();
        cell.items += 1;
        cell.sales += line.amount;
        cell.refund_amount -= line.amount.min(0);

        let order = self.orders.entry(line.order).or_insert(Order { day: line.day, profile: None });
        line.order_day = order.day;
        if !line.is_positive() {
            if order.profile.is_none() {
                note(self.several.entry(line.order).or_default(), line.profile);
            }
            return;
        }
        if line.order_day != line.day {
            day = self.days.entry(line.order_day).or_default();
        }
        match order.profile {
            None => {
                order.profile = Some(line.profile);
                day.cells.entry(line.profile).or_default().orders += 1;
                // The profiles of its refunds count no more.
                self.several.remove(&line.order);
            }
            Some(first) if first != line.profile => {
                note(self.several.entry(line.order).or_insert_with(|| vec![first]), line.profile);
            }
            Some(_) => {}
        }
        day.buyers.extend(line.customer.map(|customer| (line.profile, customer)));
    }

    /// How many orders have a positive line.
    pub(super) fn order_count(&self) -> i64 {
        self.orders.values().filter(|order| order.profile.is_some()).count() as i64
    }

    /// Whether a line of this order was added.
    pub(super) fn has_order(&self, order: i64) -> bool {
        self.orders.contains_key(&order)
    }

    /// The first and the last day of the lines added.
    pub(super) fn days(&self) -> Option<(Day, Day)> {
        Some((*self.days.first_key_value()?.0, *self.days.last_key_value()?.0))
    }

    /// Replaces a merchant's stored roll-ups by these.
    pub(super) fn write(
        &self,
        connection: &Connection,
        merchant: i64,
        profiles: &Profiles,
    ) -> rusqlite::Result<()> {
        connection.execute("DELETE FROM rollup WHERE merchant = ?", [merchant])?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO rollup (merchant, dimension, day, value, sales, items, orders, refund_amount, refund_orders, \
             new_users, buyers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let total = Values { values: vec![None], of_profile: vec![0; profiles.list().len()] };
        let first_days = self.first_days();
        let several = self.several_by_day();
        self.write_dimension(
            &mut insert,
            merchant,
            &Dimensional { name: "", values: total },
            &first_days,
            &several,
        )?;
        for dimension in profiles.dimensions() {
            let values = Dimensional { name: dimension.as_str(), values: profiles.values(dimension) };
            self.write_dimension(&mut insert, merchant, &values, &first_days, &several)?;
        }
        Ok(())
    }

    fn write_dimension(
        &self,
        insert: &mut CachedStatement<'_>,
        merchant: i64,
        dimension: &Dimensional<'_>,
        first_days: &[Option<Day>],
        several: &Several<'_>,
    ) -> rusqlite::Result<()> {
        let values = &dimension.values;
        for (day, totals) in &self.days {
            let mut cells = BTreeMap::<u32, Cell>::new();
            for (profile, cell) in &totals.cells {
                cells.entry(values.of_profile[*profile as usize]).or_default().add(cell);
            }
            for (counted, profiles) in several.get(day).into_iter().flatten() {
                count_several(&mut cells, &values.of_profile, *counted, profiles);
            }
            let pair = |(profile, customer): &(u32, u32)| (values.of_profile[*profile as usize], *customer);
            let mut buyers: Vec<(u32, u32)> = totals.buyers.iter().map(pair).collect();
            buyers.sort_unstable();
            buyers.dedup();
            let mut buyers = buyers.chunk_by(|a, b| a.0 == b.0).peekable();
            for (value, cell) in cells {
                let buyers = buyers.next_if(|buyers| buyers[0].0 == value).unwrap_or_default();
                let buyers: Vec<u32> = buyers.iter().map(|(_, customer)| *customer).collect();
                let is_new = |buyer: &&u32| first_days[**buyer as usize] == Some(*day);
                insert.execute(params![
                    merchant,
                    dimension.name,
                    day.0,
                    values.values[value as usize].unwrap_or_default(),
                    cell.sales,
                    cell.items,
                    cell.orders,
                    cell.refund_amount,
                    cell.refund_orders,
                    buyers.iter().filter(is_new).count() as i64,
                    (!buyers.is_empty()).then(|| buyers::encode(&buyers)),
                ])?;
            }
        }
        Ok(())
    }

    fn several_by_day(&self) -> Several<'_> {
        let mut by_day = Several::new();
        for (order, profiles) in &self.several {
            let order = self.orders[order];
            by_day.entry(order.day).or_default().push((order.profile, profiles));
        }
        by_day
    }

    /// The day of each customer's first order, by the customer's number.
    fn first_days(&self) -> Vec<Option<Day>> {
        let mut first_days: Vec<Option<Day>> = Vec::new();
        for (day, totals) in &self.days {
            for buyer in totals.buyers.iter().map(|(_, customer)| *customer as usize) {
                if first_days.len() <= buyer {
                    first_days.resize(buyer + 1, None);
                }
                first_days[buyer].get_or_insert(*day);
            }
        }
        first_days
    }
}

impl Cell {
    fn add(&mut self, other: &Self) {
        self.sales += other.sales;
        self.items += other.items;
        self.refund_amount += other.refund_amount;
        self.orders += other.orders;
        self.refund_orders += other.refund_orders;
    }
}

/// Counts an order for each distinct value among its profiles, except for the value it was counted for already.
fn count_several(cells: &mut BTreeMap<u32, Cell>, value_of: &[u32], counted: Option<u32>, profiles: &[u32]) {
    let mut values: Vec<u32> = profiles.iter().map(|profile| value_of[*profile as usize]).collect();
    values.sort_unstable();
    values.dedup();
    match counted.map(|profile| value_of[profile as usize]) {
        Some(counted) => {
            for value in values.into_iter().filter(|value| *value != counted) {
                cells.entry(value).or_default().orders += 1;
            }
        }
        None => values.into_iter().for_each(|value| cells.entry(value).or_default().refund_orders += 1),
    }
}

fn note(profiles: &mut Vec<u32>, profile: u32) {
    if !profiles.contains(&profile) {
        profiles.push(profile);
    }
}
