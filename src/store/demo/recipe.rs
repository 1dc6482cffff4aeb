//! What each demo merchant's data tell. Made up, and changed only to tell it better: decks and tests rest on them.

use jiff::civil::{Date, date};

/// How one demo merchant's orders come about.
pub(super) struct Recipe {
    pub(super) name: &'static str,
    pub(super) seed: u64,
    pub(super) from: Date,
    pub(super) to: Date,
    /// Months without any data.
    pub(super) missing: &'static [(i16, i8)],
    /// Orders on an average day of 2023, 2024 and 2025.
    pub(super) orders_per_day: [f64; 3],
    /// How the months differ from an average one.
    pub(super) season: [f64; 12],
    /// How the days of the week differ, Monday first.
    pub(super) weekdays: [f64; 7],
    pub(super) products: &'static [Product],
    /// User types with their shares of the orders. `Returning` ones are customers seen before.
    pub(super) users: &'static [(&'static str, f64)],
    /// `None` where the merchant passes on nothing about its shoppers.
    pub(super) shoppers: Option<Shoppers>,
}

/// A payment product. Shares and baskets move evenly from one value to the other over the data's 30 months.
pub(super) struct Product {
    pub(super) name: &'static str,
    /// The share of the orders on 2023-01-01 and on 2025-06-30.
    pub(super) share: [f64; 2],
    /// The average amount in euros on those days.
    pub(super) basket: [f64; 2],
}

/// Who shops there: values with their shares of the customers.
pub(super) struct Shoppers {
    pub(super) ages: &'static [(&'static str, f64)],
    pub(super) genders: &'static [(&'static str, f64)],
    pub(super) cards: &'static [(&'static str, f64)],
}

/// The day after the last of the demo data, on which they are said to have been made.
pub(super) const AS_OF: Date = date(2025, 7, 1);

/// The first day of the demo data.
pub(super) const FROM: Date = date(2023, 1, 1);

const TO: Date = date(2025, 6, 30);

/// The demo merchants, in the order of [`super::NAMES`].
pub(super) const RECIPES: [Recipe; 4] = [FASHION, TRAVEL, NEW, GAP];

/// Grows by 15 % and 12 %, with a November of twice an average month and a sale in July; Pay in 4 gains on Pay in 3.
const FASHION: Recipe = Recipe {
    name: "demo-fashion",
    seed: 0x0fa5_4104,
    from: FROM,
    to: TO,
    missing: &[],
    orders_per_day: [10.0, 11.5, 12.9],
    season: [0.90, 0.78, 0.86, 0.90, 0.94, 0.90, 1.22, 0.74, 0.90, 0.98, 2.04, 1.34],
    weekdays: [0.96, 0.92, 0.94, 0.98, 1.06, 1.10, 1.04],
    products: &[
        Product { name: "Pay in 3", share: [0.82, 0.66], basket: [92.0, 97.0] },
        Product { name: "Pay in 4", share: [0.18, 0.34], basket: [138.0, 146.0] },
    ],
    users: &[("New", 0.40), ("Returning", 0.43), ("Network", 0.17)],
    shoppers: Some(Shoppers {
        ages: &[
            ("18-24", 0.21),
            ("25-34", 0.34),
            ("35-44", 0.23),
            ("45-54", 0.13),
            ("55-64", 0.06),
            ("65+", 0.03),
        ],
        genders: &[("F", 0.71), ("M", 0.29)],
        cards: &[("debit", 0.55), ("credit", 0.28), ("prepaid", 0.17)],
    }),
};

/// The average basket falls, although that of each product rises: orders move from dear Pay in 4 to Pay in 3.
const TRAVEL: Recipe = Recipe {
    name: "demo-travel",
    seed: 0x07a4_e15d,
    from: FROM,
    to: TO,
    missing: &[],
    orders_per_day: [9.4, 10.0, 10.5],
    season: [0.96, 0.86, 0.90, 0.98, 1.30, 1.50, 1.38, 0.98, 0.82, 0.78, 0.62, 0.92],
    weekdays: [1.08, 1.04, 1.02, 1.00, 0.94, 0.88, 1.04],
    products: &[
        Product { name: "Pay in 3", share: [0.40, 0.68], basket: [260.0, 290.0] },
        Product { name: "Pay in 4", share: [0.60, 0.32], basket: [520.0, 580.0] },
    ],
    users: &[("New", 0.52), ("Returning", 0.22), ("Network", 0.26)],
    shoppers: Some(Shoppers {
        ages: &[
            ("18-24", 0.05),
            ("25-34", 0.16),
            ("35-44", 0.24),
            ("45-54", 0.27),
            ("55-64", 0.19),
            ("65+", 0.09),
        ],
        genders: &[("F", 0.52), ("M", 0.48)],
        cards: &[("debit", 0.24), ("credit", 0.68), ("prepaid", 0.08)],
    }),
};

/// Five weeks of history, young shoppers, three products.
const NEW: Recipe = Recipe {
    name: "demo-new",
    seed: 0x00de_0e05,
    from: date(2025, 5, 27),
    to: TO,
    missing: &[],
    orders_per_day: [0.0, 0.0, 7.1],
    season: [1.0; 12],
    weekdays: [0.90, 0.92, 0.95, 1.00, 1.08, 1.12, 1.03],
    products: &[
        Product { name: "Pay in 3", share: [0.58, 0.58], basket: [74.0, 74.0] },
        Product { name: "Pay in 4", share: [0.27, 0.27], basket: [112.0, 112.0] },
        Product { name: "Pay later", share: [0.15, 0.15], basket: [48.0, 48.0] },
    ],
    users: &[("New", 0.66), ("Returning", 0.09), ("Network", 0.25)],
    shoppers: Some(Shoppers {
        ages: &[("18-24", 0.47), ("25-34", 0.36), ("35-44", 0.11), ("45-54", 0.06)],
        genders: &[("F", 0.56), ("M", 0.44)],
        cards: &[("debit", 0.57), ("credit", 0.15), ("prepaid", 0.28)],
    }),
};

/// Ends within June, lacks two months, passes on nothing about its shoppers, and sells slightly less year by year.
const GAP: Recipe = Recipe {
    name: "demo-gap",
    seed: 0x0067_6170,
    from: FROM,
    to: date(2025, 6, 17),
    missing: &[(2024, 2), (2024, 3)],
    orders_per_day: [11.0, 10.5, 10.0],
    season: [0.98, 0.92, 1.00, 1.02, 1.04, 1.00, 0.96, 0.84, 1.02, 1.04, 1.06, 1.12],
    weekdays: [1.04, 1.02, 1.02, 1.02, 1.04, 1.00, 0.86],
    products: &[
        Product { name: "Pay in 3", share: [0.74, 0.71], basket: [63.0, 64.0] },
        Product { name: "Pay in 4", share: [0.26, 0.29], basket: [101.0, 102.0] },
    ],
    users: &[("New", 0.19), ("Returning", 0.74), ("Network", 0.07)],
    shoppers: None,
};
