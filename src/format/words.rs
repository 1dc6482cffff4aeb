//! Numbers among words: points, times, counts of things, lists.

use super::{Format, number::minus};

/// A countable thing in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// Behind one: `order`.
    pub one: &'static str,
    /// Behind any other number: `orders`.
    pub many: &'static str,
    /// Behind a million, where some languages join it by a word: `di ordini`.
    pub of_millions: &'static str,
}

impl Format {
    /// A change of a share: `2.3 points`, `1.0 point` as `1 point`.
    pub fn points(&self, value: f64) -> String {
        let language = self.language();
        let text = self.ratio(value.abs());
        let text = self.without_zero(&text);
        let printed = (value.abs() * 10.0).round() / 10.0;
        let [one, many] = language.points;
        let noun = if (language.is_singular)(printed) { one } else { many };
        format!("{}{text} {noun}", minus(value, text))
    }

    /// How many times as large: `2.1 times`, `twice` when it prints as two.
    pub fn times(&self, ratio_of: f64) -> String {
        let text = self.ratio(ratio_of);
        match self.without_zero(&text) {
            "2" => self.language().twice.to_owned(),
            number => (self.language().times)(number),
        }
    }

    /// A small count in words, from 13 on in digits: `three`, `13`. In the masculine where the language has genders,
    /// which only tells for none and one.
    pub fn number_word(&self, count: usize) -> String {
        let word = self.language().counts.get(count);
        word.map_or_else(|| self.full_count(count as f64), |word| (*word).to_owned())
    }

    /// How many there are, short: `1 order`, `8,412 orders`, `1.42m orders`.
    pub fn counted(&self, count: f64, noun: &Noun) -> String {
        const MILLION: f64 = 999_500.0;
        let noun = if count.abs() < MILLION { self.form(count, noun) } else { noun.of_millions };
        format!("{} {noun}", self.count(count))
    }

    /// How many there are, in full: `21,350 orders`.
    pub fn full_counted(&self, count: u64, noun: &Noun) -> String {
        format!("{} {}", self.full_count(count as f64), self.form(count as f64, noun))
    }

    /// Names in a sentence: `A`, `A and B`, `A, B and C`.
    pub fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), (self.language().and)(last)),
        }
    }

    fn form(&self, count: f64, noun: &Noun) -> &'static str {
        if (self.language().is_singular)(count.abs().round()) { noun.one } else { noun.many }
    }

    /// A ratio without the fraction that says nothing: `3` for `3.0`.
    fn without_zero<'a>(&self, ratio: &'a str) -> &'a str {
        ratio.strip_suffix('0').and_then(|text| text.strip_suffix(self.language().decimal)).unwrap_or(ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Locale;

    /// What a print of every locale, in the order of `Locale::ALL`, must be.
    fn check(print: impl Fn(&Format) -> String, want: [&str; 4]) {
        let printed = Locale::ALL.map(|locale| print(&Format::new(locale, None)).replace('\u{a0}', "~"));
        assert_eq!(printed.each_ref().map(String::as_str), want);
    }

    #[test]
    fn points_have_the_number_that_their_language_asks_for() {
        check(|f| f.points(-2.3), ["−2.3 points", "−2,3 punti", "−2,3 points", "−2,3 Prozentpunkte"]);
        check(|f| f.points(1.0), ["1 point", "1 punto", "1 point", "1 Prozentpunkt"]);
        check(|f| f.points(1.5), ["1.5 points", "1,5 punti", "1,5 point", "1,5 Prozentpunkte"]);
        check(|f| f.points(0.0), ["0 points", "0 punti", "0 point", "0 Prozentpunkte"]);
        check(|f| f.points(12.3), ["12 points", "12 punti", "12 points", "12 Prozentpunkte"]);
    }

    #[test]
    fn ratios_and_small_counts_read_as_words() {
        check(|f| f.times(2.04), ["twice", "due volte", "deux fois", "doppelt"]);
        check(|f| f.times(1.96), ["twice", "due volte", "deux fois", "doppelt"]);
        check(|f| f.times(3.0), ["3 times", "3 volte", "3 fois", "3-mal"]);
        check(|f| f.times(1.83), ["1.8 times", "1,8 volte", "1,8 fois", "1,8-mal"]);
        check(|f| f.times(20.0), ["20 times", "20 volte", "20 fois", "20-mal"]);
        check(|f| f.number_word(5), ["five", "cinque", "cinq", "fünf"]);
        check(|f| f.number_word(12), ["twelve", "dodici", "douze", "zwölf"]);
        check(|f| f.number_word(13), ["13", "13", "13", "13"]);
    }

    #[test]
    fn counted_things_stand_in_the_singular_the_plural_or_behind_millions() {
        let order = |f: &Format| match f.locale() {
            Locale::EnGb => Noun { one: "order", many: "orders", of_millions: "orders" },
            Locale::ItIt => Noun { one: "ordine", many: "ordini", of_millions: "di ordini" },
            Locale::FrFr => Noun { one: "commande", many: "commandes", of_millions: "de commandes" },
            Locale::DeDe => Noun { one: "Auftrag", many: "Aufträge", of_millions: "Aufträge" },
        };
        let counted = |count| move |f: &Format| f.counted(count, &order(f));
        check(counted(0.0), ["0 orders", "0 ordini", "0 commande", "0 Aufträge"]);
        check(counted(1.0), ["1 order", "1 ordine", "1 commande", "1 Auftrag"]);
        check(counted(1.6), ["2 orders", "2 ordini", "2 commandes", "2 Aufträge"]);
        check(counted(12_345.0), ["12.3k orders", "12,3K ordini", "12,3~k commandes", "12.345 Aufträge"]);
        check(
            counted(2e6),
            ["2.00m orders", "2,00~Mln di ordini", "2,00~M de commandes", "2,00~Mio. Aufträge"],
        );
        check(|f| f.full_counted(1, &order(f)), ["1 order", "1 ordine", "1 commande", "1 Auftrag"]);
        check(
            |f| f.full_counted(123, &order(f)),
            ["123 orders", "123 ordini", "123 commandes", "123 Aufträge"],
        );
    }

    #[test]
    fn lists_join_their_last_two() {
        let list = |count: usize| {
            let names: Vec<String> = ["A", "B", "Eco"][..count].iter().map(ToString::to_string).collect();
            move |f: &Format| f.list(&names)
        };
        check(list(0), [""; 4]);
        check(list(1), ["A"; 4]);
        check(list(2), ["A and B", "A e B", "A et B", "A und B"]);
        check(list(3), ["A, B and Eco", "A, B ed Eco", "A, B et Eco", "A, B und Eco"]);
    }
}
