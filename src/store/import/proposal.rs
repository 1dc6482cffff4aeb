//! What the names of a header suggest: which column is which field, where nobody said.

use super::fields::Field;
use crate::domain::Dimension;

/// Names by which columns are recognised: lower case, without accents, blanks and punctuation. In English, Italian, French,
/// German and Spanish; the first of a target that the header has is taken.
const KNOWN_NAMES: [(Field, &[&str]); 15] = [
    (
        Field::OrderId,
        &[
            "orderid",
            "ordernumber",
            "orderno",
            "ordernr",
            "order",
            "orderreference",
            "orderref",
            "ordertoken",
            "transactionid",
            "invoiceno",
            "invoice",
            "idordine",
            "numeroordine",
            "ordine",
            "numerocommande",
            "idcommande",
            "commande",
            "bestellnummer",
            "bestellung",
            "auftragsnummer",
            "numeropedido",
            "idpedido",
            "pedido",
        ],
    ),
    (
        Field::Date,
        &[
            "date",
            "orderdate",
            "createdat",
            "orderedat",
            "transactiondate",
            "invoicedate",
            "capturedate",
            "day",
            "datetime",
            "timestamp",
            "data",
            "dataordine",
            "datecommande",
            "datum",
            "bestelldatum",
            "fecha",
            "fechapedido",
        ],
    ),
    (
        Field::Amount,
        &[
            "amount",
            "orderamount",
            "totalamount",
            "total",
            "grosssales",
            "sales",
            "linetotal",
            "ordervalue",
            "value",
            "gmv",
            "importo",
            "totale",
            "importototale",
            "montant",
            "montanttotal",
            "betrag",
            "gesamtbetrag",
            "summe",
            "umsatz",
            "importe",
            "monto",
        ],
    ),
    (
        Field::UnitPrice,
        &[
            "unitprice",
            "price",
            "prezzo",
            "prezzounitario",
            "prix",
            "prixunitaire",
            "preis",
            "einzelpreis",
            "precio",
            "preciounitario",
        ],
    ),
    (Field::Quantity, &["quantity", "qty", "quantita", "quantite", "menge", "anzahl", "cantidad"]),
    (
        Field::Merchant,
        &[
            "merchant",
            "merchantid",
            "merchantname",
            "merchanttoken",
            "esercente",
            "commercant",
            "marchand",
            "haendler",
            "handler",
            "comercio",
        ],
    ),
    (
        Field::CustomerId,
        &[
            "customerid",
            "customer",
            "userid",
            "user",
            "shopperid",
            "consumerid",
            "clientid",
            "idcliente",
            "cliente",
            "codicecliente",
            "idclient",
            "client",
            "kundennummer",
            "kunde",
            "kundenid",
        ],
    ),
    (
        Field::Attribute(Dimension::ProductType),
        &[
            "producttype",
            "product",
            "paymentproduct",
            "productcategory",
            "prodotto",
            "tipoprodotto",
            "produit",
            "typeproduit",
            "produkt",
            "produkttyp",
            "producto",
        ],
    ),
    (
        Field::Attribute(Dimension::UserType),
        &["usertype", "customertype", "shoppertype", "tipoutente", "tipocliente", "typeclient", "kundentyp"],
    ),
    (
        Field::Attribute(Dimension::AgeBand),
        &[
            "ageband",
            "agegroup",
            "agerange",
            "fasciaeta",
            "fasciadeta",
            "trancheage",
            "altersgruppe",
            "grupoedad",
        ],
    ),
    (
        Field::Attribute(Dimension::Gender),
        &["gender", "sex", "genere", "sesso", "genre", "sexe", "geschlecht", "genero", "sexo"],
    ),
    (
        Field::Attribute(Dimension::CardType),
        &["cardtype", "cardkind", "tipocarta", "typecarte", "kartentyp", "kartenart", "tipotarjeta"],
    ),
    (
        Field::Attribute(Dimension::Country),
        &["country", "countrycode", "paese", "nazione", "pays", "land", "pais"],
    ),
    (
        Field::Attribute(Dimension::Store),
        &["store", "storeid", "storename", "shop", "outlet", "negozio", "magasin", "filiale", "tienda"],
    ),
    (
        Field::Attribute(Dimension::Channel),
        &["channel", "saleschannel", "canale", "canal", "kanal", "vertriebskanal"],
    ),
];

/// Adds what the names of columns not yet taken suggest.
pub(super) fn propose(header: &[String], has_merchant: bool, found: &mut Vec<(usize, Field)>) {
    let plain: Vec<String> = header
        .iter()
        .map(|name| {
            let ascii = deunicode::deunicode(name).to_lowercase();
            ascii.chars().filter(char::is_ascii_alphanumeric).collect()
        })
        .collect();
    for (field, names) in &KNOWN_NAMES {
        let has = |field: &Field, found: &[(usize, Field)]| found.iter().any(|(_, mapped)| mapped == field);
        let replaced = match field {
            Field::Merchant => has_merchant,
            // An amount makes them superfluous.
            Field::UnitPrice | Field::Quantity => has(&Field::Amount, found),
            Field::Amount => has(&Field::UnitPrice, found),
            _ => false,
        };
        if replaced || has(field, found) {
            continue;
        }
        let is_free = |position: &usize| found.iter().all(|(taken, _)| taken != position);
        let column =
            names.iter().find_map(|name| plain.iter().position(|plain| plain == name).filter(is_free));
        found.extend(column.map(|column| (column, field.clone())));
    }
    settle_price(found);
}

/// A price without a quantity is the line's amount; a quantity without a price says nothing.
fn settle_price(found: &mut Vec<(usize, Field)>) {
    let has = |field: &Field| found.iter().any(|(_, mapped)| mapped == field);
    let (has_price, has_quantity) = (has(&Field::UnitPrice), has(&Field::Quantity));
    if has_price && !has_quantity {
        found
            .iter_mut()
            .filter(|(_, field)| *field == Field::UnitPrice)
            .for_each(|(_, field)| *field = Field::Amount);
    } else if has_quantity && !has_price {
        found.retain(|(_, field)| *field != Field::Quantity);
    }
}
