//! The embedded data: known answers of a real file, the demo merchants' stories, import, and roll-ups against the naive count.

use flate2::{Compression, write::GzEncoder};
use jiff::civil::{Date, date};
use kamslides::{
    decode::Table,
    domain::{Currency, Dimension, Merchant, Metric},
    store::{ImportError, ImportOptions, ImportReport, Mapping, Query, QueryError, Store, StoreError},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
};

const PIZZA: &[u8] = include_bytes!("../fixtures/pizzaplace.csv.gz");

fn merchant(name: &str) -> Merchant {
    Merchant::new(name).unwrap()
}

/// A query over all time; dimensions and metrics by name, separated by blanks.
fn query(name: &str, metrics: &str, group_by: &str) -> Query {
    Query {
        merchant: merchant(name),
        metrics: metrics.split_whitespace().map(|metric| metric.parse().unwrap()).collect(),
        group_by: group_by.split_whitespace().map(|dimension| dimension.parse().unwrap()).collect(),
        start: date(1970, 1, 1),
        end: date(2100, 12, 31),
        filter: Vec::new(),
        limit: None,
    }
}

fn between(query: Query, start: Date, end: Date) -> Query {
    Query { start, end, ..query }
}

fn only(mut query: Query, dimension: &str, values: &[&str]) -> Query {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    query.filter.push((dimension.parse().unwrap(), values));
    query
}

fn options(map: &[&str]) -> ImportOptions {
    ImportOptions {
        map: Mapping::parse(map).unwrap(),
        merchant: Some(merchant("acme")),
        ..ImportOptions::default()
    }
}

const PLAIN: &[&str] = &["id=order_id,date=date,amount=amount"];

struct Scratch {
    _folder: tempfile::TempDir,
    store: Store,
}

fn scratch() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(&folder.path().join("orders.db")).unwrap();
    Scratch { _folder: folder, store }
}

fn import(store: &mut Store, csv: &str, options: &ImportOptions) -> Result<ImportReport, ImportError> {
    store.import(csv.as_bytes(), options)
}

/// Rows of an answer as text, for short comparisons.
fn rows(table: &Table) -> Vec<String> {
    let cell = |cell: &Value| match cell {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

fn pizza() -> Scratch {
    let mut scratch = scratch();
    let options = ImportOptions {
        map: Mapping::parse(&["id=order_id,date=date,type=product_type", "price=amount,size=size"]).unwrap(),
        merchant: Some(merchant("pizzaplace")),
        currency: Some("USD".parse().unwrap()),
        ..ImportOptions::default()
    };
    let report = scratch.store.import(PIZZA, &options).unwrap();
    assert_eq!(
        (report.rows, report.imported, report.orders, report.rejected_total),
        (49_574, 49_574, 21_350, 0)
    );
    assert_eq!((report.total, report.replaced), (817_860.05, 0));
    assert_eq!(report.merchants, ["pizzaplace"]);
    scratch
}

#[test]
fn pizzaplace_gives_its_known_answers() {
    let store = pizza().store;
    let total = store.query(&query("pizzaplace", "sales orders items", "")).unwrap();
    assert_eq!(total.rows, [[json!(817_860.05), json!(21_350), json!(49_574)]]);

    let months = store.query(&query("pizzaplace", "sales orders aov", "month")).unwrap();
    assert_eq!(months.rows.len(), 12);
    for (month, sales, orders, aov) in [(6, 72_557.90, 1_935, 37.4976), (8, 64_180.05, 1_661, 38.6394)] {
        let row = &months.rows[month];
        assert_eq!(row[0], format!("2015-{:02}", month + 1));
        assert_eq!((row[1].as_f64(), row[2].as_u64()), (Some(sales), Some(orders)));
        assert!((row[3].as_f64().unwrap() - aov).abs() < 0.00005);
    }
    let about = months.about;
    assert_eq!(about.currency.as_deref(), Some("USD"));
    assert_eq!(about.merchant.as_deref(), Some("pizzaplace"));
    assert_eq!(
        (about.data_from.as_deref(), about.complete_through.as_deref()),
        (Some("2015-01-01"), Some("2015-12-31"))
    );
    assert_eq!((about.truncated, about.overlaps), (Some(false), Some(vec![])));
    assert_eq!(about.base.iter().flatten().sum::<u64>(), 21_350);
}

#[test]
fn orders_by_type_overlap() {
    let store = pizza().store;
    let types = store.query(&query("pizzaplace", "orders", "product_type")).unwrap();
    assert_eq!(types.rows.iter().map(|row| row[1].as_u64().unwrap()).sum::<u64>(), 37_421);
    assert_eq!(types.about.overlaps.unwrap(), ["product_type"]);

    // Counted from the lines, it is the same.
    let crossed = store.query(&query("pizzaplace", "orders", "product_type size")).unwrap();
    assert_eq!(crossed.about.overlaps.unwrap(), ["product_type", "size"]);
    let all = ["chicken", "classic", "supreme", "veggie"];
    let filtered = only(query("pizzaplace", "orders", "product_type"), "product_type", &all);
    assert_eq!(store.query(&filtered).unwrap().rows, types.rows);

    // 11,382 orders hold more than one type: an order of one type only is in none of the others.
    let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(PIZZA), &mut text).unwrap();
    for line in text.lines().skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        holders.entry(fields[0].to_owned()).or_default().insert(fields[5].to_owned());
    }
    assert_eq!(holders.values().filter(|types| types.len() > 1).count(), 11_382);
    assert_eq!(holders.values().map(BTreeSet::len).sum::<usize>(), 37_421);
}

#[test]
fn what_pizzaplace_lacks_is_null_with_a_warning() {
    let store = pizza().store;
    let users = store.query(&query("pizzaplace", "users orders", "month user_type")).unwrap();
    assert_eq!(users.rows.len(), 12);
    assert!(users.rows.iter().all(|row| row[1].is_null() && row[2].is_null() && row[3].is_u64()));
    assert_eq!(users.about.warnings.len(), 2);
    assert_eq!(users.about.warnings[0], "the data hold no user_type");
    assert!(users.about.warnings[1].contains("users"));
    assert_eq!(users.about.base, vec![None; 12]);
}

#[test]
fn importing_again_adds_nothing_and_another_mapping_replaces() {
    let Scratch { _folder, mut store } = pizza();
    let before = store.query(&query("pizzaplace", "sales orders items", "month product_type")).unwrap();
    let mut options = ImportOptions {
        map: Mapping::parse(&["id=order_id,date=date,type=product_type,price=amount,size=size"]).unwrap(),
        merchant: Some(merchant("pizzaplace")),
        currency: Some("USD".parse().unwrap()),
        ..ImportOptions::default()
    };
    let plain = {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(PIZZA), &mut text).unwrap();
        text
    };
    // Not compressed, it is the same file.
    let again = store.import(&plain[..], &options).unwrap();
    assert!(again.already_imported);
    assert_eq!((again.rows, again.imported, again.orders), (49_574, 0, 0));

    options.map = Mapping::parse(&["auto"]).unwrap();
    let error = store.import(PIZZA, &options).unwrap_err();
    assert!(
        error.to_string().contains("\"price=amount\"") || error.to_string().contains("order_id"),
        "{error}"
    );

    options.map = Mapping::parse(&["id=order_id,type=product_type", "auto"]).unwrap();
    let other = store.import(PIZZA, &options).unwrap();
    assert_eq!((other.imported, other.replaced), (49_574, 21_350));
    let after = store.query(&query("pizzaplace", "sales orders items", "month product_type")).unwrap();
    assert_eq!(after.rows, before.rows);
}

#[test]
fn refunds_reduce_sales_and_are_counted_apart() {
    let mut scratch = scratch();
    let csv = "id,date,amount,product_type\n\
               a,2025-01-31,100,x\na,2025-02-01,50,y\na,2025-02-03,-30,x\n\
               b,2025-02-10,-20,y\nc,2025-02-11,10,x\nc,2025-02-11,10,x\n";
    import(&mut scratch.store, csv, &options(&["id=order_id,auto"])).unwrap();
    let table = |metrics, group_by| rows(&scratch.store.query(&query("acme", metrics, group_by)).unwrap());
    let metrics = "sales orders items refund_amount refund_orders aov";
    assert_eq!(table(metrics, "month"), ["2025-01 100.0 1 1 0.0 0 100.0", "2025-02 20.0 1 5 50.0 1 20.0"]);
    assert_eq!(table(metrics, "product_type"), ["x 90.0 2 4 30.0 0 45.0", "y 30.0 1 2 20.0 1 30.0"]);
    assert_eq!(
        table("orders", "product_type month"),
        ["x 2025-01 1", "x 2025-02 1", "y 2025-01 1", "y 2025-02 0"]
    );
}

#[test]
fn an_order_from_another_file_is_replaced_whole() {
    let mut scratch = scratch();
    import(
        &mut scratch.store,
        "id,date,amount\n1,2025-01-01,10\n1,2025-01-01,5\n2,2025-01-02,7\n",
        &options(PLAIN),
    )
    .unwrap();
    let report =
        import(&mut scratch.store, "id,date,amount\n1,2025-02-01,20\n3,2025-02-02,1\n", &options(PLAIN))
            .unwrap();
    assert_eq!((report.imported, report.orders, report.replaced), (2, 2, 1));
    let table = scratch.store.query(&query("acme", "sales orders items", "month")).unwrap();
    assert_eq!(rows(&table), ["2025-01 7.0 1 1", "2025-02 21.0 2 2"]);
    assert_eq!(table.about.complete_through.as_deref(), Some("2025-02-02"));
    let filtered = only(query("acme", "orders", ""), "month", &["2025-02"]);
    assert_eq!(rows(&scratch.store.query(&filtered).unwrap()), ["2"]);
}

#[test]
fn customers_are_counted_once_and_never_stored_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let mut store = Store::create_or_open(&path).unwrap();
    let csv = "id,date,amount,customer_id,gender\n\
               1,2025-01-01,1,anna@example.com,F\n2,2025-01-20,1,anna@example.com,F\n\
               3,2025-02-01,1,anna@example.com,F\n4,2025-02-02,1,bert@example.com,M\n5,2025-02-02,1,,M\n";
    import(&mut store, csv, &options(&["id=order_id,auto"])).unwrap();
    let table = |metrics, group_by| rows(&store.query(&query("acme", metrics, group_by)).unwrap());
    assert_eq!(table("users new_users orders", "month"), ["2025-01 1 1 2", "2025-02 2 1 3"]);
    assert_eq!(table("users", ""), ["2"]);
    assert_eq!(table("users new_users", "gender"), ["F 1 1", "M 1 1"]);
    assert_eq!(store.query(&query("acme", "users", "gender")).unwrap().about.base, [Some(1), Some(1)]);
    // A later file knows the same customer.
    import(
        &mut store,
        "id,date,amount,customer_id\n9,2025-03-01,1,anna@example.com\n",
        &options(&["id=order_id,auto"]),
    )
    .unwrap();
    assert_eq!(rows(&store.query(&query("acme", "users new_users", "month")).unwrap())[2], "2025-03 1 0");
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    for secret in ["anna", "bert"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is stored");
    }
}

#[test]
fn a_column_that_is_not_mapped_is_not_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let mut store = Store::create_or_open(&path).unwrap();
    import(&mut store, "id,date,amount,note\n1,2025-01-01,1,unmistakable\n", &options(PLAIN)).unwrap();
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"unmistakable"));
}

#[test]
fn personal_values_in_a_mapped_column_refuse_the_file() {
    let mut scratch = scratch();
    let csv = "id,date,amount,contact\n1,2025-01-01,1,shop\n2,2025-01-01,1,anna@example.com\n";
    let error =
        import(&mut scratch.store, csv, &options(&["id=order_id,date=date,amount=amount,contact=contact"]))
            .unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("line 3") && message.contains("`contact`") && message.contains("e-mail"),
        "{message}"
    );
    assert!(scratch.store.merchants().unwrap().is_empty());
}

#[test]
fn a_failed_import_leaves_what_was_there() {
    let mut scratch = scratch();
    import(&mut scratch.store, "id,date,amount\n1,2025-01-01,10\n", &options(PLAIN)).unwrap();
    let before = scratch.store.query(&query("acme", "sales orders items", "day")).unwrap();
    let mut csv = String::from("id,date,amount,x\n");
    csv.extend((0..20_000).map(|n| format!("{n},2025-03-01,1,a\n")));
    csv.push_str("z,2025-03-01,1,anna@example.com\n");
    let mut with_x = options(&["id=order_id,date=date,amount=amount,x=x"]);
    import(&mut scratch.store, &csv, &with_x).unwrap_err();
    with_x.currency = Some("USD".parse().unwrap());
    // A file that breaks off is not half imported either.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(csv.as_bytes()).unwrap();
    let cut = gzip.finish().unwrap();
    scratch.store.import(&cut[..cut.len() - 20], &options(PLAIN)).unwrap_err();
    assert_eq!(scratch.store.query(&query("acme", "sales orders items", "day")).unwrap(), before);
    assert_eq!(scratch.store.merchants().unwrap().len(), 1);
}

#[test]
fn bad_rows_are_rejected_with_line_and_reason() {
    let mut scratch = scratch();
    let long = "x".repeat(1_000_000);
    let csv = format!(
        "\u{feff}id,date,amount,channel\r\n1,2025-01-01,10,web\r\n2,2025-02-30,10,web\r\n3,2025-01-01,lots,web\r\n\
         ,2025-01-01,1,web\r\n5,,1,web\r\n6,2025-01-01,1\r\n7,2025-01-01,1,{long}\r\n8,2025-01-01,\"12,50\",web\r\n\
         9,2025-01-01,\"1,234.50\",\"w\"\"eb\r\nshop\"\r\n10,2025-01-01,,web\r\n"
    );
    let report = import(&mut scratch.store, &csv, &options(&["id=order_id,auto"])).unwrap();
    assert_eq!((report.rows, report.imported, report.rejected_total, report.total), (10, 2, 8, 1244.5));
    let found: Vec<_> =
        report.rejected.iter().map(|rejected| (rejected.line, rejected.reason.as_str())).collect();
    let wanted = [
        (3, "calendar"),
        (4, "not a number"),
        (5, "order id is missing"),
        (6, "date is missing"),
        (7, "3 fields"),
        (8, "65536"),
        (9, "--decimal ,"),
        (12, "amount is missing"),
    ];
    for ((line, reason), (wanted_line, word)) in found.iter().zip(wanted) {
        assert_eq!(*line, wanted_line, "{reason}");
        assert!(reason.contains(word), "{reason}");
    }
    let channels = scratch.store.query(&query("acme", "orders", "channel")).unwrap();
    assert_eq!(rows(&channels), ["w\"eb  shop 1", "web 1"]);
}

#[test]
fn when_every_row_is_rejected_nothing_is_left_behind() {
    let mut scratch = scratch();
    let mut csv = String::from("id,date,amount\n");
    csv.extend((0..150).map(|n| format!("{n},2025-01-01,much\n")));
    let report = import(&mut scratch.store, &csv, &options(PLAIN)).unwrap();
    assert_eq!(
        (report.imported, report.rejected_total, report.rejected.len()),
        (0, 150, ImportReport::LISTED)
    );
    assert!(!report.already_imported);
    assert!(scratch.store.merchants().unwrap().is_empty());
    assert!(!import(&mut scratch.store, &csv, &options(PLAIN)).unwrap().already_imported);
}

#[test]
fn files_that_cannot_be_understood_are_refused_with_what_to_do() {
    let mut scratch = scratch();
    let cases = [
        ("", PLAIN, "empty"),
        ("id,date,amount\n", PLAIN, "no rows"),
        ("id,when,amount\n1,2025-01-01,1\n", PLAIN, "no column `date`"),
        ("id,date,price\n1,2025-01-01,1\n", &["id=order_id,date=date"], "\"price=amount\""),
        ("id,date,amount\n1,2025-01-01,1\n2,03/04/2025,1\n", PLAIN, "line 3: the date `03/04/2025`"),
        ("id,date,amount\n2,03/04/2025,1\n", PLAIN, "--date-format %d/%m/%Y"),
        ("id,id,date,amount\n2,2,2025-01-01,1\n", PLAIN, "more than once"),
    ];
    for (csv, map, word) in cases {
        let error = import(&mut scratch.store, csv, &options(map)).unwrap_err().to_string();
        assert!(error.contains(word), "{csv:?}: {error}");
    }
    let nobody = ImportOptions { merchant: None, ..options(PLAIN) };
    let error = import(&mut scratch.store, "id,date,amount\n1,2025-01-01,1\n", &nobody).unwrap_err();
    assert!(error.to_string().contains("--merchant"), "{error}");
    assert!(scratch.store.merchants().unwrap().is_empty());
}

#[test]
fn options_say_how_dates_and_amounts_are_written() {
    let mut scratch = scratch();
    let italian = ImportOptions { date_format: Some("%d/%m/%Y".into()), decimal: ',', ..options(&["auto"]) };
    let csv = "Numero ordine;Data;Prezzo unitario;Quantità\n1;03/04/2025;1.234,50;2\n2;04/04/2025;10;0,5\n";
    let report = import(&mut scratch.store, csv, &italian).unwrap();
    assert_eq!((report.imported, report.total), (2, 2474.0));
    let mapping: Vec<_> = report.mapping.iter().map(|(column, field)| format!("{column}={field}")).collect();
    assert_eq!(
        mapping,
        ["Numero ordine=order_id", "Data=date", "Prezzo unitario=unit_price", "Quantità=quantity"]
    );
    let days = scratch.store.query(&query("acme", "sales", "day")).unwrap();
    assert_eq!(rows(&days), ["2025-04-03 2469.0", "2025-04-04 5.0"]);
}

#[test]
fn two_currencies_of_one_merchant_are_refused() {
    let mut scratch = scratch();
    let euros = ImportOptions { currency: Some(Currency::EUR), ..options(PLAIN) };
    import(&mut scratch.store, "id,date,amount\n1,2025-01-01,1\n", &euros).unwrap();
    let dollars = ImportOptions { currency: Some("USD".parse().unwrap()), ..options(PLAIN) };
    let error =
        import(&mut scratch.store, "id,date,amount\n2,2025-01-01,1\n", &dollars).unwrap_err().to_string();
    assert!(error.contains("EUR") && error.contains("USD"), "{error}");
    // Without a word about it, it is the currency known.
    import(&mut scratch.store, "id,date,amount\n2,2025-01-01,1\n", &options(PLAIN)).unwrap();
    assert_eq!(scratch.store.merchants().unwrap()[0].currency, Some(Currency::EUR));
}

const SHOPS: &str = "merchant,order_id,date,amount\n../../etc/ô 🛒 & <b>,1,2025-01-01,10\nBakery,1,2025-03-05,3\n\
                     Bakery,2,2025-01-02,4\ndemo-mine,1,2025-01-01,1\n";

#[test]
fn merchants_of_one_file_are_kept_apart() {
    let mut scratch = scratch();
    let auto = ImportOptions { merchant: None, ..options(&["auto"]) };
    let report = import(&mut scratch.store, SHOPS, &auto).unwrap();
    assert_eq!((report.imported, report.orders, report.rejected_total), (3, 3, 1));
    assert_eq!(report.merchants, ["../../etc/ô 🛒 & <b>", "Bakery"]);
    let odd = scratch.store.query(&query("../../etc/ô 🛒 & <b>", "sales", "month")).unwrap();
    assert_eq!(rows(&odd), ["2025-01 10.0"]);
    // The file reaches to March, so that nothing sold in February is known.
    assert_eq!(odd.about.complete_through.as_deref(), Some("2025-03-05"));
    let entries = scratch.store.merchants().unwrap();
    let listed: Vec<_> =
        entries.iter().map(|e| (e.merchant.as_str(), e.last_day.to_string(), e.orders)).collect();
    assert_eq!(
        listed,
        [("../../etc/ô 🛒 & <b>", "2025-01-01".into(), 1), ("Bakery", "2025-03-05".into(), 2)]
    );
}

#[test]
fn a_forgotten_merchant_is_gone_and_can_be_imported_again() {
    let mut scratch = scratch();
    let auto = ImportOptions { merchant: None, ..options(&["auto"]) };
    import(&mut scratch.store, SHOPS, &auto).unwrap();
    scratch.store.forget(&merchant("Bakery")).unwrap();
    assert!(matches!(
        scratch.store.query(&query("Bakery", "sales", "")),
        Err(QueryError::UnknownMerchant { .. })
    ));
    let Err(QueryError::UnknownMerchant { .. }) = scratch.store.forget(&merchant("Bakery")) else { panic!() };
    let again = import(&mut scratch.store, SHOPS, &auto).unwrap();
    assert_eq!((again.already_imported, again.replaced), (false, 1));
    assert_eq!(rows(&scratch.store.query(&query("Bakery", "sales orders", "")).unwrap()), ["7.0 2"]);
    assert_eq!(
        rows(&scratch.store.query(&query("../../etc/ô 🛒 & <b>", "sales items", "")).unwrap()),
        ["10.0 1"]
    );
}

fn suggestions(store: &Store, name: &str) -> Vec<String> {
    match store.query(&query(name, "sales", "")) {
        Err(QueryError::UnknownMerchant { suggestions, .. }) => suggestions,
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_merchants_are_answered_with_near_names() {
    let mut scratch = scratch();
    let auto = ImportOptions { merchant: None, ..options(&["auto"]) };
    import(&mut scratch.store, SHOPS, &auto).unwrap();
    assert_eq!(suggestions(&scratch.store, "bakery"), ["Bakery"]);
    assert_eq!(suggestions(&scratch.store, "Bakrey"), ["Bakery"]);
    assert!(suggestions(&scratch.store, "zoo").is_empty());
    assert_eq!(suggestions(&scratch.store, "demo-x"), Store::DEMO_MERCHANTS);
    assert_eq!(suggestions(&Store::demo(&merchant("demo-fashon")), "demo-fashon"), Store::DEMO_MERCHANTS);
}

#[test]
fn only_our_own_files_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let error = |path: &Path| Store::open(path).err().unwrap();
    assert!(matches!(error(&at("none.db")), StoreError::Missing(_)));
    std::fs::write(at("text.db"), "id,date,amount\n".repeat(100)).unwrap();
    std::fs::write(at("empty.db"), "").unwrap();
    assert!(matches!(error(&at("text.db")), StoreError::NotOurs(_)));
    assert!(matches!(error(&at("empty.db")), StoreError::NotOurs(_)));
    assert!(matches!(error(folder.path()), StoreError::Open { .. } | StoreError::NotOurs(_)));
    assert!(matches!(Store::create_or_open(&at("text.db")), Err(StoreError::NotOurs(_))));
    assert!(Store::create_or_open(&at("no/such/folder.db")).is_err());
    drop(Store::create_or_open(&at("empty.db")).unwrap());
    assert!(Store::open(&at("empty.db")).unwrap().merchants().unwrap().is_empty());
    let mut demo = Store::demo(&merchant("demo-new"));
    assert!(matches!(demo.write_demo(), Err(StoreError::ReadOnly)));
}

#[test]
fn a_limit_is_said_to_have_cut() {
    let store = Store::demo(&merchant("demo-fashion"));
    let all = store.query(&query("demo-fashion", "sales", "month")).unwrap();
    let cut = store.query(&Query { limit: Some(5), ..query("demo-fashion", "sales", "month") }).unwrap();
    assert_eq!((cut.rows.len(), cut.about.base.len(), cut.about.truncated), (5, 5, Some(true)));
    assert_eq!(cut.rows, all.rows[..5]);
}

#[test]
fn a_period_without_data_has_no_rows() {
    let store = Store::demo(&merchant("demo-gap"));
    let none = between(query("demo-gap", "sales orders", "month"), date(2024, 2, 1), date(2024, 3, 31));
    assert!(store.query(&none).unwrap().rows.is_empty());
    let total = between(query("demo-gap", "sales orders", ""), date(2024, 2, 1), date(2024, 3, 31));
    assert!(store.query(&total).unwrap().rows.is_empty());
}

#[test]
fn demo_data_in_memory_and_in_a_file_give_equal_answers() {
    let mut scratch = scratch();
    scratch.store.write_demo().unwrap();
    // Written twice, nothing is there twice.
    scratch.store.write_demo().unwrap();
    assert_eq!(scratch.store.merchants().unwrap().len(), 4);
    let groupings = [
        "",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "weekday",
        "product_type",
        "month user_type",
        "age_band",
        "gender",
        "card_type",
        "product_type user_type",
        "year age_band gender",
        "country",
    ];
    for name in Store::DEMO_MERCHANTS {
        let memory = Store::demo(&merchant(name));
        for grouping in groupings {
            let ask =
                query(name, "sales orders items aov users new_users refund_amount refund_orders", grouping);
            let some = between(ask.clone(), date(2024, 5, 3), date(2025, 6, 10));
            let filtered = only(ask.clone(), "product_type", &["Pay in 3"]);
            for ask in [ask, some, filtered] {
                assert_eq!(
                    memory.query(&ask).unwrap(),
                    scratch.store.query(&ask).unwrap(),
                    "{name} by {grouping}"
                );
            }
        }
        assert_eq!(
            memory.merchants().unwrap(),
            scratch
                .store
                .merchants()
                .unwrap()
                .into_iter()
                .filter(|e| e.merchant.as_str() == name)
                .collect::<Vec<_>>()
        );
    }
}

/// A demo merchant's numbers by group, as floats.
fn numbers(name: &str, metrics: &str, grouping: &str) -> BTreeMap<String, Vec<f64>> {
    let table = Store::demo(&merchant(name)).query(&query(name, metrics, grouping)).unwrap();
    let keys = grouping.split_whitespace().count();
    let row = |row: &Vec<Value>| {
        let label: Vec<_> = row[..keys].iter().map(|cell| cell.as_str().unwrap_or("-")).collect();
        (label.join(" "), row[keys..].iter().map(|cell| cell.as_f64().unwrap()).collect())
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn demo_fashion_grows_and_peaks_in_november() {
    let years = numbers("demo-fashion", "orders", "year");
    let growth = years["2024"][0] / years["2023"][0];
    assert!((1.10..1.20).contains(&growth), "{growth}");
    let quarters = numbers("demo-fashion", "orders", "quarter");
    let first_half = |year: i32| quarters[&format!("{year}-Q1")][0] + quarters[&format!("{year}-Q2")][0];
    let growth = first_half(2025) / first_half(2024);
    assert!((1.07..1.17).contains(&growth), "{growth}");
    let months = numbers("demo-fashion", "orders", "month");
    for year in ["2023", "2024"] {
        let november = months[&format!("{year}-11")][0] / (years[year][0] / 12.0);
        assert!((1.75..2.25).contains(&november), "{november}");
        assert!(months[&format!("{year}-07")][0] > 1.1 * months[&format!("{year}-06")][0]);
    }
    let users = numbers("demo-fashion", "orders", "user_type");
    let new = users["New"][0] / users.values().map(|orders| orders[0]).sum::<f64>();
    assert!((0.37..0.43).contains(&new), "{new}");
    for dimension in ["age_band", "gender", "card_type"] {
        let base = numbers("demo-fashion", "users", dimension);
        assert!(base.values().all(|users| users[0] >= 10.0), "{base:?}");
    }
    assert!((8_000.0..15_000.0).contains(&years.values().map(|orders| orders[0]).sum::<f64>()));
}

#[test]
fn demo_travel_falls_by_mix_while_every_product_rises() {
    let total = numbers("demo-travel", "aov", "year");
    let parts = numbers("demo-travel", "aov orders", "year product_type");
    for (before, after) in [("2023", "2024"), ("2024", "2025")] {
        assert!(total[after][0] < total[before][0], "{total:?}");
        for product in ["Pay in 3", "Pay in 4"] {
            let aov = |year: &str| parts[&format!("{year} {product}")][0];
            assert!(aov(after) > aov(before), "{product}: {parts:?}");
        }
    }
    let quarters = numbers("demo-travel", "aov", "quarter");
    assert!(quarters["2025-Q2"][0] < quarters["2024-Q2"][0], "{quarters:?}");
    let parts = numbers("demo-travel", "aov", "quarter product_type");
    for product in ["Pay in 3", "Pay in 4"] {
        assert!(
            parts[&format!("2025-Q2 {product}")][0] > parts[&format!("2024-Q2 {product}")][0],
            "{parts:?}"
        );
    }
}

#[test]
fn demo_new_has_five_weeks_and_demo_gap_its_gap() {
    let new = Store::demo(&merchant("demo-new")).merchants().unwrap();
    assert!((230..=270).contains(&new[0].orders), "{}", new[0].orders);
    assert_eq!(new[0].first_day, date(2025, 5, 27));
    assert_eq!(numbers("demo-new", "orders", "product_type").len(), 3);

    let gap = Store::demo(&merchant("demo-gap"));
    let months = gap.query(&query("demo-gap", "sales", "month")).unwrap();
    assert_eq!(months.rows.len(), 28);
    assert_eq!(months.about.complete_through.as_deref(), Some("2025-06-17"));
    assert_eq!(months.about.as_of.as_deref(), Some("2025-07-01"));
    let ages = gap.query(&query("demo-gap", "users", "age_band")).unwrap();
    assert_eq!((ages.rows.len(), ages.rows[0][0].is_null()), (1, true));
    assert_eq!(ages.about.warnings, ["the data hold no age_band"]);
    let months = numbers("demo-gap", "sales", "month");
    let spring = |year: i32| months[&format!("{year}-04")][0] + months[&format!("{year}-05")][0];
    assert!(spring(2025) < spring(2024) && spring(2025) > 0.8 * spring(2024), "{months:?}");
    let users = numbers("demo-gap", "orders", "user_type");
    assert!(users["Returning"][0] > 2.0 * (users["New"][0] + users["Network"][0]), "{users:?}");
}

/// A line of a made-up file.
#[derive(Debug, Clone)]
struct Line {
    order: u8,
    day: u8,
    amount: i32,
    customer: Option<u8>,
    product: Option<u8>,
    channel: Option<u8>,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        0..12_u8,
        0..60_u8,
        -3..5_i32,
        prop::option::of(0..4_u8),
        prop::option::of(0..3_u8),
        prop::option::of(0..2_u8),
    );
    let line = line.prop_map(|(order, day, amount, customer, product, channel)| Line {
        order,
        day,
        amount,
        customer,
        product,
        channel,
    });
    prop::collection::vec(line, 1..40)
}

fn day(line: &Line) -> Date {
    date(2024, 12, 15).checked_add(jiff::Span::new().days(i64::from(line.day))).unwrap()
}

fn csv(lines: &[Line]) -> String {
    let cell =
        |prefix: &str, value: Option<u8>| value.map_or(String::new(), |value| format!("{prefix}{value}"));
    let row = |line: &Line| {
        let (customer, product, channel) =
            (cell("c", line.customer), cell("p", line.product), cell("w", line.channel));
        format!("{},{},{},{customer},{product},{channel}", line.order, day(line), line.amount)
    };
    let header = "order_id,date,amount,customer_id,product_type,channel".to_owned();
    std::iter::once(header).chain(lines.iter().map(row)).collect::<Vec<_>>().join("\n")
}

type Counted =
    BTreeMap<Vec<Option<String>>, (i64, i64, BTreeSet<u8>, BTreeSet<u8>, BTreeSet<u8>, i64, BTreeSet<u8>)>;

/// The rules of the contract, word for word.
fn naive(lines: &[Line], group_by: &[Dimension], start: Date, end: Date) -> Counted {
    let first_line = |order: u8| day(lines.iter().find(|line| line.order == order).unwrap());
    let is_bought = |order: u8| lines.iter().any(|line| line.order == order && line.amount > 0);
    let first_order = |customer: u8| {
        let own = lines.iter().filter(|line| line.customer == Some(customer) && line.amount > 0);
        own.map(|line| first_line(line.order)).min().unwrap()
    };
    let key = |line: &Line, day: Date| -> Vec<Option<String>> {
        let part = |dimension: &Dimension| match dimension {
            Dimension::Month => Some(format!("{:04}-{:02}", day.year(), day.month())),
            Dimension::ProductType => line.product.map(|product| format!("p{product}")),
            _ => line.channel.map(|channel| format!("w{channel}")),
        };
        group_by.iter().map(part).collect()
    };
    let mut counted = Counted::new();
    for line in lines {
        if (start..=end).contains(&day(line)) {
            let group = counted.entry(key(line, day(line))).or_default();
            group.0 += i64::from(line.amount);
            group.1 += 1;
            group.5 += i64::from(-line.amount.min(0));
        }
        let counts_on = first_line(line.order);
        if !(start..=end).contains(&counts_on) {
            continue;
        }
        if line.amount > 0 {
            let group = counted.entry(key(line, counts_on)).or_default();
            group.2.insert(line.order);
            if let Some(customer) = line.customer {
                group.3.insert(customer);
                if first_order(customer) == counts_on {
                    group.4.insert(customer);
                }
            }
        } else if !is_bought(line.order) {
            let group = counted.entry(key(line, counts_on)).or_default();
            group.6.insert(line.order);
        }
    }
    counted
}

/// Groups of an answer, with null metrics as zero: a file without customers or refunds has none to count.
fn answered(table: &Table, keys: usize) -> BTreeMap<Vec<Option<String>>, Vec<f64>> {
    let row = |row: &Vec<Value>| {
        let key = row[..keys].iter().map(|cell| cell.as_str().map(str::to_owned)).collect();
        (key, row[keys..].iter().map(|cell| cell.as_f64().unwrap_or(0.0)).collect())
    };
    table.rows.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rollups_and_line_counts_equal_the_naive_count(first in lines(), second in lines(), from in 0..60_i64, span in 0..60_i64) {
        let mut scratch = scratch();
        import(&mut scratch.store, &csv(&first), &options(&["auto"])).unwrap();
        let report = import(&mut scratch.store, &csv(&second), &options(&["auto"])).unwrap();
        // What a merchant holds in the end: the orders of the second file, and those of the first that it lacks.
        let stored = if report.already_imported {
            first
        } else {
            let kept = first.into_iter().filter(|line| second.iter().all(|other| other.order != line.order));
            kept.chain(second.iter().cloned()).collect()
        };
        let start = date(2024, 12, 15).checked_add(jiff::Span::new().days(from)).unwrap();
        let end = start.checked_add(jiff::Span::new().days(span)).unwrap();
        for grouping in ["", "month", "product_type", "month product_type", "channel", "product_type channel", "channel month product_type"] {
            let ask = query("acme", "sales items orders users new_users refund_amount refund_orders", grouping);
            let ask = between(ask, start, end);
            let wanted: BTreeMap<_, _> = naive(&stored, &ask.group_by, start, end).into_iter().map(|(key, c)| {
                let count = |set: &BTreeSet<u8>| set.len() as f64;
                (key, vec![c.0 as f64, c.1 as f64, count(&c.2), count(&c.3), count(&c.4), c.5 as f64, count(&c.6)])
            }).collect();
            let table = scratch.store.query(&ask).unwrap();
            let found = answered(&table, ask.group_by.len());
            prop_assert_eq!(&found, &wanted, "by {}", grouping);

            // An attribute overlaps if its groups hold more orders than there are.
            let orders = |dimensions: &[Dimension]| naive(&stored, dimensions, start, end).values().map(|c| c.2.len()).sum::<usize>();
            let attributes = ask.group_by.iter().filter(|grouping| !grouping.is_time());
            let overlapping = attributes.filter(|attribute| orders(&[(*attribute).clone()]) > orders(&[]));
            prop_assert_eq!(table.about.overlaps.unwrap(), overlapping.map(ToString::to_string).collect::<Vec<_>>());

            // A filter that lets everything with a channel through, counted from the lines.
            let filtered = only(ask.clone(), "channel", &["w0", "w1"]);
            let all: Vec<Metric> = ask.metrics.clone();
            prop_assert_eq!(all.len(), 7);
            if stored.iter().all(|line| line.channel.is_some()) {
                prop_assert_eq!(scratch.store.query(&filtered).unwrap().rows, table.rows);
            }
        }
    }
}
