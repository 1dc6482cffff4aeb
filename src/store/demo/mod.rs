//! The built-in demo merchants: made from a recipe and a fixed seed, in memory or into a database, with equal answers.

mod random;
mod recipe;

use super::{
    answer,
    calendar::Day,
    count,
    error::{QueryError, StoreError},
    facts::{self, Facts},
    line::Line,
    profiles::{Profile, Profiles},
    query::Query,
    writer::{self, Frame, MerchantWriter},
};
use crate::{
    decode::Table,
    domain::{Amount, Currency, Dimension, Merchant},
};
use jiff::{ToSpan, civil::Date};
use random::Random;
use recipe::{AS_OF, FROM, Product, RECIPES, Recipe, Shoppers};
use rusqlite::Connection;
use std::collections::HashMap;

/// The ids of the demo merchants.
pub(super) const NAMES: [&str; 4] = ["demo-fashion", "demo-travel", "demo-new", "demo-gap"];

const SOURCE: &str = "built-in demo data";

/// A demo merchant in memory.
pub(super) struct DemoMerchant {
    pub(super) facts: Facts,
    profiles: Profiles,
    lines: Vec<Line>,
}

/// Makes a demo merchant; `None` when there is none of that name.
pub(super) fn generate(name: &str) -> Option<DemoMerchant> {
    let recipe = RECIPES.iter().find(|recipe| recipe.name == name)?;
    let merchant = Merchant::new(name).ok()?;
    let mut shop = Shop::open(recipe);
    let days = recipe.from.series(1.day()).take_while(|day| *day <= recipe.to);
    for day in days.filter(|day| !recipe.missing.contains(&(day.year(), day.month()))) {
        shop.sell(day);
    }
    let facts = Facts {
        merchant,
        currency: Some(Currency::EUR),
        source: SOURCE.to_owned(),
        as_of: AS_OF.to_string(),
        data_from: Day::of(recipe.from),
        last_day: shop.lines.last()?.day,
        complete_through: Day::of(recipe.to),
        orders: shop.lines.len() as i64,
        has_customers: true,
        has_refunds: false,
    };
    Some(DemoMerchant { facts, profiles: shop.profiles, lines: shop.lines })
}

/// Answers a query from the lines in memory.
pub(super) fn answer(merchants: &[DemoMerchant], query: &Query) -> Result<Table, QueryError> {
    let Some(demo) = merchants.iter().find(|demo| demo.facts.merchant == query.merchant) else {
        return Err(answer::unknown(&query.merchant, &NAMES));
    };
    let held = demo.profiles.dimensions();
    let absent: Vec<_> =
        query.attributes().into_iter().filter(|dimension| !held.contains(dimension)).collect();
    let groups = count::lines(query, &demo.profiles, |visit| {
        demo.lines.iter().for_each(visit);
        Ok::<(), QueryError>(())
    })?;
    Ok(answer::table(query, &demo.facts, &absent, &groups))
}

/// Stores every demo merchant in a database, in one transaction.
pub(super) fn write(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for mut demo in NAMES.into_iter().filter_map(generate) {
        if let Some((id, _)) = facts::find(&transaction, &demo.facts.merchant)? {
            writer::remove(&transaction, id)?;
        }
        let mut merchant = MerchantWriter::begin(&transaction, &demo.facts.merchant)?;
        for profile in demo.profiles.list() {
            merchant.profile(profile.clone());
        }
        let mut insert = writer::line_insert(&transaction)?;
        for line in &mut demo.lines {
            // A demo customer is its own hash.
            line.customer = line.customer.map(|customer| merchant.customer(i64::from(customer)));
            merchant.add(&mut insert, line)?;
        }
        let frame = Frame {
            source: SOURCE,
            currency: demo.facts.currency,
            as_of: Day::of(AS_OF),
            complete_through: demo.facts.complete_through,
            data_from: Some(demo.facts.data_from),
        };
        merchant.finish(&transaction, &frame)?;
    }
    Ok(transaction.commit()?)
}

/// A demo merchant while its orders are being made.
struct Shop<'r> {
    recipe: &'r Recipe,
    random: Random,
    customers: Vec<Shopper>,
    profiles: Profiles,
    /// Profile numbers by product, user type and shopper, so that each profile is built once.
    numbers: HashMap<(usize, usize, Shopper), u32>,
    lines: Vec<Line>,
}

/// Positions in the recipe's ages, genders and cards.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Shopper {
    age: usize,
    gender: usize,
    card: usize,
}

impl<'r> Shop<'r> {
    fn open(recipe: &'r Recipe) -> Self {
        Self {
            recipe,
            random: Random::new(recipe.seed),
            customers: Vec::new(),
            profiles: Profiles::default(),
            numbers: HashMap::new(),
            lines: Vec::new(),
        }
    }

    fn sell(&mut self, day: Date) {
        let recipe = self.recipe;
        let per_day = recipe.orders_per_day[(day.year() - FROM.year()) as usize];
        let season = recipe.season[day.month() as usize - 1];
        let weekday = recipe.weekdays[day.weekday().to_monday_zero_offset() as usize];
        for _ in 0..self.random.count(per_day * season * weekday) {
            self.order(day);
        }
    }

    fn order(&mut self, day: Date) {
        let recipe = self.recipe;
        let elapsed = elapsed(day);
        let product =
            self.random.choose(recipe.products.iter().map(|product| between(product.share, elapsed)));
        let user = self.random.choose(recipe.users.iter().map(|(_, share)| *share));
        let is_known = recipe.users[user].0 == "Returning" && !self.customers.is_empty();
        let customer = if is_known {
            self.random.below(self.customers.len())
        } else {
            let shopper =
                recipe.shoppers.as_ref().map_or(Shopper::default(), |shoppers| self.shopper(shoppers));
            self.customers.push(shopper);
            self.customers.len() - 1
        };
        let amount = self.basket(&recipe.products[product], elapsed);
        let shopper = self.customers[customer];
        let profile = self.profile(product, user, shopper);
        self.lines.push(Line {
            order: self.lines.len() as i64 + 1,
            order_day: Day::of(day),
            day: Day::of(day),
            amount,
            customer: Some(customer as u32),
            profile,
        });
    }

    fn shopper(&mut self, shoppers: &Shoppers) -> Shopper {
        let mut choose = |parts: &[(&str, f64)]| self.random.choose(parts.iter().map(|(_, share)| *share));
        Shopper { age: choose(shoppers.ages), gender: choose(shoppers.genders), card: choose(shoppers.cards) }
    }

    /// An amount in whole cents, from 0.4 to 1.6 of the average, those near it more often.
    fn basket(&mut self, product: &Product, elapsed: f64) -> i64 {
        let spread = 0.4 + 0.6 * (self.random.unit() + self.random.unit());
        let cents = (between(product.basket, elapsed) * spread * 100.0).round() as i64;
        cents * (Amount::SCALE / 100)
    }

    fn profile(&mut self, product: usize, user: usize, shopper: Shopper) -> u32 {
        let recipe = self.recipe;
        if let Some(number) = self.numbers.get(&(product, user, shopper)) {
            return *number;
        }
        let mut profile = Profile::from([
            (Dimension::ProductType, recipe.products[product].name.to_owned()),
            (Dimension::UserType, recipe.users[user].0.to_owned()),
        ]);
        if let Some(shoppers) = &recipe.shoppers {
            profile.extend([
                (Dimension::AgeBand, shoppers.ages[shopper.age].0.to_owned()),
                (Dimension::Gender, shoppers.genders[shopper.gender].0.to_owned()),
                (Dimension::CardType, shoppers.cards[shopper.card].0.to_owned()),
            ]);
        }
        let number = self.profiles.number(profile);
        self.numbers.insert((product, user, shopper), number);
        number
    }
}

/// How much of the demo data's span has passed by a day, 0 to 1.
fn elapsed(day: Date) -> f64 {
    let days = |to: Date| FROM.until(to).map_or(0, |span| span.get_days());
    f64::from(days(day)) / f64::from(days(AS_OF))
}

fn between([start, end]: [f64; 2], elapsed: f64) -> f64 {
    start + (end - start) * elapsed
}
