//! Numbers written as text, read a column at a time: what a separator means is decided by the whole column, or not at all.

use super::{Verdict, notes::Notes, verdict::excerpt};
use serde_json::{Number, Value};

/// A plain decimal, as JSON or SQL prints it.
pub(super) fn plain(text: &str) -> Option<Number> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !is_plain {
        return None;
    }
    let whole = text.parse::<i64>().ok().map(Number::from);
    let whole = whole.or_else(|| text.parse::<u64>().ok().map(Number::from));
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64))
}

/// What a column of numbers said besides its numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Every number was written with a per cent sign.
    pub(super) percent: bool,
    /// The currency code or sign beside the amounts.
    pub(super) currency: Option<String>,
}

/// How a column writes thousands and decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `1,234.5`
    Point,
    /// `1.234,5`
    Comma,
}

/// Codes of currencies that stand beside amounts. `MLN` or `PCS` is none, and a number beside it is another number.
const CURRENCIES: &str = "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KRW \
                          KWD MAD MXN MYR NOK NZD PEN PHP PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR";

/// Reads the cells of a column of numbers in place: null, a number, or a number as text. Texts that say that there is
/// none become null. `by_machine` tells that the column's type is stated, so that its points are decimal points.
///
/// # Errors
/// Names the first row that holds no number, or the first number that could mean two.
pub(super) fn column(
    name: &str,
    cells: &mut [&mut Value],
    by_machine: bool,
    notes: &mut Notes,
) -> Result<Written, Verdict> {
    let mut written = Written::default();
    let mut texts: Vec<(usize, Text)> = Vec::new();
    for (i, cell) in cells.iter_mut().enumerate() {
        match cell {
            Value::Null | Value::Number(_) => {}
            Value::String(text) if is_missing(text) => **cell = Value::Null,
            Value::String(text) => texts.push((i, Text::of(text).ok_or_else(|| wrong(name, i, cell))?)),
            _ => return Err(wrong(name, i, cell)),
        }
    }
    if texts.is_empty() {
        return Ok(written);
    }
    let mut styles: Vec<Style> = texts.iter().filter_map(|(_, text)| text.style()).collect();
    styles.dedup();
    if styles.contains(&Style::Point) && styles.contains(&Style::Comma) {
        let message =
            format!("column `{name}` writes some numbers with a decimal point and some with a decimal comma");
        return Err(Verdict::invalid(message));
    }
    let style = styles.first().copied();
    let mut separated = false;
    let mut signs: Vec<String> = Vec::new();
    let (mut with_percent, count) = (0, texts.len());
    for (i, text) in texts {
        if style.is_none() && (text.number.contains(',') || text.number.contains('.') && !by_machine) {
            let message = format!(
                "column `{name}`: `{}` is a thousand and more in one country and one and a little in another; write \
                 numbers without separators",
                text.number
            );
            return Err(Verdict::invalid(message));
        }
        let digits = text.digits(style.unwrap_or(Style::Point));
        separated |= digits != text.number;
        let number = plain(&digits).ok_or_else(|| wrong(name, i, cells[i]))?;
        with_percent += usize::from(text.percent);
        signs.extend(text.currency);
        *cells[i] = Value::Number(number);
    }
    notes.repair(format!("`{}` held numbers as text", excerpt(name)));
    if separated {
        let point = if style == Some(Style::Comma) { "a decimal comma" } else { "thousands separators" };
        notes.repair(format!("`{}` was written with {point}", excerpt(name)));
    }
    if with_percent > 0 && with_percent < count {
        return Err(Verdict::invalid(format!(
            "column `{name}` writes some numbers with a per cent sign and some without"
        )));
    }
    written.percent = with_percent > 0;
    signs.sort_unstable();
    signs.dedup();
    written.currency = match &mut signs[..] {
        [] => None,
        [sign] => Some(std::mem::take(sign)),
        _ => {
            return Err(Verdict::invalid(format!(
                "column `{name}` holds several currencies: {}",
                signs.join(", ")
            )));
        }
    };
    Ok(written)
}

fn wrong(name: &str, row: usize, cell: &Value) -> Verdict {
    let (name, cell) = (excerpt(name), excerpt(&cell.to_string()));
    Verdict::invalid(format!("row {}, column `{name}`: {cell} is not a number", row + 1))
}

fn is_missing(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    matches!(text.as_str(), "" | "null" | "none" | "nan" | "n/a" | "na" | "-" | "–" | "—" | "<na>" | "\\n")
}

/// A number as text, without what stands around it.
struct Text {
    /// Sign, digits, points and commas.
    number: String,
    percent: bool,
    currency: Option<String>,
}

impl Text {
    fn of(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let percent = rest.strip_suffix('%').map(str::trim_end);
        rest = percent.unwrap_or(rest);
        let mut currency = None;
        for (sign, code) in [("€", "EUR"), ("£", "GBP"), ("$", "USD")] {
            let without = rest.strip_prefix(sign).or_else(|| rest.strip_suffix(sign));
            if let Some(without) = without {
                (rest, currency) = (without.trim(), Some(code.to_owned()));
            }
        }
        let is_code = |code: &str| code.len() == 3 && CURRENCIES.split(' ').any(|known| known == code);
        if let Some((code, number)) = rest.split_at_checked(3).filter(|(code, _)| is_code(code)) {
            (rest, currency) = (number.trim(), Some(code.to_owned()));
        } else if let Some((number, code)) = rest
            .len()
            .checked_sub(3)
            .and_then(|at| rest.split_at_checked(at))
            .filter(|(_, code)| is_code(code))
        {
            (rest, currency) = (number.trim(), Some(code.to_owned()));
        }
        // Spaces and apostrophes between digits group thousands; they never mean a decimal.
        let is_gap = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' | '_');
        let groups: Vec<&str> = rest.split(is_gap).collect();
        let grouped = groups.iter().skip(1).all(|group| {
            let digits = group.split(['.', ',']).next().unwrap_or_default();
            digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let number = groups.concat().replace('\u{2212}', "-");
        let digits = number.strip_prefix(['-', '+']).unwrap_or(&number);
        let fits = digits.bytes().any(|byte| byte.is_ascii_digit())
            && (digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
                || plain(&number).is_some());
        (grouped && fits).then_some(Self { number, percent: percent.is_some(), currency })
    }

    /// What the number tells of the column's style; `None` where it fits both.
    fn style(&self) -> Option<Style> {
        let digits = self.number.trim_start_matches(['-', '+']);
        let at = digits.rfind(['.', ','])?;
        let sole = if digits[at..].starts_with('.') { Style::Point } else { Style::Comma };
        let other = if sole == Style::Point { Style::Comma } else { Style::Point };
        let count = |sign: char| digits.matches(sign).count();
        match (count('.'), count(',')) {
            (0, 1) | (1, 0) => {
                let groups = digits.len() - at == 4
                    && (1..=3).contains(&at)
                    && !digits.starts_with('0')
                    && digits.bytes().all(|byte| !byte.is_ascii_alphabetic());
                (!groups).then_some(sole)
            }
            // A sign that comes twice groups thousands.
            (0, _) | (_, 0) => Some(other),
            _ => Some(sole),
        }
    }

    /// The number with a decimal point alone, or as it was where its groups are not of three digits.
    fn digits(&self, style: Style) -> String {
        let (group, point) = match style {
            Style::Point => (',', '.'),
            Style::Comma => ('.', ','),
        };
        let (whole, fraction) = match self.number.split_once(point) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (self.number.as_str(), None),
        };
        let groups: Vec<&str> = whole.split(group).collect();
        let first = groups[0].trim_start_matches(['-', '+']).len();
        let proper = groups.len() == 1
            || ((1..=3).contains(&first) && groups[1..].iter().all(|group| group.len() == 3));
        if !proper {
            return self.number.clone();
        }
        groups.concat() + &fraction.map_or_else(String::new, |fraction| format!(".{fraction}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(cells: &[Value]) -> Result<(Value, Written, Vec<String>), Verdict> {
        let (mut cells, mut notes) = (cells.to_vec(), Notes::default());
        let written = column("sales", &mut cells.iter_mut().collect::<Vec<_>>(), false, &mut notes)?;
        Ok((json!(cells), written, notes.repairs))
    }

    fn numbers(cells: &[&str]) -> Option<Value> {
        read(&cells.iter().map(|text| json!(text)).collect::<Vec<_>>()).ok().map(|(cells, ..)| cells)
    }

    #[test]
    fn a_separator_is_read_only_where_the_column_decides_it() {
        for (cells, want) in [
            (&["8190.00", "30", "-1e3", "+2", ""][..], json!([8190.0, 30, -1000.0, 2, null])),
            (&["1,234.50", "1,234"], json!([1234.5, 1234])),
            (&["1.234,50", "1.234", "7"], json!([1234.5, 1234, 7])),
            (&["1,234,567", "2,000"], json!([1_234_567, 2000])),
            (&["12,5", "1,234"], json!([12.5, 1.234])),
            (&["1 234,5", "1\u{202f}000"], json!([1234.5, 1000])),
            (&["1'234.50", "3"], json!([1234.5, 3])),
            (&["1.234", "2.5"], json!([1.234, 2.5])),
            (&["0,123"], json!([0.123])),
            (&["1.234", "1.5"], json!([1.234, 1.5])),
            (&["1.234", "1,5"], json!([1234, 1.5])),
            (&["\u{2212}1.234,50", "\u{a0}2\u{a0}000 "], json!([-1234.5, 2000])),
            (&["9223372036854775807", "NULL"], json!([i64::MAX, null])),
        ] {
            assert_eq!(numbers(cells), Some(want), "{cells:?}");
        }
        for cells in [
            &["1,234"][..],
            &["1,234", "5"],
            &["1.234"],
            &["1.234", "5"],
            &["-8.190", "7.920"],
            &["1,5", "1.5"],
            &["1,5", "12.5e3"],
            &["1,5", "1.5,0", "1,5.0"],
            &["1.2 MLN"],
            &["12 PCS"],
            &["1.2k"],
            &["3M"],
            &["€12k"],
            &["(1,234.50)"],
            &["7 *"],
            &["1,23,456"],
            &["12 34"],
            &["abc"],
            &["1.2.3,4,5"],
            &["--1"],
            &["5%", "6"],
            &["€5", "$6"],
        ] {
            assert_eq!(numbers(cells), None, "{cells:?}");
        }
    }

    #[test]
    fn signs_beside_numbers_tell_the_unit() {
        let unit = |cells: &[Value]| read(cells).unwrap().1;
        assert!(unit(&[json!("39 %"), json!("61%")]).percent);
        assert_eq!(
            unit(&[json!("€1,234.50"), json!("7 €"), json!("EUR 7")]).currency.as_deref(),
            Some("EUR")
        );
        let repairs = read(&[json!("1,234.50"), json!(3)]).unwrap().2;
        assert_eq!(
            repairs,
            ["`sales` held numbers as text", "`sales` was written with thousands separators"]
        );
    }

    #[test]
    fn what_is_no_number_is_named_with_its_row() {
        for cell in [json!("abc"), json!("inf"), json!(true), json!([1])] {
            let Err(Verdict::InvalidData(words)) = read(&[json!(1), cell.clone()]) else {
                panic!("{cell} was taken")
            };
            assert!(
                words.starts_with("row 2, column `sales`: ") && words.ends_with("is not a number"),
                "{words}"
            );
        }
    }
}
