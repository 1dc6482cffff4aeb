//! Labels on one line, each joined by a leader to a mark below it.

/// Where labels on one line begin: each over its mark as far as their neighbours, a distance `between` them and the
/// ends of the line allow. `wanted` holds the places of the marks and the widths of the labels, from left to right.
pub(super) fn line_up(wanted: &[(f64, f64)], between: f64, (left, right): (f64, f64)) -> Vec<f64> {
    // Labels that would touch stand side by side as one group, wherever its leaders are shortest.
    let mut groups: Vec<(usize, f64)> = Vec::new();
    let end = |first: usize, start: f64, after: usize| {
        start + wanted[first..after].iter().map(|(_, width)| width + between).sum::<f64>()
    };
    for n in 0..wanted.len() {
        let mut first = n;
        let mut start = best_start(&wanted[n..=n], between, (left, right));
        while let Some(&(before, place)) = groups.last()
            && end(before, place, first) > start
        {
            groups.pop();
            first = before;
            start = best_start(&wanted[first..=n], between, (left, right));
        }
        groups.push((first, start));
    }
    let mut starts = Vec::new();
    for (n, (first, start)) in groups.iter().enumerate() {
        let after = groups.get(n + 1).map_or(wanted.len(), |(next, _)| *next);
        starts.extend((*first..after).map(|label| end(*first, *start, label)));
    }
    starts
}

/// Where a row of labels begins that stand side by side: where their leaders lean least, and then where the labels are
/// most nearly centred over their marks.
fn best_start(wanted: &[(f64, f64)], between: f64, (left, right): (f64, f64)) -> f64 {
    /// A leader starts this far inside its label at least.
    const INSET: f64 = 12.0;
    let mut offset = 0.0;
    let mut labels = Vec::new();
    for (mark, width) in wanted {
        labels.push((*mark, offset, *width));
        offset += width + between;
    }
    let last = right - (offset - between);
    let lean = |start: f64| {
        let lean = |(mark, offset, width): &(f64, f64, f64)| {
            let (from, to) = (start + offset + INSET, start + offset + width - INSET);
            (from - mark).max(mark - to).max(0.0)
        };
        labels.iter().map(lean).sum::<f64>()
    };
    let off_centre = |start: f64| {
        labels.iter().map(|(mark, offset, width)| (start + offset + width / 2.0 - mark).abs()).sum::<f64>()
    };
    let candidates = labels.iter().flat_map(|(mark, offset, width)| {
        [INSET, width / 2.0, width - INSET].map(|along| (mark - along - offset).min(last).max(left))
    });
    let by_lean = |a: &f64, b: &f64| {
        lean(*a).total_cmp(&lean(*b)).then(off_centre(*a).total_cmp(&off_centre(*b))).then(a.total_cmp(b))
    };
    candidates.min_by(by_lean).unwrap_or(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(wanted: &[(f64, f64)]) -> Vec<i32> {
        line_up(wanted, 36.0, (0.0, 1000.0)).into_iter().map(|start| start as i32).collect()
    }

    #[test]
    fn labels_of_a_key_stand_over_their_marks_and_apart() {
        assert_eq!(starts(&[(100.0, 80.0), (500.0, 100.0)]), [60, 450], "room for all");
        assert_eq!(starts(&[(100.0, 80.0), (130.0, 200.0)]), [2, 118], "side by side, with one short leader");
        assert_eq!(starts(&[(5.0, 80.0), (999.0, 60.0)]), [0, 940], "inside the page");
    }
}
