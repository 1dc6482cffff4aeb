//! Columns: a group per month of the year with a column for each of two years, or plainly a column per month.

use super::{
    ChartError, Drawing, alt,
    axes::{self, Category, Margins},
    labels::Taken,
    months::{self, Calendar, Slot},
    page::{Composed, Page},
    parts::pale,
    scale::Scale,
    scene::{Align, Area, BODY, Label, Plot, half_cap},
};
use crate::{dataset::Series, domain::Month, template::Colour};

/// A column in its group.
#[derive(Debug, Clone)]
struct Column {
    index: Option<usize>,
    month: Month,
    value: Option<f64>,
    is_partial: bool,
    /// Of the latest year, or the only one.
    is_current: bool,
    in_focus: bool,
}

/// A group of columns over one category.
#[derive(Debug)]
struct Group {
    category: Category,
    /// `None` where the data do not reach.
    columns: Vec<Option<Column>>,
}

/// Two years side by side, month by month. `latest` is the later one.
///
/// # Errors
/// When there is no value.
pub(super) fn by_year(drawing: &Drawing<'_>, series: &Series, latest: i16) -> Result<Composed, ChartError> {
    let previous = months::slots(drawing, |month, _| month.year() == latest - 1)?;
    let current = months::slots(drawing, |month, _| month.year() == latest)?;
    let of = |slots: &[Slot], number: i8| slots.iter().find(|slot| slot.month.number() == number).cloned();
    // A month that only the comparison months have gets no group.
    let in_history = |slot: &Slot| {
        slot.index.is_some_and(|i| drawing.dataset.months().get(i).is_some_and(|entry| !entry.comparison))
    };
    let numbers: Vec<i8> = (1..=12)
        .filter(|n| [&previous, &current].iter().any(|slots| of(slots, *n).as_ref().is_some_and(in_history)))
        .collect();
    let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
        return Err(ChartError::Empty);
    };
    let groups = (first..=last).map(|number| {
        let pair = [of(&previous, number), of(&current, number)];
        let remark = pair.iter().flatten().find_map(|slot| slot.partial.clone());
        let name = Month::new(latest, number).map_or("", |month| drawing.style.format.month_short(month));
        let columns = [(&pair[0], false), (&pair[1], true)]
            .map(|(slot, is_current)| slot.as_ref().map(|slot| column(slot, series, is_current)))
            .to_vec();
        let category = Category { name: name.to_owned(), remark, rank: 0, ..Category::default() };
        Group { category, columns }
    });
    let keys = [(latest.to_string(), true), ((latest - 1).to_string(), false)];
    compose(drawing, series, &groups.collect::<Vec<_>>(), &keys, "columns-by-year")
}

/// A column for each month of the history.
///
/// # Errors
/// When there is no value.
pub(super) fn plain(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    let slots = months::history(drawing)?;
    let groups = slots.iter().enumerate().map(|(i, slot)| Group {
        category: axes::month(drawing, slot, i == 0),
        columns: vec![Some(column(slot, series, true))],
    });
    compose(drawing, series, &groups.collect::<Vec<_>>(), &[], "columns")
}

fn column(slot: &Slot, series: &Series, is_current: bool) -> Column {
    Column {
        index: slot.index,
        month: slot.month,
        value: slot.value(series),
        is_partial: slot.partial.is_some(),
        is_current,
        in_focus: slot.in_focus,
    }
}

/// Places without a column, side by side: the words stand there once.
struct Gap {
    index: Option<usize>,
    left: f64,
    right: f64,
}

/// The widest column.
const WIDEST: f64 = 110.0;
/// Share of a group that its columns fill.
const FILLED: f64 = 0.82;

fn compose(
    drawing: &Drawing<'_>,
    series: &Series,
    groups: &[Group],
    keys: &[(String, bool)],
    kind: &'static str,
) -> Result<Composed, ChartError> {
    let columns = || groups.iter().flat_map(|group| group.columns.iter().flatten());
    if columns().all(|column| column.value.is_none()) {
        return Err(ChartError::Empty);
    }
    let mut page = Page::new(drawing);
    let colours = page.colours();
    let scale = Scale::from_zero(columns().filter_map(|column| column.value), series.unit);
    let categories: Vec<Category> = groups.iter().map(|group| group.category.clone()).collect();
    let margins = Margins { right: 0.0, has_keys: !keys.is_empty() };
    let mut plot = axes::plot(&page, &scale, &categories, margins);

    let mut x = plot.area.left;
    for (name, is_current) in keys {
        let (mark, text) =
            if *is_current { (colours.accent, colours.accent) } else { (colours.previous, colours.muted) };
        x = axes::key(&mut page, x, name, mark, text);
    }
    let in_focus: Vec<bool> = groups
        .iter()
        .map(|group| group.columns.iter().flatten().any(|column| column.in_focus && column.is_current))
        .collect();
    let has_month = |group: &Group, month| group.columns.iter().flatten().any(|column| column.month == month);
    let place = |month| groups.iter().position(|group| has_month(group, month));
    axes::calendar(&mut page, &plot, &Calendar::new(drawing, in_focus, !keys.is_empty(), place));
    axes::grid(&mut page, &plot, &scale);

    let slot = plot.area.width() / groups.len() as f64;
    let mut drawn: Vec<(Column, Area)> = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    let mut is_gap = false;
    for (g, group) in groups.iter().enumerate() {
        let count = group.columns.len() as f64;
        let width = (FILLED / count).min(WIDEST / slot);
        for (c, column) in group.columns.iter().enumerate() {
            let beside_gap = std::mem::take(&mut is_gap);
            let Some(column) = column else { continue };
            let left = g as f64 + 0.5 + (c as f64 - count / 2.0) * width;
            let Some(value) = column.value else {
                is_gap = true;
                let [left, right] = [left, left + width].map(|x| plot.place((x, 0.0)).0);
                let is_withheld = page.is_withheld(column.index);
                match gaps.last_mut().filter(|gap| beside_gap && page.is_withheld(gap.index) == is_withheld) {
                    Some(gap) => gap.right = right,
                    None => gaps.push(Gap { index: column.index, left, right }),
                }
                continue;
            };
            // A pixel or two of paper between neighbours.
            let (left, right) = (left + 1.0 / slot, left + width - 1.0 / slot);
            plot.rect((left, 0.0), (right, value), fill(&page, column));
            let area = Area::between(plot.place((left, 0.0)), plot.place((right, value)));
            page.taken.add(area);
            page.anchor(column.index, (f64::midpoint(area.left, area.right), plot.place((0.0, value)).1));
            drawn.push((column.clone(), area));
        }
    }
    let empty = Plot { marks: Vec::new(), ..plot.clone() };
    page.scene.plot(plot);
    axes::zero_line(&mut page, &empty, &scale);
    axes::categories(&mut page, &empty, &categories);
    for Gap { index, left, right } in gaps {
        let zero = empty.place((0.0, 0.0)).1;
        no_data(&mut page, index, f64::midpoint(left, right), right - left, zero);
    }
    values(&mut page, &drawn, series);

    let shown: Vec<alt::Point> = columns()
        .filter_map(|column| {
            Some(alt::Point { month: column.month, value: column.value?, is_partial: column.is_partial })
        })
        .collect();
    let words = drawing.style.words();
    let remark = (!keys.is_empty()).then_some(words.alt.one_colour_a_year);
    let alt = alt::monthly(words.marks.columns, remark, drawing, series, &shown);
    Ok(page.finish(kind, alt))
}

fn fill(page: &Page<'_>, column: &Column) -> Colour {
    let colours = page.colours();
    match (column.is_current, column.is_partial) {
        (true, false) => colours.accent,
        (true, true) => colours.partial,
        (false, false) => colours.previous,
        (false, true) => pale(colours.previous),
    }
}

/// The words in the place of a column that has no value: `no data`, or `not shown`.
pub(super) fn no_data(page: &mut Page<'_>, index: Option<usize>, centre: f64, room: f64, zero: f64) {
    let words = page.style.words();
    let is_withheld = page.is_withheld(index);
    let [first, second] = if is_withheld { words.not_shown } else { words.no_data };
    let muted = page.colours().muted;
    let label = |text: &str, up: f64| Label::new(text, centre, zero - up, muted).align(Align::Centre);
    let whole = label(&format!("{first} {second}"), 12.0);
    if whole.width() <= room + 8.0 && page.place([whole]) {
        return;
    }
    // Beside a column of the same group there is room on the outer side only, as there is beside the last of all.
    for shift in [0.0, 8.0, -8.0, 14.0, -14.0, 24.0, -24.0] {
        let (upper, lower) = (label(first, 12.0 + BODY * 1.1), label(second, 12.0));
        let (upper, lower) =
            (upper.at(centre + shift, upper.baseline), lower.at(centre + shift, lower.baseline));
        if page.taken.is_free(&lower.area()) && page.taken.is_free(&upper.area()) {
            page.put(upper);
            page.put(lower);
            return;
        }
    }
    if !is_withheld {
        let least = label(words.no_data_short, 12.0);
        page.place([0.0, 8.0, -8.0, 14.0, -14.0].map(|shift| least.at(centre + shift, least.baseline)));
    }
}

/// Values over the columns of the latest year: all of them when all fit; else the last, the highest, the focus, and
/// what lies below zero. The highest of all is printed whatever its year. Months cut short are neither last nor highest.
fn values(page: &mut Page<'_>, columns: &[(Column, Area)], series: &Series) {
    let by_value = |a: &&Column, b: &&Column| {
        a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0)).then(b.month.cmp(&a.month))
    };
    let complete = || columns.iter().map(|(column, _)| column).filter(|column| !column.is_partial);
    let highest = complete().max_by(by_value).map(|column| column.month);
    let last = complete().filter(|column| column.is_current).map(|column| column.month).max();
    let (current, previous): (Vec<_>, Vec<_>) = columns.iter().partition(|(column, _)| column.is_current);
    let mut trial: Taken = page.taken.clone();
    let centred = |column: &Column, area: &Area| {
        let labels = value_labels(page, column, area, series).into_iter();
        labels.filter(|label| label.align == Align::Centre)
    };
    let all: Option<Vec<Label>> =
        current.iter().map(|(column, area)| trial.first_free(centred(column, area))).collect();
    let mut wanted = current;
    if all.is_none() {
        let is = |month| move |column: &Column| Some(column.month) == month;
        let (is_last, is_highest) = (is(last), is(highest));
        wanted.retain(|(column, _)| {
            is_last(column)
                || is_highest(column)
                || column.in_focus && !column.is_partial
                || column.value.is_some_and(|value| value < 0.0)
        });
        wanted.sort_by_key(|(column, _)| (!is_last(column), !is_highest(column), column.month));
    }
    wanted.extend(previous.into_iter().filter(|(column, _)| Some(column.month) == highest));
    for (column, area) in wanted {
        page.place_value(column.index, value_labels(page, column, area, series));
    }
}

/// The places of a value, the best one first: over a column, under one that hangs, else over the zero line.
fn value_labels(page: &Page<'_>, column: &Column, area: &Area, series: &Series) -> Vec<Label> {
    let value = column.value.unwrap_or(0.0);
    let is_strong = column.is_current && !column.is_partial;
    let colour = if is_strong { page.colours().accent } else { page.colours().muted };
    let (over, under) = (area.top - 13.0, area.bottom + 13.0 + 2.0 * half_cap(BODY));
    let baselines = if value < 0.0 { vec![under, over] } else { vec![over] };
    let text = page.print(value, series.unit);
    let at = |baseline: f64| {
        let label = |x, align| Label::new(&text, x, baseline, colour).bold().align(align);
        let centre = f64::midpoint(area.left, area.right);
        [label(centre, Align::Centre), label(area.left, Align::Left), label(area.right, Align::Right)]
    };
    baselines.into_iter().flat_map(at).collect()
}
