//! Bindings: what a file may say and what is wrong with it, how calls are asked, and that the statements made for SQL
//! servers count as the embedded data do.

use super::support::{Asked, Kamslides, LONG, Reply, fake, tool_error};
use kamslides::{
    concurrency::{BreakerOptions, Limits, Retry, Stop},
    decode::Table,
    domain::{Merchant, Period, Review, parse_date},
    event::Events,
    failure::FailureKind,
    mcp::Server,
    request::{Call, plan},
    retrieve::{AnswerStore, CallError, Options, ask, retrieve},
    store::{ImportOptions, Mapping, Store},
    template::{Binding, DeckTemplate, Section, binding_names},
};
use rmcp::{ErrorData, model::CallToolResult};
use rusqlite::{Connection, types::ValueRef};
use serde_json::{Value, json};
use std::{
    fs,
    io::Read,
    sync::{Arc, Mutex},
};

const PIZZA: &[u8] = include_bytes!("../fixtures/pizzaplace.csv.gz");

/// A binding from the text of a file.
fn binding(text: &str) -> Result<Binding, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    fs::write(&path, text).unwrap();
    let name = path.to_str().unwrap();
    Binding::load(name).map_err(|error| error.to_string().replace(name, "own.toml"))
}

fn section() -> Section {
    DeckTemplate::load("kam-review").unwrap().sections[0].clone()
}

/// A call; metrics and dimensions by name, separated by blanks.
fn call(merchant: &str, metrics: &str, group_by: &str) -> Call {
    Call {
        merchant: Merchant::new(merchant).unwrap(),
        metrics: metrics.split_whitespace().map(|name| name.parse().unwrap()).collect(),
        group_by: group_by.split_whitespace().map(|name| name.parse().unwrap()).collect(),
        start_date: parse_date("2025-01-01").unwrap(),
        end_date: parse_date("2025-06-30").unwrap(),
    }
}

/// The tool and the arguments of a call under a binding.
fn asked(binding: &Binding, call: &Call) -> (String, Value) {
    let asking = ask(binding, &section(), call).unwrap();
    (asking.tool.to_owned(), Value::Object(asking.arguments))
}

#[test]
fn the_built_in_bindings_are_right() {
    for name in binding_names() {
        assert_eq!(Binding::load(name).unwrap().name, name);
    }
    let (tool, arguments) = asked(&Binding::default(), &call("acme", "sales orders", "month gender"));
    assert_eq!(tool, "query_metrics");
    let want = json!({
        "merchant": "acme", "metrics": ["sales", "orders"], "group_by": ["month", "gender"],
        "start_date": "2025-01-01", "end_date": "2025-06-30",
    });
    assert_eq!(arguments, want);
    let error = Binding::load("metric").unwrap_err().to_string();
    assert!(error.contains("metrics, sql, agent") && error.contains("did you mean `metrics`"), "{error}");
}

#[test]
fn a_hole_alone_keeps_its_type_and_an_absent_value_leaves_its_argument_out() {
    let own = binding(
        r#"
        schema = 1
        name = "own"
        tool = "report"
        arguments = { shop = "{merchant}", what = ["{metric}", 7, "{{x}}"], by = "{group_by}", part = "{dimension}", days = "{start_date}/{end_date}", nested = { all = "{metrics}", csv = "m:{metrics}" } }
        words = { sales = "revenue", product_type = "plan" }
        "#,
    )
    .unwrap();
    let (tool, arguments) = asked(&own, &call("it's \"{me}\"", "sales users", "month product_type"));
    assert_eq!(tool, "report");
    let want = json!({
        "shop": "it's \"{me}\"", "what": ["revenue", 7, "{x}"], "by": ["month", "plan"], "part": "plan",
        "days": "2025-01-01/2025-06-30", "nested": {"all": ["revenue", "users"], "csv": "m:revenue,users"},
    });
    assert_eq!(arguments, want);
    let (_, arguments) = asked(&own, &call("acme", "sales", "month"));
    assert_eq!(arguments.get("part"), None);
}

#[test]
fn the_first_way_that_fits_is_taken_and_falls_back_to_the_file() {
    let own = binding(
        r#"
        schema = 1
        name = "own"
        arguments = { shop = "{merchant}" }
        [[calls]]
        group_by = ["product_type", "month"]
        tool = "by_both"
        [[calls]]
        metrics = ["users"]
        tool = "people"
        arguments = { id = "{merchant}" }
        [[calls]]
        section = "monthly-sales-yoy"
        tool = "sales"
        "#,
    );
    let own = own.unwrap_err();
    assert_eq!(own, "own.toml: `tool`: is missing");
    let text = r#"
        schema = 1
        name = "own"
        [[calls]]
        group_by = ["product_type", "month"]
        tool = "by_both"
        arguments = { shop = "{merchant}" }
        [[calls]]
        metrics = ["users"]
        tool = "people"
        arguments = { id = "{merchant}" }
    "#;
    let own = binding(text).unwrap();
    assert_eq!(asked(&own, &call("acme", "sales", "month product_type")).0, "by_both");
    assert_eq!(asked(&own, &call("acme", "sales users", "month")), ("people".into(), json!({"id": "acme"})));
    let error = ask(&own, &section(), &call("acme", "sales", "month")).unwrap_err();
    assert_eq!(error.kind, FailureKind::NoData);
    assert!(error.message.contains("says nothing about `monthly-sales-yoy`"), "{error}");
    let by_section = text.replace("metrics = [\"users\"]", "section = \"monthly sales year over year\"");
    assert_eq!(asked(&binding(&by_section).unwrap(), &call("acme", "sales", "month")).0, "people");
}

#[test]
fn every_error_of_a_file_is_named_at_once_with_the_way_out() {
    let said = binding(
        r#"
        schema = 2
        extends = "sq"
        tol = "x"
        arguments = { a = "{merchnt}", b = "shop {merchant}", c = "{", sql = "{sql}" }
        words = { product_typ = "plan" }
        [answer]
        currency = "EURO"
        error_if = ["Error"]
        [[calls]]
        metrics = ["sale"]
        group_by = ["Month"]
        tool = ""
        statement = "SELECT {metrics}"
        "#,
    )
    .unwrap_err();
    for part in [
        "`schema`: is 2, this version reads 1",
        "`name`: is missing",
        "`extends`: \"sq\" is no built-in binding; there are metrics, sql, agent; did you mean `sql`?",
        "unknown key `tol`; did you mean `tool`?",
        "`{merchnt}` is not filled in; did you mean `{merchant}`?",
        "`{merchant}` must stand alone",
        "a single `{`; write `{{` for a brace",
        "`{sql}` needs a table [sql]",
        "did you mean `product_type`?",
        "currency`: ",
        "error_if[1]`: must be { begins = \"TEXT\" } or { path = \"KEY\", is = VALUE }",
        "`calls[1].metrics`: `sale` is not a metric; did you mean `sales`?",
        "`calls[1].group_by`: `Month` is not a dimension's name",
        "`calls[1].tool`: is empty",
        "`{metrics}` has no place in a statement",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let said = binding(
        r#"
        schema = 1
        name = "metrics"
        tool = "q"
        arguments = { sql = "{sql}" }
        [sql]
        dialect = "postgresql"
        table = "a..b"
        query = "SELECT 1"
        settling_days = -1
        parameters = ":x"
        columns = { order = "id", amount = 3, month = "m", customerid = "c", gendr = "g" }
        "#,
    )
    .unwrap_err();
    for part in [
        "`metrics` is the name of a built-in binding",
        "`postgresql` is none of duckdb, sqlite, postgres, clickhouse, mysql; did you mean `postgres`?",
        "`sql.query`: is there beside `table`",
        "`sql.settling_days`: must be a whole number from 0, and is -1",
        "`sql.parameters`: must hold {name}",
        "`sql.columns.amount`: must be a text",
        "`sql.columns.month`: is taken from `date`",
        "did you mean `customer_id`?",
        "did you mean `gender`?",
        "`sql.columns.order_id`: is missing",
        "`sql.columns.date`: is missing",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    for (text, part) in [
        ("schema = ", "own.toml: TOML parse error"),
        (
            "schema = 1\nname = \"a\"\nretrieval = \"agent\"\ntool = \"x\"",
            "means nothing where an agent asks",
        ),
        ("schema = 1\nname = \"a\"\ntool = \"x\"\narguments = {}", "would not know whose data to give"),
        ("schema = 1\nname = \"a\"\nextends = \"sql\"\n[sql]\nparameters = \":{name}\"", "\"{parameters}\""),
        (
            "schema = 1\nname = \"a\"\nextends = \"sql\"\n[[calls]]\nstatement = \"SELECT 1\"",
            "everybody's data",
        ),
    ] {
        let said = binding(text).unwrap_err();
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn statements_quote_names_and_values_and_take_parameters() {
    let own = |more: &str| {
        let text = format!("schema = 1\nname = \"own\"\nextends = \"sql\"\n{more}");
        binding(&text).unwrap()
    };
    let hostile = "x'; DROP TABLE orders;--";
    let sql = |binding: &Binding| {
        let arguments = ask(binding, &section(), &call(hostile, "sales", "month")).unwrap().arguments;
        (arguments["sql"].as_str().unwrap().to_owned(), arguments)
    };
    let columns = "columns = { order_id = \"a\\\"b\", date = \"d\", amount = \"x\", merchant = \"m`\" }";
    let (statement, _) = sql(&own(&format!("[sql]\ntable = \"shop.our orders\"\n{columns}")));
    for part in [r#""shop"."our orders""#, r#""a""b""#, "\"m`\" = 'x''; DROP TABLE orders;--'"] {
        assert!(statement.contains(part), "{part} is not in {statement}");
    }
    let (statement, _) = sql(&own(&format!("[sql]\ndialect = \"mysql\"\ntable = [\"a.b\"]\n{columns}")));
    assert!(statement.contains("FROM `a.b` WHERE `m``` = 'x''; DROP TABLE orders;--'"), "{statement}");
    let named =
        own("arguments = { sql = \"{sql}\", params = \"{parameters}\" }\n[sql]\nparameters = \"${name}\"");
    let (statement, arguments) = sql(&named);
    assert!(statement.contains("= $merchant") && !statement.contains("DROP"), "{statement}");
    assert_eq!(arguments["params"]["merchant"], hostile);
    let written = own("[[calls]]\nstatement = \"SELECT f({merchant}, {start_date}) AS sales\"");
    assert_eq!(sql(&written).0, "SELECT f('x''; DROP TABLE orders;--', '2025-01-01') AS sales");
    let error = ask(&own(""), &section(), &call("acme", "sales", "week")).unwrap_err();
    assert_eq!(error.kind, FailureKind::Config);
    assert!(error.message.contains("no statement is made for groups by week"), "{error}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Statements over SQLite, beside the embedded data

/// Lines of three merchants with what is hard to count: orders of several days, parts and lines outside the period, refunds
/// with and without a sale, free items, missing values, a customer who comes back, names that are nearly alike.
const ODD: &str = "order_id,date,amount,currency,merchant,customer_id,product_type,gender\n\
    1,2024-12-31,10.005,EUR,acme,a,x,F\n1,2025-01-02,20,EUR,acme,a,y,F\n\
    2,2025-01-05,30.0001,EUR,acme,b,x,M\n2,2025-01-05,5,EUR,acme,b,x,M\n2,2025-01-06,-5,EUR,acme,b,y,M\n\
    3,2025-02-01,-12.5,EUR,acme,b,x,M\n4,2025-02-03,0,EUR,acme,c,x,\n\
    5,2025-02-04,7,EUR,acme,,,\n6,2025-03-01,8,EUR,acme,a, x ,F\n6,2025-07-01,9,EUR,acme,a,z,F\n\
    7,2025-06-30,11,EUR,acme,d,z,F\n7,2025-06-30,1,EUR,acme,e,z,M\n8,2025-08-01,3,EUR,acme,e,z,M\n\
    9,2025-02-01,99,USD,Acme,q,x,F\n10,2025-09-09,1,EUR,o'brien,z,x,M\n";

const COLUMNS: [&str; 8] =
    ["order_id", "date", "amount", "currency", "merchant", "customer_id", "product_type", "gender"];

/// An MCP server with one tool that runs SQL over a table `orders` in SQLite.
async fn sql_server(lines: &str, answer: fn(&[String], &[Vec<Value>]) -> CallToolResult) -> Server {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch(&format!("CREATE TABLE orders ({})", COLUMNS.join(", "))).unwrap();
    let mut insert = database
        .prepare("INSERT INTO orders VALUES (?1, ?2, CAST(?3 AS REAL), ?4, ?5, NULLIF(?6, ''), NULLIF(?7, ''), ?8)")
        .unwrap();
    for line in lines.lines().skip(1) {
        insert.execute(rusqlite::params_from_iter(line.split(','))).unwrap();
    }
    drop(insert);
    let database = Arc::new(Mutex::new(database));
    fake(move |asked: Asked| {
        let database = Arc::clone(&database);
        async move {
            if asked.tool != "execute_query" {
                return Err(ErrorData::invalid_params("tool not found", None));
            }
            let database = database.lock().unwrap();
            let mut statement = match database.prepare(asked.arguments["sql"].as_str().unwrap()) {
                Ok(statement) => statement,
                Err(error) => return Ok(tool_error(&error.to_string())),
            };
            let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
            let mut found = statement.query([]).unwrap();
            let mut rows = Vec::new();
            while let Some(row) = found.next().unwrap() {
                rows.push((0..names.len()).map(|at| cell(row.get_ref(at).unwrap())).collect());
            }
            Reply::Ok(answer(&names, &rows))
        }
    })
    .await
}

fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text).unwrap().into(),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

fn plain(columns: &[String], rows: &[Vec<Value>]) -> CallToolResult {
    CallToolResult::structured(json!({"columns": columns, "rows": rows}))
}

fn sqlite() -> Arc<Binding> {
    let columns: Vec<_> = COLUMNS.iter().map(|name| format!("{name} = \"{name}\"")).collect();
    let text = format!(
        "schema = 1\nname = \"own\"\nextends = \"sql\"\n[sql]\ndialect = \"sqlite\"\ncolumns = {{ {} }}",
        columns.join(", ")
    );
    Arc::new(binding(&text).unwrap())
}

/// What a server answers to one call of a section made for it.
async fn answer(server: &Server, binding: &Arc<Binding>, call: &Call) -> Result<Table, CallError> {
    let mut section = section();
    (section.metrics, section.calls) = (call.metrics.clone(), vec![call.group_by.clone()]);
    section.value = call.metrics[0];
    section.comparison = false;
    let review = Review::new(Period::new(call.start_date, call.end_date).unwrap(), None).unwrap();
    let plan = plan(&[section], &call.merchant, &review, 1).under(Arc::clone(binding));
    let options = Options {
        limits: Limits::new(1, 1, 1),
        connect_timeout: LONG,
        call_timeout: LONG,
        retry: Retry::never(),
        breaker: BreakerOptions::default(),
        agent: None,
        answers: AnswerStore::default(),
    };
    let summary = retrieve(&plan, server, &options, &Events::ignored(), &Stop::new(), |_| ()).await;
    summary.retrieved[0].answers.clone().map(|mut answers| answers.remove(0).table)
}

/// What two servers must agree on, in an order that both have.
fn essence(table: &Table) -> Value {
    // On its way as JSON a quotient may lose its last bit.
    let close = |cell: &Value| match cell.as_f64() {
        Some(number) => json!(format!("{number:.9}")),
        None => cell.clone(),
    };
    let mut rows: Vec<(String, Value)> = table
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            (json!(row).to_string(), json!([row.iter().map(close).collect::<Vec<_>>(), table.about.base[at]]))
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
    let about = &table.about;
    let mut warnings = about.warnings.clone();
    warnings.sort();
    json!({
        "columns": names, "rows": rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), "merchant": about.merchant,
        "currency": about.currency, "data_from": about.data_from, "complete_through": about.complete_through,
        "as_of": about.as_of, "overlaps": about.overlaps, "warnings": warnings,
    })
}

/// Every metric, however it is grouped, under the binding for SQL and from the embedded data.
async fn agree(lines: &str, merchants: &[&str], period: [&str; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::create_or_open(&folder.path().join("orders.db")).unwrap();
    let own: String = lines
        .lines()
        .enumerate()
        .filter(|(number, line)| *number == 0 || line.contains(",EUR,"))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let map: Vec<_> =
        COLUMNS.iter().filter(|name| **name != "currency").map(|name| format!("{name}={name}")).collect();
    let options = ImportOptions {
        map: Mapping::parse(&[map.join(",")]).unwrap(),
        currency: Some("EUR".parse().unwrap()),
        ..ImportOptions::default()
    };
    let report = store.import(own.as_bytes(), &options).unwrap();
    assert_eq!(report.rejected_total, 0, "{report:?}");
    let embedded = Server::Embedded(Arc::new(store));
    let (server, binding) = (sql_server(&own, plain).await, sqlite());
    for merchant in merchants {
        for metrics in [
            "sales orders",
            "orders sales items",
            "sales orders users",
            "users",
            "orders",
            "aov sales orders",
            "new_users orders",
            "refund_amount refund_orders",
        ] {
            for group_by in [
                "month",
                "month product_type",
                "month gender",
                "product_type",
                "gender",
                "year",
                "day",
                "month user_type",
            ] {
                let mut call = call(merchant, metrics, group_by);
                call.start_date = parse_date(period[0]).unwrap();
                call.end_date = parse_date(period[1]).unwrap();
                let want = answer(&embedded, &Arc::default(), &call).await.unwrap();
                let found = answer(&server, &binding, &call).await.unwrap();
                assert_eq!(essence(&found), essence(&want), "{merchant}: {metrics} by {group_by}");
            }
        }
    }
}

#[tokio::test]
async fn made_statements_count_odd_orders_as_the_embedded_data_do() {
    agree(ODD, &["acme", "o'brien"], ["2025-01-01", "2025-06-30"]).await;
}

#[tokio::test]
async fn made_statements_count_a_year_of_real_orders_as_the_embedded_data_do() {
    let mut text = String::new();
    flate2::read::GzDecoder::new(PIZZA).read_to_string(&mut text).unwrap();
    let mut lines = String::from("order_id,date,amount,currency,merchant,customer_id,product_type,gender\n");
    // A third of the year, so that the test is quick.
    for line in text.lines().skip(1).take(16_000) {
        let fields: Vec<_> = line.split(',').collect();
        lines
            .push_str(&format!("{},{},{},EUR,pizzaplace,,{},\n", fields[0], fields[1], fields[6], fields[5]));
    }
    agree(&lines, &["pizzaplace"], ["2015-01-15", "2015-04-30"]).await;
}

/// What is said when a SQL server's answer to one call is changed on its way.
async fn refused(answer_with: fn(&[String], &[Vec<Value>]) -> CallToolResult, merchant: &str) -> CallError {
    let server = sql_server(ODD, answer_with).await;
    answer(&server, &sqlite(), &call(merchant, "sales orders", "month")).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_that_was_cut_off_anywhere_is_refused() {
    let error = refused(|names, rows| plain(names, &rows[..2]), "acme").await;
    assert!(error.message.contains("truncated"), "{error}");
    let error = refused(|names, rows| plain(names, &rows[1..]), "acme").await;
    assert!(error.message.contains("truncated") && error.message.contains("rows came"), "{error}");
}

#[tokio::test]
async fn a_hostile_name_is_data_and_mixed_currencies_and_merchants_are_refused() {
    let server = sql_server(ODD, plain).await;
    for name in
        ["x'; DROP TABLE orders;--", "acme' OR '1'='1", "acme\\' OR 1=1 --", "ACME", "a\u{2019}; DELETE"]
    {
        let error = answer(&server, &sqlite(), &call(name, "sales orders", "month")).await.unwrap_err();
        assert_eq!(error.kind, FailureKind::UnknownMerchant, "{name}: {error}");
    }
    assert!(answer(&server, &sqlite(), &call("acme", "sales", "month")).await.is_ok());
    let two = ODD.replace("5,2025-02-04,7,EUR,acme", "5,2025-02-04,7,USD,acme");
    let server = sql_server(&two, plain).await;
    let error = answer(&server, &sqlite(), &call("acme", "sales", "month")).await.unwrap_err();
    assert!(error.message.contains("EUR and USD"), "{error}");
    // A collation that takes capitals for small letters gives two merchants' lines.
    let other: fn(&[String], &[Vec<Value>]) -> CallToolResult = |names, rows| {
        let mut rows = rows.to_vec();
        for cell in rows.iter_mut().flatten().filter(|cell| **cell == json!("merchant_last=acme")) {
            *cell = json!("merchant_last=Acme");
        }
        plain(names, &rows)
    };
    assert_eq!(refused(other, "acme").await.kind, FailureKind::WrongMerchant);
}

#[tokio::test]
async fn a_tool_of_other_words_feeds_the_same_deck() {
    let server = fake(|asked: Asked| async move {
        assert_eq!((asked.tool.as_str(), &asked.arguments["shop"]), ("report", &json!("acme")));
        let rows = [json!({"PERIOD": "2025-01", "revenue": "10.50", "sales": 1, "n": 3})];
        Ok(CallToolResult::structured(json!({"state": "fine", "data": {"rows": rows}})))
    })
    .await;
    let text = r#"
        schema = 1
        name = "own"
        tool = "report"
        arguments = { shop = "{merchant}" }
        [answer]
        path = "$.data.rows"
        currency = "EUR"
        columns = { sales = "revenue", orders = "n", month = "period" }
        error_if = [{ path = "state", is = "failed" }]
    "#;
    let own = Arc::new(binding(text).unwrap());
    let table = answer(&server, &own, &call("acme", "sales orders", "month")).await.unwrap();
    assert_eq!(table.about.currency.as_deref(), Some("EUR"));
    let value = |name: &str| table.rows[0][table.column(name).unwrap()].clone();
    assert_eq!((value("month"), value("sales"), value("orders")), (json!("2025-01"), json!(10.5), json!(3)));

    let failing = Arc::new(binding(&text.replace("\"failed\"", "\"fine\"")).unwrap());
    let error = answer(&server, &failing, &call("acme", "sales orders", "month")).await.unwrap_err();
    assert_eq!(error.kind, FailureKind::Unavailable, "{error}");
    for (from, to, part) in [
        ("$.data.rows", "data.lines", "nothing is at the binding's path `data.lines`"),
        ("\"revenue\"", "\"turnover\"", "takes sales from column `turnover`, which is not there"),
    ] {
        let wrong = Arc::new(binding(&text.replace(from, to)).unwrap());
        let error = answer(&server, &wrong, &call("acme", "sales orders", "month")).await.unwrap_err();
        assert!(error.kind == FailureKind::InvalidData && error.message.contains(part), "{error}");
    }
}

#[test]
fn the_command_line_checks_bindings_and_says_where_they_belong() {
    let kamslides = Kamslides::new();
    kamslides
        .file("own.toml", "schema = 1\nname = \"own\"\nextends = \"sql\"\n[sql]\ntable = \"sales.lines\"\n");
    let said = kamslides.run(&["template", "check", "own.toml"]).succeeds();
    assert_eq!(said.stdout, "binding `own` is valid: calls execute_query\n");
    let said = kamslides.run(&["template", "check", "agent"]).succeeds();
    assert_eq!(said.stdout, "binding `agent` is valid\n");
    kamslides.file("bad.toml", "schema = 1\nname = \"own\"\ntol = 1\n");
    kamslides
        .run(&["template", "check", "bad.toml"])
        .fails(78, &["did you mean `tool`?", "docs/bindings.md"]);
    kamslides.run(&["template", "check", "none.toml"]).fails(78, &["cannot read none.toml"]);
    kamslides.demo("demo-new", &["--binding", "own.toml"]).run().fails(2, &["--mcp-url"]);
    let run = kamslides.demo("demo-new", &["--mcp-url", "http://127.0.0.1:9/mcp", "--binding", "sqll"]);
    run.run().fails(78, &["there is no binding `sqll`", "did you mean `sql`?"]);
}
