//! What the metrics mean and which merchants there are: the answers of `list_metrics` and `list_merchants`.

use crate::{domain::Metric, store::MerchantEntry};
use schemars::JsonSchema;
use serde::Serialize;

/// What `list_metrics` gives.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Metrics {
    metrics: Vec<MetricEntry>,
    /// How dates are understood.
    dates: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MetricEntry {
    name: &'static str,
    /// How it is computed.
    definition: &'static str,
    /// `money`, in the currency of the answer, or `count`.
    unit: &'static str,
    /// Whether values of separate periods may be added up.
    additive: bool,
    /// For whom it is meant by default.
    audience: &'static str,
}

/// What `list_merchants` gives.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Merchants {
    merchants: Vec<MerchantItem>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MerchantItem {
    /// What `query_metrics` takes as `merchant`.
    id: String,
    name: String,
    /// ISO 4217 code of its amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Day of its first order line.
    first_day: String,
    /// Day of its last order line.
    last_day: String,
    orders: u64,
    /// Whether it is invented, for demonstration.
    demo: bool,
}

/// Every metric of the contract, in its order.
pub(super) fn metrics() -> Metrics {
    let entry = |metric: Metric| MetricEntry {
        name: metric.as_str(),
        definition: definition(metric),
        unit: if metric.is_money() { "money" } else { "count" },
        additive: metric.is_additive(),
        audience: "client",
    };
    Metrics {
        metrics: Metric::ALL.into_iter().map(entry).collect(),
        dates: "order dates as written in the imported files; no time zone is applied",
    }
}

fn definition(metric: Metric) -> &'static str {
    match metric {
        Metric::Sales => "money of all order lines by order date, refunds subtracted (net of refunds)",
        Metric::Orders => {
            "distinct order ids with a positive line, each counted once on the date of its first line; an order \
             with several product types counts once in each of them"
        }
        Metric::Items => "order lines",
        Metric::Aov => "average order value: sales divided by orders",
        Metric::Users => "distinct customers with an order",
        Metric::NewUsers => "customers whose first order ever lies in the period",
        Metric::RefundAmount => "money of negative order lines, as a positive amount",
        Metric::RefundOrders => "order ids without a positive line",
    }
}

/// The merchants of the embedded data.
pub(super) fn merchants(entries: Vec<MerchantEntry>) -> Merchants {
    let item = |entry: MerchantEntry| MerchantItem {
        id: entry.merchant.to_string(),
        name: entry.merchant.to_string(),
        currency: entry.currency.map(|currency| currency.code().to_owned()),
        first_day: entry.first_day.to_string(),
        last_day: entry.last_day.to_string(),
        orders: entry.orders,
        demo: entry.demo,
    };
    Merchants { merchants: entries.into_iter().map(item).collect() }
}
