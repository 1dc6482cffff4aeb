//! English.

use super::{Alt, Dimensions, Marks, Metrics, Parts, Spark, Tile, Words};
use crate::format::Noun;

pub(super) static WORDS: Words = Words {
    no_data: ["no", "data"],
    no_data_short: "n/a",
    not_shown: ["not", "shown"],
    in_part: "part",
    several_types_bars: "An order can hold several types: the bars do not add up.",
    several_types_lines: "An order can hold several types: the lines do not add up.",
    more_not_shown: |count| format!("{count} more not shown"),
    base: |people| format!("base {people}"),
    base_not_stated: "base not stated",
    part: "part",
    colon: ": ",
    metrics: Metrics {
        sales: "sales",
        orders: noun("order", "orders"),
        items: noun("item", "items"),
        aov: "average order value",
        users: noun("shopper", "shoppers"),
        new_users: noun("new shopper", "new shoppers"),
        refund_amount: "refunds",
        refund_orders: noun("refunded order", "refunded orders"),
    },
    dimensions: Dimensions {
        day: "day",
        week: "week",
        month: "month",
        quarter: "quarter",
        year: "year",
        weekday: "weekday",
        product_type: "product",
        user_type: "shopper type",
        age_band: "age",
        gender: "gender",
        card_type: "card",
        country: "country",
        store: "store",
        channel: "channel",
    },
    parts: Parts {
        other: "Other",
        not_stated: "Not stated",
        women: "Women",
        men: "Men",
        new: "New",
        returning: "Returning",
        network: "Network",
    },
    marks: Marks {
        columns: "Columns",
        stacked_columns: "Stacked columns",
        line: "Line",
        lines: "Lines",
        bars: "Bars",
        ring: "Ring",
    },
    spark: Spark { last: "last", unfinished: "not finished", highest: "highest", lowest: "lowest" },
    tile: Tile { against: "vs", no_comparison_with: "no comparison with" },
    alt: Alt {
        monthly: |mark, metric| format!("{mark} of monthly {metric}"),
        by: |mark, metric, dimension| format!("{mark} of {metric} by {dimension}"),
        shares: |people| format!("Shares of {people}"),
        one_colour_a_year: "one colour a year",
        one_line_a_year: "one a year",
        split: |list| format!("split into {list}"),
        at: |[month, value]| format!("{month} with {value}"),
        extremes: |[high, most], [low, least]| {
            format!("Highest {high} with {most}, lowest {low} with {least}")
        },
        highest: |name, [month, value]| format!("{name} highest {month} with {value}"),
        bridge: |metric, [from, to], change| format!("Bridge of {metric} from {from} to {to}, {change}"),
        opening: ": ",
        item: |name, value| format!("{name} {value}"),
        between: ", ",
        and_more: |count| format!(", and {count} more"),
        total: |total| format!("Total {total}"),
        several_types: "An order can hold several types.",
        all: |metric, part| format!("{metric}, all {part}"),
    },
};

const fn noun(one: &'static str, many: &'static str) -> Noun {
    Noun { one, many, of_millions: many }
}
