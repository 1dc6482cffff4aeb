//! Days, months and periods.

use super::Format;
use crate::domain::{Month, Period};
use jiff::civil::Date;

impl Format {
    /// A month: `June 2025`.
    pub fn month(&self, month: Month) -> String {
        format!("{} {}", self.month_name(month), month.year())
    }

    /// A month's name: `June`.
    pub fn month_name(&self, month: Month) -> &'static str {
        name(&self.language().months, month)
    }

    /// A month's short name, standing alone: `Jun`.
    pub fn month_short(&self, month: Month) -> &'static str {
        name(&self.language().months_alone, month)
    }

    /// A month in short with its year: `Jun 25`.
    pub fn month_in_year(&self, month: Month) -> String {
        format!("{} {:02}", name(&self.language().months_in_date, month), month.year().rem_euclid(100))
    }

    /// A month in short with its whole year: `Jun 2025`.
    pub fn month_abbreviated(&self, month: Month) -> String {
        format!("{} {}", name(&self.language().months_in_date, month), month.year())
    }

    /// A day: `17 June 2025`.
    pub fn day(&self, day: Date) -> String {
        format!("{} {}", self.day_of_month(day), day.year())
    }

    /// A day without its year: `17 Jun`.
    pub fn day_short(&self, day: Date) -> String {
        format!("{} {}", self.day_number(day), name(&self.language().months_in_date, Month::of(day)))
    }

    /// What begins on a day: `from 17 Jun`.
    pub fn from_day(&self, day: Date) -> String {
        (self.language().from_day)(&self.day_short(day))
    }

    /// What ends on a day: `to 17 Jun`.
    pub fn to_day(&self, day: Date) -> String {
        (self.language().to_day)(&self.day_short(day))
    }

    /// Days of one month: `3–17 Jun`.
    pub fn days_short(&self, first: Date, last: Date) -> String {
        format!("{}\u{2013}{}", self.day_number(first), self.day_short(last))
    }

    /// A period by the shortest exact name: `2024`, `Q2 2025`, `June 2025`, `January to May 2025`,
    /// `January 2023 to June 2025`, `1 May to 17 June 2025`, `1 June 2025`.
    pub fn period(&self, period: &Period) -> String {
        let language = self.language();
        let (first, last) = (Month::of(period.from()), Month::of(period.to()));
        let whole = period.covers(first) && period.covers(last);
        let span = last.since(first) + 1;
        match (whole, span) {
            _ if period.from() == period.to() => self.day(period.from()),
            (true, 12) if first.number() == 1 => first.year().to_string(),
            (true, 3) if first.number() % 3 == 1 => {
                format!("{}{} {}", language.quarter, first.number() / 3 + 1, first.year())
            }
            (true, 1) => self.month(first),
            (true, _) if first.year() == last.year() => {
                (language.months_from_to)(self.month_name(first), &self.month(last))
            }
            (true, _) => (language.months_from_to)(&self.month(first), &self.month(last)),
            (false, _) if first.year() == last.year() => {
                (language.days_from_to)(&self.day_of_month(period.from()), &self.day(period.to()))
            }
            (false, _) => (language.days_from_to)(&self.day(period.from()), &self.day(period.to())),
        }
    }

    /// `17 June`.
    fn day_of_month(&self, day: Date) -> String {
        format!("{} {}", self.day_number(day), self.month_name(Month::of(day)))
    }

    fn day_number(&self, day: Date) -> String {
        (self.language().day)(day.day())
    }
}

fn name(names: &[&'static str; 12], month: Month) -> &'static str {
    names[month.number() as usize - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::parse_date, format::Locale};

    /// What a print of every locale, in the order of `Locale::ALL`, must be.
    fn check(print: impl Fn(&Format) -> String, want: [&str; 4]) {
        let printed = Locale::ALL.map(|locale| print(&Format::new(locale, None)));
        assert_eq!(printed.each_ref().map(String::as_str), want);
    }

    fn date(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    #[test]
    fn months_have_a_name_and_two_short_ones() {
        let month = |text: &str| -> Month { text.parse().unwrap() };
        let june = month("2026-06");
        check(|f| f.month(june), ["June 2026", "giugno 2026", "juin 2026", "Juni 2026"]);
        check(|f| f.month_short(june).into(), ["Jun", "giu", "juin", "Jun"]);
        check(|f| f.month_abbreviated(june), ["Jun 2026", "giu 2026", "juin 2026", "Juni 2026"]);
        check(|f| f.month_in_year(june), ["Jun 26", "giu 26", "juin 26", "Juni 26"]);
        check(|f| f.month_in_year(month("2026-11")), ["Nov 26", "nov 26", "nov. 26", "Nov. 26"]);
        check(|f| f.month_in_year(month("2009-03")), ["Mar 09", "mar 09", "mars 09", "März 09"]);
        let all = |f: &Format| {
            let short = (1..=12).map(|n| f.month_short(Month::new(2026, n).unwrap()));
            short.collect::<Vec<_>>().join(" ")
        };
        check(
            all,
            [
                "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
                "gen feb mar apr mag giu lug ago set ott nov dic",
                "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
                "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
            ],
        );
    }

    #[test]
    fn days_stand_before_their_month() {
        let (first, eighth, last) = (date("2025-06-01"), date("2025-06-08"), date("2025-06-17"));
        check(|f| f.day(last), ["17 June 2025", "17 giugno 2025", "17 juin 2025", "17. Juni 2025"]);
        check(|f| f.day(first), ["1 June 2025", "1º giugno 2025", "1er juin 2025", "1. Juni 2025"]);
        check(|f| f.day_short(last), ["17 Jun", "17 giu", "17 juin", "17. Juni"]);
        check(|f| f.to_day(last), ["to 17 Jun", "al 17 giu", "au 17 juin", "bis 17. Juni"]);
        check(|f| f.from_day(last), ["from 17 Jun", "dal 17 giu", "dès le 17 juin", "ab 17. Juni"]);
        check(|f| f.to_day(eighth), ["to 8 Jun", "all’8 giu", "au 8 juin", "bis 8. Juni"]);
        check(|f| f.days_short(eighth, last), ["8–17 Jun", "8–17 giu", "8–17 juin", "8.–17. Juni"]);
    }

    #[test]
    fn periods_take_their_shortest_exact_name() {
        let period = |from: &str, to: &str, want| {
            let period = Period::new(date(from), date(to)).unwrap();
            check(|f| f.period(&period), want);
        };
        period("2024-01-01", "2024-12-31", ["2024"; 4]);
        period("2025-04-01", "2025-06-30", ["Q2 2025", "T2 2025", "T2 2025", "Q2 2025"]);
        period("2025-06-01", "2025-06-30", ["June 2025", "giugno 2025", "juin 2025", "Juni 2025"]);
        period(
            "2025-06-01",
            "2025-06-01",
            ["1 June 2025", "1º giugno 2025", "1er juin 2025", "1. Juni 2025"],
        );
        period(
            "2025-05-01",
            "2025-07-31",
            ["May to July 2025", "da maggio a luglio 2025", "de mai à juillet 2025", "Mai bis Juli 2025"],
        );
        period(
            "2025-02-01",
            "2025-04-30",
            [
                "February to April 2025",
                "da febbraio ad aprile 2025",
                "de février à avril 2025",
                "Februar bis April 2025",
            ],
        );
        period(
            "2023-01-01",
            "2025-06-30",
            [
                "January 2023 to June 2025",
                "da gennaio 2023 a giugno 2025",
                "de janvier 2023 à juin 2025",
                "Januar 2023 bis Juni 2025",
            ],
        );
        for (from, want) in [("2024-04-01", "d’avril"), ("2024-08-01", "d’août"), ("2024-10-01", "d’octobre")]
        {
            let period = Period::new(date(from), date("2025-06-30")).unwrap();
            assert_eq!(Format::new(Locale::FrFr, None).period(&period), format!("{want} 2024 à juin 2025"));
        }
        period(
            "2025-05-03",
            "2025-06-17",
            [
                "3 May to 17 June 2025",
                "dal 3 maggio al 17 giugno 2025",
                "du 3 mai au 17 juin 2025",
                "3. Mai bis 17. Juni 2025",
            ],
        );
        period(
            "2024-12-08",
            "2025-01-11",
            [
                "8 December 2024 to 11 January 2025",
                "dall’8 dicembre 2024 all’11 gennaio 2025",
                "du 8 décembre 2024 au 11 janvier 2025",
                "8. Dezember 2024 bis 11. Januar 2025",
            ],
        );
        period(
            "2025-01-01",
            "2025-02-18",
            [
                "1 January to 18 February 2025",
                "dal 1º gennaio al 18 febbraio 2025",
                "du 1er janvier au 18 février 2025",
                "1. Januar bis 18. Februar 2025",
            ],
        );
    }
}
