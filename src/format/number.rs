//! Numbers: money, counts, per cents and the ticks of an axis.

use super::{Format, MINUS};
use crate::domain::Unit;

/// What the numbers of an axis are counted in: ones, thousands, millions or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// How many ones it is.
    pub ones: f64,
    sign: &'static str,
}

impl Format {
    /// Money, short: `€37.50`, `€8,412`, `€72.6k`, `€1.42m`.
    pub fn money(&self, value: f64) -> String {
        let magnitude = value.abs();
        let decimals = self.currency.map_or(2, |currency| currency.decimals());
        let rounds_up = 1000.0 - 0.5 * 0.1_f64.powi(decimals as i32);
        let text =
            if magnitude < rounds_up { self.grouped(magnitude, decimals) } else { self.short(magnitude) };
        format!("{}{}", minus(value, &text), self.priced(&text))
    }

    /// A count, short: `834`, `8,412`, `37.4k`, `1.42m`.
    pub fn count(&self, value: f64) -> String {
        let text = self.short(value.abs());
        format!("{}{text}", minus(value, &text))
    }

    /// A count in full: `21,350`.
    pub fn full_count(&self, value: f64) -> String {
        let text = self.grouped(value.abs(), 0);
        format!("{}{text}", minus(value, &text))
    }

    /// Parts of a hundred: `12%` from ten on, `3.4%` below.
    pub fn percent(&self, value: f64) -> String {
        let text = self.ratio(value.abs());
        format!("{}{text}{}", minus(value, &text), self.language().percent)
    }

    /// A change in parts of a hundred, sign always printed: `+12%`, `−3.4%`.
    pub fn change(&self, value: f64) -> String {
        let text = self.ratio(value.abs());
        let sign = match minus(value, &text) {
            "" if prints_as_zero(&text) => "",
            "" => "+",
            minus => minus,
        };
        format!("{sign}{text}{}", self.language().percent)
    }

    /// A whole share of a hundred: `38%`.
    pub fn share(&self, percent: u32) -> String {
        format!("{percent}{}", self.language().percent)
    }

    /// A share that is above nothing and would print as nothing: `<1%`.
    pub fn least_share(&self) -> String {
        format!("{}{}", self.language().less_than, self.share(1))
    }

    /// What the numbers of an axis are counted in, by the largest of them.
    pub fn size(&self, largest: f64) -> Size {
        let language = self.language();
        let reached = |(ones, _): &&(f64, &str)| largest >= language.short_from && largest >= ones - 0.5;
        let (ones, sign) = language.sizes.iter().rev().find(reached).copied().unwrap_or((1.0, ""));
        Size { ones, sign }
    }

    /// A number on an axis, counted in a size; with its unit, or bare.
    pub fn tick(&self, value: f64, size: Size, decimals: usize, unit: Option<Unit>) -> String {
        let number = self.grouped((value / size.ones).abs(), decimals);
        let sign = minus(value, &number);
        let sized = || format!("{number}{}", size.sign);
        match unit {
            None => format!("{sign}{number}"),
            Some(Unit::Count) => format!("{sign}{}", sized()),
            Some(Unit::Percent) => format!("{sign}{}{}", sized(), self.language().percent),
            Some(Unit::Money(_)) => format!("{sign}{}", self.priced(&sized())),
        }
    }

    /// A printed amount with the currency on its side.
    fn priced(&self, amount: &str) -> String {
        let Some(currency) = self.currency else { return amount.to_owned() };
        let language = self.language();
        let sign = language.signs.iter().find(|(code, _)| *code == currency.code()).map(|(_, sign)| *sign);
        match (language.is_sign_first, sign) {
            (true, Some(sign)) => format!("{sign}{amount}"),
            (true, None) => format!("{}\u{a0}{amount}", currency.code()),
            (false, sign) => format!("{amount}\u{a0}{}", sign.unwrap_or(currency.code())),
        }
    }

    /// `12` from ten on, `3.4` below.
    pub(super) fn ratio(&self, magnitude: f64) -> String {
        self.grouped(magnitude, usize::from(magnitude < 9.95))
    }

    /// Three significant digits and a size from where numbers are printed short; grouped whole numbers below.
    fn short(&self, magnitude: f64) -> String {
        let language = self.language();
        if magnitude < language.short_from {
            return self.grouped(magnitude, 0);
        }
        let fits = |(ones, _): &&(f64, &str)| magnitude / ones < 999.5;
        let Some((ones, sign)) = language.sizes.iter().find(fits).or(language.sizes.last()) else {
            return self.grouped(magnitude, 0);
        };
        let scaled = magnitude / ones;
        let decimals = if scaled < 9.995 { 2 } else { usize::from(scaled < 99.95) };
        format!("{}{sign}", self.grouped(scaled, decimals))
    }

    /// A number that is not negative, its whole digits in groups of three.
    fn grouped(&self, magnitude: f64, decimals: usize) -> String {
        let language = self.language();
        let text = format!("{magnitude:.decimals$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::with_capacity(text.len() + 8);
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && whole.len() >= language.grouped_from && (whole.len() - i).is_multiple_of(3) {
                out.push(language.group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(language.decimal);
            out.push_str(fraction);
        }
        out
    }
}

/// The minus sign, unless the value prints as zero.
pub(super) fn minus(value: f64, printed: &str) -> &'static str {
    if value < 0.0 && !prints_as_zero(printed) { MINUS } else { "" }
}

/// Whether a printed number is zero.
pub fn prints_as_zero(printed: &str) -> bool {
    !printed.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

/// A printed change with its plus, unless it prints as zero.
pub fn with_plus(amount: f64, printed: String) -> String {
    if amount > 0.0 && !prints_as_zero(&printed) { format!("+{printed}") } else { printed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Currency,
        format::Locale::{self, DeDe, EnGb, FrFr, ItIt},
    };

    fn euro(locale: Locale) -> Format {
        Format::new(locale, Some(Currency::EUR))
    }

    /// Spaces that are not plain, made visible: `~` for U+00A0, `_` for U+202F.
    fn seen(text: &str) -> String {
        text.replace('\u{a0}', "~").replace('\u{202f}', "_")
    }

    /// What a print of every locale, in the order of `Locale::ALL`, must be.
    fn check(print: impl Fn(&Format) -> String, want: [&str; 4]) {
        let printed = Locale::ALL.map(|locale| seen(&print(&euro(locale))));
        assert_eq!(printed.each_ref().map(String::as_str), want);
    }

    #[test]
    fn money_has_at_most_three_significant_digits_where_it_is_short() {
        for (value, want) in [
            (37.4976, ["€37.50", "37,50~€", "37,50~€", "37,50~€"]),
            (999.99, ["€999.99", "999,99~€", "999,99~€", "999,99~€"]),
            (999.996, ["€1,000", "1000~€", "1_000~€", "1.000~€"]),
            (8412.4, ["€8,412", "8412~€", "8_412~€", "8.412~€"]),
            (9999.6, ["€10.0k", "10,0K~€", "10,0~k~€", "10.000~€"]),
            (12_345.0, ["€12.3k", "12,3K~€", "12,3~k~€", "12.345~€"]),
            (72_557.9, ["€72.6k", "72,6K~€", "72,6~k~€", "72.558~€"]),
            (817_860.05, ["€818k", "818K~€", "818~k~€", "817.860~€"]),
            (999_600.0, ["€1.00m", "1,00~Mln~€", "1,00~M~€", "999.600~€"]),
            (999_999.5, ["€1.00m", "1,00~Mln~€", "1,00~M~€", "1,00~Mio.~€"]),
            (1_420_310.0, ["€1.42m", "1,42~Mln~€", "1,42~M~€", "1,42~Mio.~€"]),
            (2.5e9, ["€2.50bn", "2,50~Mld~€", "2,50~Md~€", "2,50~Mrd.~€"]),
            (1e12, ["€1,000bn", "1000~Mld~€", "1_000~Md~€", "1.000~Mrd.~€"]),
            (-21_400.0, ["−€21.4k", "−21,4K~€", "−21,4~k~€", "−21.400~€"]),
            (-0.001, ["€0.00", "0,00~€", "0,00~€", "0,00~€"]),
        ] {
            check(|format| format.money(value), want);
        }
    }

    #[test]
    fn every_currency_has_its_sign_on_its_side_and_its_own_decimals() {
        let print = |locale, code: &str, value| seen(&Format::new(locale, code.parse().ok()).money(value));
        for (code, want) in [
            ("GBP", ["£12.50", "12,50~£", "12,50~£GB", "12,50~£"]),
            ("USD", ["$12.50", "12,50~USD", "12,50~$US", "12,50~$"]),
            ("CHF", ["CHF~12.50", "12,50~CHF", "12,50~CHF", "12,50~CHF"]),
            ("HUF", ["HUF~12.50", "12,50~HUF", "12,50~HUF", "12,50~HUF"]),
            ("JPY", ["JPY~13", "13~JPY", "13~JPY", "13~JPY"]),
            ("KWD", ["KWD~12.500", "12,500~KWD", "12,500~KWD", "12,500~KWD"]),
        ] {
            assert_eq!(Locale::ALL.map(|locale| print(locale, code, 12.5001)), want);
        }
        assert_eq!(print(EnGb, "JPY", 999.6), "JPY~1,000");
        assert_eq!(print(ItIt, "JPY", 12_345_678.0), "12,3~Mln~JPY");
        assert_eq!(print(FrFr, "none", 12.5), "12,50");
        assert_eq!(print(DeDe, "none", 1234.6), "1.235");
    }

    #[test]
    fn counts_are_short_or_full() {
        check(|format| format.count(834.0), ["834", "834", "834", "834"]);
        check(|format| format.count(1935.0), ["1,935", "1935", "1_935", "1.935"]);
        check(|format| format.count(21_350.0), ["21.4k", "21,4K", "21,4~k", "21.350"]);
        check(|format| format.count(2.5e9), ["2.50bn", "2,50~Mld", "2,50~Md", "2,50~Mrd."]);
        check(|format| format.full_count(1935.0), ["1,935", "1935", "1_935", "1.935"]);
        check(|format| format.full_count(1_234_568.0), ["1,234,568", "1.234.568", "1_234_568", "1.234.568"]);
        check(|format| format.full_count(-21_350.0), ["−21,350", "−21.350", "−21_350", "−21.350"]);
    }

    #[test]
    fn per_cents_stand_as_far_off_as_their_language_has_them() {
        check(|format| format.percent(12.34), ["12%", "12%", "12~%", "12~%"]);
        check(|format| format.percent(9.96), ["10%", "10%", "10~%", "10~%"]);
        check(|format| format.percent(3.44), ["3.4%", "3,4%", "3,4~%", "3,4~%"]);
        check(|format| format.change(12.4), ["+12%", "+12%", "+12~%", "+12~%"]);
        check(|format| format.change(-3.44), ["−3.4%", "−3,4%", "−3,4~%", "−3,4~%"]);
        check(|format| format.change(0.01), ["0.0%", "0,0%", "0,0~%", "0,0~%"]);
        check(|format| format.change(-0.01), ["0.0%", "0,0%", "0,0~%", "0,0~%"]);
        check(|format| format.share(38), ["38%", "38%", "38~%", "38~%"]);
        check(Format::least_share, ["<1%", "<1%", "<~1~%", "<~1~%"]);
    }

    #[test]
    fn ticks_are_counted_in_the_size_of_the_largest() {
        let money = Some(Unit::Money(Some(Currency::EUR)));
        let tick = |largest: f64, decimals, unit| {
            move |format: &Format| format.tick(largest, format.size(largest.abs()), decimals, unit)
        };
        check(tick(9_999.0, 0, money), ["€9,999", "9999~€", "9_999~€", "9.999~€"]);
        check(tick(150_000.0, 0, money), ["€150k", "150K~€", "150~k~€", "150.000~€"]);
        check(tick(999_999.4, 0, None), ["1,000", "1000", "1_000", "999.999"]);
        check(tick(-1.5e6, 1, money), ["−€1.5m", "−1,5~Mln~€", "−1,5~M~€", "−1,5~Mio.~€"]);
        check(tick(2e9, 1, Some(Unit::Count)), ["2.0bn", "2,0~Mld", "2,0~Md", "2,0~Mrd."]);
        check(tick(7.5, 1, Some(Unit::Percent)), ["7.5%", "7,5%", "7,5~%", "7,5~%"]);
    }
}
