//! Which column of a file is what: given as `column=field` pairs, proposed from the header, or both.

use super::{super::error::ImportError, fields::Field, proposal::propose};
use crate::domain::{Dimension, Merchant};

/// How columns are mapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Columns named by the user.
    pairs: Vec<(String, Field)>,
    /// Whether other columns are recognised by their names.
    auto: bool,
}

/// The columns of one file, by position.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) order_id: usize,
    pub(super) date: usize,
    pub(super) amount: AmountFrom,
    pub(super) merchant: MerchantFrom,
    pub(super) customer: Option<usize>,
    pub(super) attributes: Vec<(usize, Dimension)>,
    /// The header.
    pub(super) names: Vec<String>,
}

/// Where a line's money stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum AmountFrom {
    Column(usize),
    PriceTimesQuantity { price: usize, quantity: usize },
}

/// Where a line's merchant stands.
#[derive(Debug, Clone)]
pub(super) enum MerchantFrom {
    Column(usize),
    Option(Merchant),
}

impl Mapping {
    /// Reads `--map` options: each is `auto`, or `column=field` pairs separated by commas.
    ///
    /// # Errors
    /// When a pair has no `=`, names no target, or a target is named twice.
    pub fn parse<S: AsRef<str>>(options: &[S]) -> Result<Self, ImportError> {
        let mut mapping = Self::default();
        for option in options {
            let mut column = String::new();
            for piece in option.as_ref().split(',') {
                if column.is_empty() && piece.trim() == "auto" {
                    mapping.auto = true;
                    continue;
                }
                // A piece without `=` belongs to a column name that has a comma in it.
                column.push_str(piece);
                match column.rsplit_once('=') {
                    Some((name, field)) => {
                        mapping.add(name, field)?;
                        column.clear();
                    }
                    None => column.push(','),
                }
            }
            if !column.is_empty() {
                let piece = column.trim_end_matches(',');
                return Err(ImportError::Usage(format!(
                    "--map `{piece}` is no pair; write column=field, for instance \"Order number=order_id\", or auto"
                )));
            }
        }
        Ok(mapping)
    }

    fn add(&mut self, column: &str, field: &str) -> Result<(), ImportError> {
        let field: Field = field.trim().parse().map_err(|error| {
            ImportError::Usage(format!(
                "{error}; the targets are {} and any other name for a custom column",
                Field::NAMES.join(", ")
            ))
        })?;
        if self.pairs.iter().any(|(_, mapped)| *mapped == field) {
            return Err(ImportError::Usage(format!("--map names `{field}` twice")));
        }
        self.pairs.push((column.trim().to_owned(), field));
        Ok(())
    }

    /// The columns of a header.
    ///
    /// # Errors
    /// When a named column is not there, a required target has no column, or it is not clear whose orders these are.
    pub(super) fn resolve(
        &self,
        header: &[String],
        merchant: Option<&Merchant>,
    ) -> Result<Columns, ImportError> {
        if let Some(merchant) = merchant
            && merchant.is_demo()
        {
            return Err(ImportError::Usage(format!(
                "`{merchant}` begins with demo-, which only the built-in demo merchants may; choose another --merchant"
            )));
        }
        let mut found: Vec<(usize, Field)> = Vec::new();
        for (column, field) in &self.pairs {
            found.push((position(header, column)?, field.clone()));
        }
        if self.auto {
            propose(header, merchant.is_some(), &mut found);
        }
        columns(header, &found, merchant)
    }
}

impl Columns {
    /// Each mapped column with what it was taken for, in file order.
    pub(super) fn chosen(&self) -> Vec<(String, Field)> {
        let mut chosen = vec![(self.order_id, Field::OrderId), (self.date, Field::Date)];
        match self.amount {
            AmountFrom::Column(amount) => chosen.push((amount, Field::Amount)),
            AmountFrom::PriceTimesQuantity { price, quantity } => {
                chosen.extend([(price, Field::UnitPrice), (quantity, Field::Quantity)]);
            }
        }
        if let MerchantFrom::Column(merchant) = self.merchant {
            chosen.push((merchant, Field::Merchant));
        }
        chosen.extend(self.customer.map(|customer| (customer, Field::CustomerId)));
        chosen.extend(
            self.attributes.iter().map(|(column, dimension)| (*column, Field::Attribute(dimension.clone()))),
        );
        chosen.sort();
        chosen.into_iter().map(|(column, field)| (self.names[column].clone(), field)).collect()
    }
}

fn columns(
    header: &[String],
    found: &[(usize, Field)],
    merchant: Option<&Merchant>,
) -> Result<Columns, ImportError> {
    let column = |field: &Field| found.iter().find(|(_, mapped)| mapped == field).map(|(column, _)| *column);
    let amount = match (column(&Field::Amount), column(&Field::UnitPrice), column(&Field::Quantity)) {
        (Some(_), Some(_), _) => {
            return Err(ImportError::Usage(
                "--map names both amount and unit_price; one of them is enough".into(),
            ));
        }
        (Some(amount), None, _) => Some(AmountFrom::Column(amount)),
        (None, Some(price), Some(quantity)) => Some(AmountFrom::PriceTimesQuantity { price, quantity }),
        (None, ..) => None,
    };
    let (Some(order_id), Some(date), Some(amount)) = (column(&Field::OrderId), column(&Field::Date), amount)
    else {
        let is_missing =
            |field: &Field| column(field).is_none() && !(*field == Field::Amount && amount.is_some());
        let missing: Vec<_> =
            [Field::OrderId, Field::Date, Field::Amount].into_iter().filter(is_missing).collect();
        return Err(missing_targets(header, &missing));
    };
    let merchant = match (column(&Field::Merchant), merchant) {
        (Some(_), Some(merchant)) => {
            return Err(ImportError::Usage(format!(
                "--map names a merchant column, and --merchant says `{merchant}`; give one of them"
            )));
        }
        (Some(column), None) => MerchantFrom::Column(column),
        (None, Some(merchant)) => MerchantFrom::Option(merchant.clone()),
        (None, None) => {
            return Err(ImportError::Usage(
                "it is not clear whose orders these are; give --merchant NAME, or map a column to merchant"
                    .into(),
            ));
        }
    };
    let attributes = found.iter().filter_map(|(column, field)| match field {
        Field::Attribute(dimension) => Some((*column, dimension.clone())),
        _ => None,
    });
    Ok(Columns {
        order_id,
        date,
        amount,
        merchant,
        customer: column(&Field::CustomerId),
        attributes: attributes.collect(),
        names: header.to_vec(),
    })
}

fn position(header: &[String], column: &str) -> Result<usize, ImportError> {
    let matching = |is_match: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, name)| is_match(name)).map(|(position, _)| position).collect()
    };
    let mut positions = matching(&|name| name == column);
    if positions.is_empty() {
        positions = matching(&|name| name.to_lowercase() == column.to_lowercase());
    }
    match positions[..] {
        [position] => Ok(position),
        [] => {
            let near = header
                .iter()
                .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &column.to_lowercase()), name))
                .filter(|(likeness, _)| *likeness > 0.75)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map_or(String::new(), |(_, name)| format!("; did you mean `{name}`?"));
            Err(ImportError::Header(format!(
                "the file has no column `{column}`; its columns are {}{near}",
                listed(header)
            )))
        }
        _ => Err(ImportError::Header(format!(
            "the file has the column `{column}` more than once; rename one of them"
        ))),
    }
}

fn missing_targets(header: &[String], missing: &[Field]) -> ImportError {
    let mut proposed = Vec::new();
    propose(header, false, &mut proposed);
    let names: Vec<_> = missing.iter().map(ToString::to_string).collect();
    let mut hints: Vec<String> = proposed
        .iter()
        .filter(|(_, field)| missing.contains(field))
        .map(|(column, field)| format!("\"{}={field}\"", header[*column]))
        .collect();
    // A bare id may count lines as well as orders: it is proposed, never taken.
    let bare_id = header.iter().find(|column| column.eq_ignore_ascii_case("id"));
    if let Some(column) = bare_id.filter(|_| missing.contains(&Field::OrderId)) {
        hints.push(format!("{column}={}", Field::OrderId));
    }
    if hints.is_empty() {
        hints.push(format!("COLUMN={}", names[0]));
    }
    ImportError::Header(format!(
        "no column is mapped to {}; the file's columns are {}. Give --map {}, beside --map auto for the columns \
         that are recognised by name",
        names.join(", "),
        listed(header),
        hints.join(" --map "),
    ))
}

fn listed(header: &[String]) -> String {
    let names: Vec<_> = header.iter().take(40).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn auto(names: &[&str], merchant: Option<&str>) -> Result<String, ImportError> {
        let merchant = merchant.map(|name| Merchant::new(name).unwrap());
        let columns = Mapping::parse(&["auto"]).unwrap().resolve(&header(names), merchant.as_ref())?;
        let chosen: Vec<_> =
            columns.chosen().iter().map(|(column, field)| format!("{column}={field}")).collect();
        Ok(chosen.join(" "))
    }

    #[test]
    fn headers_of_several_languages_are_recognised() {
        let cases = [
            (
                &["Order ID", "Created at", "Amount", "Merchant", "Age band"][..],
                None,
                "Order ID=order_id Created at=date Amount=amount Merchant=merchant Age band=age_band",
            ),
            (
                &["Numero ordine", "Data", "Importo", "Fascia d'età", "note"],
                Some("acme"),
                "Numero ordine=order_id Data=date Importo=amount Fascia d'età=age_band",
            ),
            (
                &["Bestellnummer", "Datum", "Einzelpreis", "Menge"],
                Some("acme"),
                "Bestellnummer=order_id Datum=date Einzelpreis=unit_price Menge=quantity",
            ),
            (&["order", "date", "price", "merchant"], Some("acme"), "order=order_id date=date price=amount"),
        ];
        for (names, merchant, want) in cases {
            assert_eq!(auto(names, merchant).unwrap(), want);
        }
    }

    #[test]
    fn a_missing_target_names_the_columns_and_the_likely_pair() {
        let mapping = Mapping::parse(&["when=date"]).unwrap();
        let merchant = Merchant::new("acme").unwrap();
        let error = mapping.resolve(&header(&["Order No", "when", "Totale"]), Some(&merchant)).unwrap_err();
        let message = error.to_string();
        for part in
            ["order_id, amount", "`Order No`, `when`, `Totale`", "\"Order No=order_id\"", "\"Totale=amount\""]
        {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn pairs_are_read_with_commas_in_names_and_slips_refused() {
        let mapping = Mapping::parse(&["Total, net=amount,id=order_id", "d=date"]).unwrap();
        assert_eq!(mapping.pairs[0], ("Total, net".into(), Field::Amount));
        assert_eq!(mapping.pairs.len(), 3);
        for (option, word) in [
            ("id", "no pair"),
            ("a=ammount", "`amount`"),
            ("a=date,b=date", "twice"),
            ("a=Über", "lower-case"),
        ] {
            let error = Mapping::parse(&[option]).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let error = mapping.resolve(&header(&["id", "d", "Total net"]), None).unwrap_err().to_string();
        assert!(error.contains("did you mean `Total net`?"), "{error}");
    }

    #[test]
    fn it_must_be_clear_whose_orders_they_are() {
        let error = auto(&["order", "date", "amount"], None).unwrap_err().to_string();
        assert!(error.contains("--merchant"), "{error}");
        assert!(auto(&["order", "date", "amount"], Some("demo-mine")).is_err());
    }
}
