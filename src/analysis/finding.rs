//! Facts as the run report lists them: each with its formula and the cells it was computed from.

use super::{Facts, Study, breakdown::Breakdown, level::Level, mix::Mix, span::Span};
use crate::{
    dataset::Dataset,
    domain::{Metric, Month, Unit},
    template::Section,
};
use std::fmt::Write;

/// One fact, as `run.json` holds it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finding {
    /// Section, kind and segment; unique in a run.
    pub id: String,
    /// The requests whose answers it was computed from.
    pub requests: Vec<String>,
    /// What sort of fact it is: `level`, `change`, `effect`, `peak`, `low`, `trend`, `gap`, `share`, `shift`, `ratio`.
    pub kind: &'static str,
    /// The metric's name.
    pub metric: String,
    /// The part, or the effect, it speaks of.
    pub segment: Option<String>,
    /// The days it speaks of.
    pub period: Option<String>,
    /// The days it is compared with.
    pub baseline: Option<String>,
    /// The number.
    pub value: f64,
    /// `money`, `count`, `percent`, `points` or `ratio`.
    pub unit: &'static str,
    /// The difference from the baseline.
    pub delta: Option<f64>,
    /// Not computed: monthly totals hold no variance to test with.
    pub p: Option<f64>,
    /// How much it matters, 0 to 1: the size of the change or share, required sections first.
    pub score: f64,
    /// How it was computed.
    pub formula: String,
    /// From which cells.
    pub inputs: Vec<Input>,
}

/// Cells of one series.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Input {
    /// The request.
    pub request: String,
    /// The series, by its name in the section's data file.
    pub series: String,
    /// Positions in the index.
    pub index: Vec<usize>,
}

/// Collects the findings of one section.
struct Maker<'a> {
    section: &'a Section,
    dataset: &'a Dataset,
    mix_source: Option<(&'a Section, &'a Dataset)>,
    findings: Vec<Finding>,
}

/// Every finding of a section. `mix_source` is what its mix and rate effects, if it has any, were computed from.
pub(super) fn of_section(
    section: &Section,
    dataset: &Dataset,
    facts: &Facts,
    study: &Study,
    mix_source: Option<(&Section, &Dataset)>,
) -> Vec<Finding> {
    let mut maker = Maker { section, dataset, mix_source, findings: Vec::new() };
    match facts {
        Facts::Level(level) => maker.level(level, study),
        Facts::Mix(mix) => maker.mix(mix),
        Facts::Breakdown(parts) => maker.breakdown(parts, study),
        Facts::Profile(profile) => {
            for (at, (part, value)) in dataset.parts().iter().zip(&dataset.series()[0].values).enumerate() {
                let segment = format!("{} {}", part.dimension, part.name);
                let value = value.unwrap_or(0.0);
                let finding =
                    maker.add("share", Some(&segment), value, "percent", value / 100.0, "count / base");
                finding.period = Some(study.period.to_string());
                finding.inputs = vec![input(section, section.value, None, &[at])];
            }
            debug_assert!(!profile.panels.is_empty());
        }
    }
    maker.findings
}

impl Maker<'_> {
    fn add(
        &mut self,
        kind: &'static str,
        segment: Option<&str>,
        value: f64,
        unit: &'static str,
        score: f64,
        formula: &str,
    ) -> &mut Finding {
        let mut id = format!("{}:{kind}", self.section.slug);
        if let Some(segment) = segment {
            // Writing to a string cannot fail.
            write!(id, ":{}", segment.to_lowercase().replace(' ', "-")).unwrap_or_default();
        }
        let required = self.section.presence == crate::template::Presence::Required;
        let weight = if required { 1.0 } else { 0.8 };
        let at = self.findings.len();
        self.findings.push(Finding {
            id,
            requests: vec![self.section.id.clone()],
            kind,
            metric: self.section.value.to_string(),
            segment: segment.map(str::to_owned),
            period: None,
            baseline: None,
            value,
            unit,
            delta: None,
            p: None,
            score: (score.abs().min(1.0) * weight * 1e4).round() / 1e4,
            formula: formula.to_owned(),
            inputs: Vec::new(),
        });
        &mut self.findings[at]
    }

    fn level(&mut self, level: &Level, study: &Study) {
        let (section, metric) = (self.section, level.metric);
        let unit = unit_name(level.unit);
        let formula = if metric == Metric::Aov { "sales / orders" } else { "sum" };
        let span = &level.span;
        if let Some(value) = level.value {
            let inputs = inputs(section, self.dataset, metric, None, &span.shown);
            let finding = self.add("level", None, value, unit, 0.5, formula);
            finding.period = span.covered.map(|period| period.to_string());
            finding.inputs = inputs;
        }
        if let Some(change) = level.change {
            let inputs = compared(section, self.dataset, metric, None, span);
            let size = change.percent.map_or(0.1, |percent| percent / 20.0);
            let finding = self.add("change", None, change.value, unit, size, "value - baseline");
            finding.period = Some(change.period.to_string());
            finding.baseline = Some(change.baseline_period.to_string());
            finding.delta = Some(change.delta);
            finding.inputs = inputs;
        }
        let mut effects = Vec::new();
        if let Some(sales) = level.effects {
            let formula = "midpoint: orders = dO*(A0+A1)/2, basket = dA*(O0+O1)/2";
            effects.extend([("orders", sales.orders, formula), ("basket", sales.basket, formula)]);
        }
        if let Some((_, average)) = &level.average_effects {
            let formula = "midpoint: mix = sum ds*((r0+r1)/2 - (R0+R1)/2), rate = sum dr*(s0+s1)/2, s = share of orders";
            effects.extend([("mix", average.mix, formula), ("rate", average.rate, formula)]);
        }
        for (name, value, formula) in effects {
            let Some(change) = level.change else { continue };
            let by_part = matches!(name, "mix" | "rate");
            let inputs = self.effect_inputs(span, by_part);
            let size = if change.baseline > 0.0 { value / change.baseline * 5.0 } else { 0.0 };
            let finding = self.add("effect", Some(name), value, unit, size, formula);
            finding.period = Some(change.period.to_string());
            finding.baseline = Some(change.baseline_period.to_string());
            finding.inputs = inputs;
            if by_part {
                finding.requests.extend(study.mix_source.clone());
            }
        }
        let history = &level.history;
        for (kind, mark) in [("peak", history.peak), ("low", history.low)] {
            let Some(mark) = mark else { continue };
            let inputs = inputs(section, self.dataset, metric, None, &[mark.at]);
            let formula = if kind == "peak" { "max" } else { "min" };
            let finding =
                self.add(kind, None, mark.value, unit, 0.3, &format!("{formula} of complete months"));
            finding.period = Some(mark.month.to_string());
            finding.inputs = inputs;
        }
        if let Some(year) = history.year {
            let mut months = year.period.months_earlier(12).months();
            months.extend(year.period.months());
            let inputs = inputs(section, self.dataset, metric, None, &positions(self.dataset, &months));
            let finding =
                self.add("trend", None, year.value, unit, year.percent / 20.0, "last 12 complete months");
            finding.period = Some(year.period.to_string());
            finding.baseline = Some(year.period.months_earlier(12).to_string());
            finding.delta = Some(year.value - year.baseline);
            finding.inputs = inputs;
        }
        if !history.gaps.is_empty() {
            let months: Vec<_> = history.gaps.iter().map(ToString::to_string).collect();
            let finding =
                self.add("gap", None, history.gaps.len() as f64, "count", 0.6, "months without a value");
            finding.period = Some(months.join(", "));
        }
    }

    /// Sales and orders over the months compared: by part of the section that told mix from rate, else of the whole.
    fn effect_inputs(&self, span: &Span, by_part: bool) -> Vec<Input> {
        let metrics = [Metric::Sales, Metric::Orders].into_iter();
        let Some((source, parts)) = self.mix_source.filter(|_| by_part) else {
            return metrics
                .flat_map(|metric| compared(self.section, self.dataset, metric, None, span))
                .collect();
        };
        let months = span.baseline.iter().chain(&span.focus).map(|&at| self.dataset.months()[at].month);
        let at = positions(parts, &months.collect::<Vec<_>>());
        metrics.flat_map(|metric| by_parts(source, parts, metric, &at)).collect()
    }

    fn mix(&mut self, mix: &Mix) {
        let section = self.section;
        for part in &mix.parts {
            let total = mix.total.filter(|total| *total > 0.0);
            let score = total.map_or(0.2, |total| part.value / total);
            let own = inputs(section, self.dataset, mix.metric, Some(&part.name), &mix.span.shown);
            let finding =
                self.add("level", Some(&part.name), part.value, unit_name(mix.unit), score * 0.5, "sum");
            finding.period = mix.span.covered.map(|period| period.to_string());
            finding.inputs = own;
            if let Some(share) = part.share {
                let formula = "part / whole, whole per cents by largest remainder";
                let all = by_parts(section, self.dataset, mix.metric, &mix.span.shown);
                let finding =
                    self.add("share", Some(&part.name), f64::from(share), "percent", score, formula);
                finding.period = mix.span.covered.map(|period| period.to_string());
                finding.inputs = all;
            }
            if let (Some(shift), Some(change)) = (part.shift, part.change) {
                let both = compared(section, self.dataset, mix.metric, Some(&part.name), &mix.span);
                let finding = self.add(
                    "shift",
                    Some(&part.name),
                    shift,
                    "points",
                    shift / 10.0,
                    "share - share before",
                );
                finding.period = Some(change.period.to_string());
                finding.baseline = Some(change.baseline_period.to_string());
                finding.delta = Some(shift);
                finding.inputs = both;
            }
        }
    }

    fn breakdown(&mut self, parts: &Breakdown, study: &Study) {
        let section = self.section;
        let at = |name: &str| self.dataset.parts().iter().position(|part| part.name == name);
        let positions: Vec<_> = parts.parts.iter().map(|part| at(&part.name)).collect();
        let ends = [parts.named().first(), parts.named().last()];
        let ends: Vec<usize> = ends.into_iter().flatten().filter_map(|part| at(&part.name)).collect();
        let every: Vec<usize> = positions.iter().copied().flatten().collect();
        for (part, at) in parts.parts.iter().zip(positions) {
            let (kind, value, unit) = match part.share {
                Some(share) => ("share", f64::from(share), "percent"),
                None => ("level", part.value, unit_name(parts.unit)),
            };
            let score = part.share.map_or(0.2, |share| f64::from(share) / 100.0);
            let formula = if parts.metric == Metric::Aov { "sales / orders" } else { "part / whole" };
            let finding = self.add(kind, Some(&part.name), value, unit, score, formula);
            finding.period = Some(study.period.to_string());
            // A share is taken of all parts.
            let cells = if part.share.is_some() { every.clone() } else { at.into_iter().collect() };
            finding.inputs = vec![input(section, section.value, None, &cells)];
        }
        if let Some(ratio) = parts.ratio {
            let finding =
                self.add("ratio", None, ratio, "ratio", (ratio - 1.0) / 2.0, "highest part / lowest part");
            finding.period = Some(study.period.to_string());
            finding.inputs = vec![input(section, section.value, None, &ends)];
        }
    }
}

/// The positions of months in a dataset; months that it does not hold are left out.
fn positions(dataset: &Dataset, months: &[Month]) -> Vec<usize> {
    let at = |month: &Month| dataset.months().iter().position(|entry| entry.month == *month);
    months.iter().filter_map(at).collect()
}

/// The series of every part.
fn by_parts(section: &Section, dataset: &Dataset, metric: Metric, at: &[usize]) -> Vec<Input> {
    let series = dataset.by_part(metric);
    series
        .map(|series| Input { request: section.id.clone(), series: series.name(), index: at.to_vec() })
        .collect()
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money(_) => "money",
        Unit::Count => "count",
        Unit::Percent => "percent",
    }
}

fn input(section: &Section, metric: Metric, part: Option<&str>, at: &[usize]) -> Input {
    let series = part.map_or_else(|| metric.to_string(), |part| format!("{metric}: {part}"));
    Input { request: section.id.clone(), series, index: at.to_vec() }
}

/// The series a value was computed from: sales and orders for an average.
fn inputs(
    section: &Section,
    dataset: &Dataset,
    metric: Metric,
    part: Option<&str>,
    at: &[usize],
) -> Vec<Input> {
    let computed = metric == Metric::Aov && dataset.whole(Metric::Sales).is_some();
    let metrics = if computed { vec![Metric::Sales, Metric::Orders] } else { vec![metric] };
    metrics.into_iter().map(|metric| input(section, metric, part, at)).collect()
}

fn compared(
    section: &Section,
    dataset: &Dataset,
    metric: Metric,
    part: Option<&str>,
    span: &Span,
) -> Vec<Input> {
    let at: Vec<usize> = span.baseline.iter().chain(&span.focus).copied().collect();
    inputs(section, dataset, metric, part, &at)
}
