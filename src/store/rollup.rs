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
use rusqlite::{Connection, params};

/// Adds up lines as they come, in file order.
#[derive(Default)]
pub(super) struct Rollups {
    orders: NumberMap<i64, Order>,
    cells: NumberMap<(Day, u32), Cell>,
    /// Per order that needs more than its first positive profile: every profile that counts for it.
    several: NumberMap<i64, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Order {
    day: Day,
    /// The profile of the first positive line; `None` for a refund so far.
    profile: Option<u32>,
}

/// What one day holds of one profile.
#[derive(Default)]
struct Cell {
    sales: i64,
    items: i64,
    refund_amount: i64,
    orders: i64,
    buyers: Vec<u32>,
}

/// One stored roll-up.
#[derive(Default)]
struct Row {
    sales: i64,
    items: i64,
    refund_amount: i64,
    orders: i64,
    refund_orders: i64,
    buyers: Vec<u32>,
}

impl Rollups {
    /// Adds a line and fills in the day on which its order counts. Lines of one order must come in file order.
    pub(super) fn add(&mut self, line: &mut Line) {
        let mut cell = self.cells.entry((line.day, line.profile)).or_default();
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
            cell = self.cells.entry((line.order_day, line.profile)).or_default();
        }
        match order.profile {
            None => {
                order.profile = Some(line.profile);
                cell.orders += 1;
                // The profiles of its refunds count no more.
                self.several.remove(&line.order);
            }
            Some(first) if first != line.profile => {
                note(self.several.entry(line.order).or_insert_with(|| vec![first]), line.profile);
            }
            Some(_) => {}
        }
        cell.buyers.extend(line.customer);
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
        let days = || self.cells.keys().map(|(day, _)| *day);
        Some((days().min()?, days().max()?))
    }

    /// Replaces a merchant's stored roll-ups by these.
    pub(super) fn write(
        &self,
        connection: &Connection,
        merchant: i64,
        profiles: &Profiles,
    ) -> rusqlite::Result<()> {
        connection.execute("DELETE FROM rollup WHERE merchant = ?", [merchant])?;
        let first_days = self.first_days();
        let nothing = Values { values: vec![None], of_profile: vec![0; profiles.list().len()] };
        self.write_dimension(connection, merchant, "", &nothing, &first_days)?;
        for dimension in profiles.dimensions() {
            let values = profiles.values(dimension);
            self.write_dimension(connection, merchant, dimension.as_str(), &values, &first_days)?;
        }
        Ok(())
    }

    fn write_dimension(
        &self,
        connection: &Connection,
        merchant: i64,
        dimension: &str,
        values: &Values<'_>,
        first_days: &[Option<Day>],
    ) -> rusqlite::Result<()> {
        let mut insert = connection.prepare_cached(
            "INSERT INTO rollup (merchant, dimension, day, value, sales, items, orders, refund_amount, refund_orders, \
             new_users, buyers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for ((day, value), mut row) in self.rows(&values.of_profile) {
            row.buyers.sort_unstable();
            row.buyers.dedup();
            let new_users =
                row.buyers.iter().filter(|buyer| first_days[**buyer as usize] == Some(day)).count() as i64;
            let buyers = (!row.buyers.is_empty()).then(|| buyers::encode(&row.buyers));
            insert.execute(params![
                merchant,
                dimension,
                day.0,
                values.values[value as usize].unwrap_or_default(),
                row.sales,
                row.items,
                row.orders,
                row.refund_amount,
                row.refund_orders,
                new_users,
                buyers,
            ])?;
        }
        Ok(())
    }

    /// The rows of one dimension in order, given the number of its value that each profile has.
    fn rows(&self, value_of: &[u32]) -> Vec<((Day, u32), Row)> {
        let mut rows = NumberMap::<(Day, u32), Row>::default();
        for ((day, profile), cell) in &self.cells {
            let row = rows.entry((*day, value_of[*profile as usize])).or_default();
            row.sales += cell.sales;
            row.items += cell.items;
            row.refund_amount += cell.refund_amount;
            row.orders += cell.orders;
            row.buyers.extend(&cell.buyers);
        }
        for (order, profiles) in &self.several {
            let order = self.orders[order];
            let mut values: Vec<u32> = profiles.iter().map(|profile| value_of[*profile as usize]).collect();
            values.sort_unstable();
            values.dedup();
            let counted = order.profile.map(|profile| value_of[profile as usize]);
            for value in values {
                let row = rows.entry((order.day, value)).or_default();
                match counted {
                    Some(counted) if counted == value => {}
                    Some(_) => row.orders += 1,
                    None => row.refund_orders += 1,
                }
            }
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows
    }

    /// The day of each customer's first order, by the customer's number.
    fn first_days(&self) -> Vec<Option<Day>> {
        let mut first_days: Vec<Option<Day>> = Vec::new();
        for ((day, _), cell) in &self.cells {
            for buyer in cell.buyers.iter().map(|buyer| *buyer as usize) {
                if first_days.len() <= buyer {
                    first_days.resize(buyer + 1, None);
                }
                first_days[buyer] = Some(first_days[buyer].map_or(*day, |first| first.min(*day)));
            }
        }
        first_days
    }
}

fn note(profiles: &mut Vec<u32>, profile: u32) {
    if !profiles.contains(&profile) {
        profiles.push(profile);
    }
}
