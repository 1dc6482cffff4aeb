//! What each setting does to a run, and what the other commands do.

use super::support::{DEMO_HISTORY, Finished, Hold, Kamslides, Pptx, demo_server, request, tool_error};
use kamslides::mcp::Server;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    fs::File,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A run of `demo-new`, the smallest, under some variables.
fn under(variables: &[(&str, &str)]) -> Finished {
    run_under(&Kamslides::new(), variables)
}

fn run_under(kamslides: &Kamslides, variables: &[(&str, &str)]) -> Finished {
    let run = kamslides.demo("demo-new", &["--json"]);
    variables.iter().fold(run, |run, (name, value)| run.variable(&format!("SCALAPAY_{name}"), value)).run()
}

/// The report that `--json` printed.
fn report(finished: &Finished) -> Value {
    serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{finished}"))
}

/// Limit and peak of batches, calls and charts.
fn usage(report: &Value) -> [(u64, u64); 3] {
    ["batches", "calls", "charts"].map(|of| {
        let of = &report["concurrency"][of];
        (of["limit"].as_u64().unwrap(), of["peak"].as_u64().unwrap())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// How much at once

#[test]
fn each_switch_makes_its_own_work_sequential() {
    let usage = |variable: &str, value: &str| usage(&report(&under(&[(variable, value)]).succeeds()));
    let [batches, calls, charts] = usage("ENABLE_CONCURRENT_DATA_RETRIEVAL", "false");
    assert_eq!((batches, calls, charts.0), ((1, 1), (1, 1), 4));
    let [batches, calls, charts] = usage("ENABLE_CONCURRENT_CHART_GENERATION", "false");
    assert_eq!((batches.0, calls.0, charts), (2, 6, (1, 1)));
    for all in
        ["FORCE_SEQUENTIAL_SLIDES", "FORCE_SEQUENTIAL_BATCH", "EMERGENCY_MODE", "RESILIENCE__SEQUENTIAL"]
    {
        assert_eq!(usage(all, "true"), [(1, 1); 3], "{all}");
    }
    assert_eq!(usage("MAX_CONCURRENT_CHARTS", "2")[2].0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_and_their_size_say_how_many_calls_are_in_flight() {
    let kamslides = Kamslides::new();
    for (batches, size, calls, places) in [
        ("1", "2", 2, [0, 0, 1, 1, 2, 2, 3]),
        ("3", "1", 3, [0, 1, 2, 3, 4, 5, 6]),
        ("2", "3", 6, [0, 0, 0, 1, 1, 1, 2]),
        ("4", "7", 9, [0; 7]),
    ] {
        let hold = Arc::new(Hold::default());
        let server = demo_server("demo-new", {
            let hold = Arc::clone(&hold);
            move |asked| {
                let hold = Arc::clone(&hold);
                async move {
                    hold.enter(calls, &asked.session).await;
                    hold.leave(&asked.session);
                    None
                }
            }
        })
        .await;
        let run = kamslides.served("demo-new", &server, &["--json"]);
        let run =
            run.variable("SCALAPAY_MAX_CONCURRENT_BATCHES", batches).variable("SCALAPAY_BATCH_SIZE", size);
        let report = report(&run.run().succeeds());
        let what = format!("{batches} batches of {size}");
        let [sessions, in_flight, _] = usage(&report);
        let limit = batches.parse::<u64>().unwrap() * size.parse::<u64>().unwrap();
        assert_eq!(in_flight, (limit, calls as u64), "{what}");
        assert_eq!(hold.peaks(), (calls, usize::try_from(sessions.1).unwrap()), "{what}: at the server");
        let found: Vec<_> =
            report["requests"].as_array().unwrap().iter().map(|one| one["batch"].clone()).collect();
        assert_eq!(json!(found), json!(places), "{what}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Under trouble

/// A server that fails each call of `aov-by-product` so many times before it answers.
async fn failing(times: usize) -> Server {
    let failed = AtomicUsize::new(0);
    demo_server("demo-new", move |asked| {
        let fails = asked.is(&["product_type"], "aov") && failed.fetch_add(1, Ordering::SeqCst) < times;
        async move { fails.then(|| Ok(tool_error("busy"))) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_tried_as_often_as_allowed() {
    let kamslides = Kamslides::new();
    for (retries, code, attempts) in [("2", 0, 3), ("1", 3, 2), ("0", 3, 1)] {
        let run = kamslides.served("demo-new", &failing(2).await, &["--json"]);
        let run =
            run.variable("SCALAPAY_RETRY_ATTEMPTS", retries).variable("SCALAPAY_RETRY_DELAY_SECONDS", "0");
        let finished = run.run().ends(code);
        assert_eq!(request(&report(&finished), "aov-by-product")["attempts"], attempts, "{finished}");
        assert_eq!(finished.stderr.matches("trying again: ").count(), attempts.min(3) - 1, "{finished}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_before_another_try_is_as_long_as_set() {
    // Every call fails once. Without waiting the second tries are in time; with waits of up to 30 s, each of a random
    // length, some would begin after the deadline and are not waited for.
    let server = || {
        let failed = Mutex::new(std::collections::BTreeSet::new());
        demo_server("demo-new", move |asked| {
            let first = failed.lock().unwrap().insert(asked.arguments.to_string());
            async move { first.then(|| Ok(tool_error("busy"))) }
        })
    };
    let kamslides = Kamslides::new();
    let run = |server, delay| {
        let run = kamslides.served("demo-new", &server, &["--json"]);
        run.variable("SCALAPAY_RETRY_DELAY_SECONDS", delay)
            .variable("SCALAPAY_RETRIEVAL__DEADLINE", "3s")
            .run()
    };
    let finished = run(server().await, "0").succeeds();
    assert!(report(&finished)["requests"].as_array().unwrap().iter().all(|one| one["attempts"] == 2));
    let finished = run(server().await, "3600");
    assert!([3, 69].contains(&finished.code), "{finished}");
    let report = report(&finished);
    let mut messages =
        report["requests"].as_array().unwrap().iter().filter_map(|one| one["error"]["message"].as_str());
    let said = "busy; not tried again, since the run's time would be up before that";
    assert!(messages.any(|message| message.ends_with(said)), "{finished}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Where from

#[tokio::test(flavor = "multi_thread")]
async fn the_server_and_its_token_come_from_variables_and_the_token_is_never_shown() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = demo_server("demo-new", {
        let seen = Arc::clone(&seen);
        move |asked| {
            seen.lock().unwrap().push(asked.authorization);
            async { None }
        }
    })
    .await;
    for (variable, value) in [("MCP__TOKEN", "hunter2"), ("MCP__TOKEN_FILE", "token")] {
        // A folder each: what one run was answered the next one in the same folder would not ask for.
        let kamslides = Kamslides::new();
        kamslides.file("token", "hunter2\n");
        let variables = [("MCP__URL", &*server.name()), (variable, value), ("LOG_LEVEL", "trace")];
        let finished = run_under(&kamslides, &variables).succeeds();
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        assert_eq!(seen, vec![Some("Bearer hunter2".to_owned()); 9], "{variable}");
        assert!(!finished.stderr.contains("hunter2") && !finished.stdout.contains("hunter2"), "{finished}");
        let token = &report(&finished)["settings"]["mcp.token"];
        assert_eq!(token["source"], format!("env SCALAPAY_{variable}"), "{token}");
        for (path, content) in kamslides.files("decks") {
            assert!(!String::from_utf8_lossy(&content).contains("hunter2"), "{path}");
        }
    }
    let kamslides = Kamslides::new();
    let shown = kamslides.command(&["config", "show"]).variable("SCALAPAY_MCP__TOKEN", "hunter2");
    let shown = shown.run().succeeds();
    assert!(shown.stdout.contains("mcp.token") && !shown.stdout.contains("hunter2"), "{shown}");
}

#[test]
fn the_database_comes_from_a_variable() {
    let kamslides = Kamslides::with_pizza();
    let generate = ["generate", "--merchant", "pizzaplace", "--from", "2015-01-01", "--to", "2015-12-31"];
    let run = kamslides.command(&generate).variable("SCALAPAY_RETRIEVAL__DB", "pizza.db");
    assert!(run.run().succeeds().stderr.contains("5 of 7 sections drawn"));
    let listed =
        kamslides.command(&["data", "merchants"]).variable("SCALAPAY_RETRIEVAL__DB", "pizza.db").run();
    assert!(listed.succeeds().stdout.starts_with("pizzaplace "));
}

#[test]
fn the_folder_comes_from_flag_variable_or_file() {
    let kamslides = Kamslides::new();
    kamslides.file("kamslides.toml", "[output]\nfolder = \"from-file\"\n");
    let folder = |run: super::support::Run| {
        let folder = run.run().succeeds().folder();
        folder.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
    };
    let run = |more: &[&str]| kamslides.demo("demo-new", &[&["--only", "aov"], more].concat());
    assert_eq!(folder(run(&[])), "from-file");
    assert_eq!(folder(run(&[]).variable("SCALAPAY_CHART_BASE_FOLDER", "from-variable")), "from-variable");
    let both = run(&["-o", "from-flag"]).variable("SCALAPAY_CHART_BASE_FOLDER", "from-variable");
    assert_eq!(folder(both), "from-flag");
    kamslides.file("other.toml", "[output]\nfolder = \"from-other\"\n");
    assert_eq!(folder(run(&["--config", "other.toml"])), "from-other");
}

/// The deck of `demo-fashion` under a variable.
fn deck_under(variables: &[(&str, &str)]) -> (Pptx, Value) {
    let kamslides = Kamslides::new();
    let run = kamslides.demo("demo-fashion", &[]);
    let run =
        variables.iter().fold(run, |run, (name, value)| run.variable(&format!("SCALAPAY_{name}"), value));
    let finished = run.run().succeeds();
    (finished.deck(), finished.report())
}

#[test]
fn provider_author_and_company_are_on_the_deck() {
    let variables =
        [("OUTPUT__PROVIDER", "Demo Pay"), ("OUTPUT__AUTHOR", "Ada L"), ("OUTPUT__COMPANY", "Pay & Co")];
    let (deck, _) = deck_under(&variables);
    let titles = deck.paragraphs("Title");
    assert!(titles.iter().any(|title| title.starts_with("Sales through Demo Pay ")), "{titles:#?}");
    assert!(deck.paragraphs("Details").contains(&"Ada L, Pay & Co".to_owned()));
    let part = |name: &str| String::from_utf8_lossy(&deck.0[name]).into_owned();
    assert!(part("docProps/core.xml").contains("<dc:creator>Ada L</dc:creator>"));
    assert!(part("docProps/app.xml").contains("<Company>Pay &amp; Co</Company>"));
}

#[test]
fn pictures_are_as_large_and_as_small_as_asked() {
    let pictures = |variables: &[(&str, &str)]| -> (u32, usize) {
        let (deck, _) = deck_under(variables);
        let all: Vec<&Vec<u8>> = deck
            .0
            .iter()
            .filter(|(part, _)| part.rsplit_once('.').is_some_and(|(_, end)| end == "png"))
            .map(|(_, bytes)| bytes)
            .collect();
        let width = all.first().map(|png| u32::from_be_bytes(png[16..20].try_into().unwrap()));
        (width.unwrap(), all.iter().map(|png| png.len()).sum())
    };
    let ((width, bytes), (small_width, small_bytes)) =
        (pictures(&[]), pictures(&[("CHARTS__SMALL", "true")]));
    assert_eq!((width, small_width), (1600, 1600));
    assert!(small_bytes * 10 < bytes * 8, "{small_bytes} of {bytes}");
    assert_eq!(pictures(&[("CHARTS__SCALE", "2")]).0, 3200);
}

#[test]
fn names_in_other_scripts_are_drawn_where_a_font_is_named_and_spelt_out_where_not() {
    let kamslides = Kamslides::new();
    let mut orders = String::from("order_id,order_date,amount,product_type\n");
    for n in 0..300 {
        let (month, name) = (n % 12 + 1, ["東京", "שלום"][n % 2]);
        orders.push_str(&format!("{n},2024-{month:02}-10,{},{name}\n", 20 + n % 7));
    }
    kamslides.file("orders.csv", orders);
    let import =
        ["data", "import", "orders.csv", "--merchant", "acme", "--currency", "EUR", "--db", "shop.db"];
    kamslides.run(&import).succeeds();
    let fonts = |names: &[&str]| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fonts");
        names.iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>().join(":")
    };
    let generate = |fallback: &str| {
        let dates = ["--merchant", "acme", "--from", "2024-01-01", "--to", "2024-12-31", "--db", "shop.db"];
        let run = kamslides.command(&[&["generate"], &dates[..]].concat());
        run.variable("SCALAPAY_FONTS__FALLBACK", fallback).run()
    };
    let warned = |report: &Value| report.to_string().contains("no font has a sign for");
    let chart = |files: &std::collections::BTreeMap<String, Vec<u8>>, end: &str| {
        let name =
            files.keys().find(|name| name.contains("sales-by-product") && name.ends_with(end)).unwrap();
        files[name].clone()
    };
    let without = generate("").succeeds();
    assert!(warned(&without.report()), "a name that is spelt out is told");
    let spelt_out = without.files();
    let drawn = generate(&fonts(&["NotoSansJP-subset.ttf", "NotoSansHebrew-subset.ttf"])).succeeds();
    assert!(!warned(&drawn.report()));
    for files in [&spelt_out, &drawn.files()] {
        let svg = String::from_utf8(chart(files, ".svg")).unwrap();
        assert!(svg.contains(">東京<") && svg.contains(">שלום<"), "the SVG keeps the names");
    }
    assert!(drawn.deck().text().contains("東京"), "so do the slides");
    assert!(chart(&spelt_out, ".png") != chart(&drawn.files(), ".png"), "the picture changes");
    generate("orders.csv").fails(78, &["fonts.fallback", "orders.csv", "is not a font"]);
    generate("gone.ttf").fails(78, &["fonts.fallback", "gone.ttf", "cannot be read"]);
    // The gallery draws with them too.
    let gallery = kamslides.command(&["template", "show", "--gallery", "gallery"]);
    let gallery = gallery.variable("SCALAPAY_FONTS__FALLBACK", "gone.ttf").run();
    gallery.fails(78, &["fonts.fallback", "gone.ttf", "cannot be read"]);
}

#[test]
fn thresholds_that_are_raised_take_away_what_rests_on_less() {
    let (deck, report) = deck_under(&[("PRIVACY__MIN_BASE", "1000000")]);
    assert_eq!(request(&report, "demographics")["status"], "no_data");
    assert!(deck.closing().contains("Who shops this way: no data"));
    let (deck, _) = deck_under(&[]);
    assert!(deck.text().contains("65+ 3%") && !deck.text().contains("55+"), "{}", deck.text());
    let (merged, report) = deck_under(&[("PRIVACY__MIN_CELL", "400")]);
    assert!(merged.text().contains("55+ 9%") && !merged.text().contains("65+"), "{}", merged.text());
    assert_eq!(request(&report, "orders-by-user-type")["status"], "no_data");
    let title = |deck: Pptx| deck.paragraphs("Title")[1].clone();
    assert!(title(deck).contains('%'));
    let (deck, _) = deck_under(&[("ANALYSIS__MIN_ORDERS", "1000000")]);
    let title = title(deck);
    assert!(!title.contains('%'), "{title}");
    under(&[("PRIVACY__MIN_BASE", "5")]).fails(78, &["SCALAPAY_PRIVACY__MIN_BASE", "from 50"]);
}

#[test]
fn audience_and_what_stands_in_come_from_variables() {
    let kamslides = Kamslides::with_pizza();
    let run = |name: &str, value: &str| {
        let finished = kamslides.pizza(&[]).variable(name, value).run().succeeds();
        (finished.folder_name().ends_with("_internal"), finished.deck().paragraphs("Message").len())
    };
    assert_eq!(run("SCALAPAY_OUTPUT__AUDIENCE", "internal"), (true, 2));
    assert_eq!(run("SCALAPAY_OUTPUT__ON_MISSING", "placeholder"), (false, 2));
    assert_eq!(run("SCALAPAY_OUTPUT__ON_MISSING", "omit"), (false, 0));
    under(&[("OUTPUT__AUDIENCE", "everybody")]).fails(78, &["SCALAPAY_OUTPUT__AUDIENCE", "client"]);
    under(&[("OUTPUT__TEMPLATE", "nowhere")]).fails(78, &["`nowhere`"]);
    under(&[("OUTPUT__FSYNC", "true")]).succeeds();
}

// ---------------------------------------------------------------------------------------------------------------------
// What is told

#[test]
fn the_log_tells_as_much_as_asked_for() {
    let lines = |variables: &[(&str, &str)]| under(variables).succeeds().stderr;
    let plain = lines(&[]);
    assert!(plain.lines().count() == 1 && plain.starts_with("kamslides: demo-new "), "{plain}");
    let info = lines(&[("LOG_LEVEL", "info")]);
    assert!(info.contains("info: aov: chart drawn") && !info.contains("debug: "), "{info}");
    for variables in [[("VERBOSE_LOGGING", "true")], [("LOG_LEVEL", "debug")]] {
        let debug = lines(&variables);
        assert!(debug.contains("info: ") && debug.contains("debug: aov: drawing"), "{debug}");
    }
    let flag = |flag: &str| Kamslides::new().demo("demo-new", &[flag]).run().succeeds().stderr;
    assert!(flag("-v").contains("debug: aov: drawing"));
    assert_eq!(flag("-q"), "");
    let unused = lines(&[("ENABLE_CONCURRENT_SLIDES_PROCESSING", "3"), ("SLIDES_BATCH_SIZE", "3")]);
    assert!(
        unused.contains("SCALAPAY_ENABLE_CONCURRENT_SLIDES_PROCESSING")
            && unused.contains("SCALAPAY_SLIDES_BATCH_SIZE")
    );
}

#[test]
fn as_json_every_line_is_an_object_with_the_runs_id() {
    let objects = |finished: &Finished| -> Vec<Value> {
        let lines = finished.stderr.lines();
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{finished}"))).collect()
    };
    let finished = under(&[("LOG__FORMAT", "json"), ("LOG_LEVEL", "debug"), ("BATCHSIZE", "3")]).succeeds();
    let lines = objects(&finished);
    assert!(lines.len() > 20);
    let id = &report(&finished)["run_id"];
    // A warning about the settings comes before there is a run.
    assert!(lines.iter().skip(1).all(|line| line["run_id"] == *id), "{finished}");
    let of_request = |slug: &str, what: &str| {
        let line = lines.iter().find(|line| line["message"] == format!("{slug}: {what}")).expect(what);
        let span = &line["spans"][0];
        (span["request"].clone(), span["batch"].clone())
    };
    assert_eq!(of_request("aov", "request sent"), (json!("aov"), json!(1)));
    assert_eq!(of_request("monthly-sales-yoy", "answered"), (json!("monthly-sales-yoy"), json!(0)));
    assert_eq!(of_request("aov", "chart drawn"), (json!("aov"), json!(1)));
    let kamslides = Kamslides::new();
    let failed = kamslides.demo("demo-nobody", &["--log-format", "json"]).run().ends(65);
    let error = objects(&failed).pop().unwrap();
    assert_eq!(
        (&error["level"], &error["code"], &error["kind"]),
        (&json!("error"), &json!(65), &json!("unknown_merchant"))
    );
    assert!(!error["hints"].as_array().unwrap().is_empty() && error["run_id"].is_string(), "{error}");
}

// ---------------------------------------------------------------------------------------------------------------------
// The other commands

#[test]
fn every_command_explains_itself_in_plain_words() {
    let kamslides = Kamslides::new();
    for command in [
        "",
        "generate",
        "data",
        "data demo",
        "data import",
        "data merchants",
        "data forget",
        "data serve",
        "decode",
        "template",
        "template list",
        "template show",
        "template check",
        "config",
        "config show",
        "config path",
        "config check",
    ] {
        let arguments: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
        let help = kamslides.run(&arguments).succeeds().stdout;
        assert!(help.contains("Usage: kamslides") && help.contains("Options of every command"), "{help}");
        assert!(help.is_ascii() || help.replace('…', "").is_ascii(), "{help}");
        assert!(!help.contains('!'), "{help}");
        for line in help.lines().filter(|line| line.trim_start().starts_with('-')) {
            assert!(line.trim().contains("  "), "an option without a word: {line}");
        }
    }
    let help = kamslides.run(&["generate", "--help"]).succeeds().stdout;
    let headings = [
        "What and when:",
        "Where the data come from:",
        "What is shown:",
        "How it runs:",
        "Options of every command:",
    ];
    let places: Vec<_> = headings.iter().map(|heading| help.find(&format!("\n{heading}\n"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{help}");
    let version = kamslides.run(&["--version"]).succeeds().stdout;
    assert_eq!(version, format!("kamslides {}\n", env!("CARGO_PKG_VERSION")));
    let bare = kamslides.run(&[]).ends(2);
    assert!(bare.stderr.contains("Usage: kamslides") && bare.stdout.is_empty());
}

#[test]
fn the_configuration_is_shown_with_its_sources_and_checked() {
    let kamslides = Kamslides::new();
    kamslides.file("kamslides.toml", "[output]\nprovider = \"Demo Pay\"\n");
    let run = |arguments: &[&str]| {
        let finished = kamslides.command(arguments).variable("SCALAPAY_BATCH_SIZE", "5").run().succeeds();
        finished.stdout
    };
    let shown = run(&["config", "show"]);
    assert!(
        shown.contains("retrieval.batch_size = 5 ") && shown.contains("# env SCALAPAY_BATCH_SIZE"),
        "{shown}"
    );
    let shown: Value = serde_json::from_str(&run(&["config", "show", "--json"])).unwrap();
    assert!(shown.to_string().contains("kamslides.toml"), "{shown}");
    assert!(run(&["config", "path"]).contains("./kamslides.toml"));
    assert!(run(&["config", "check"]).contains("2 settings changed from the default, 1 file read"));
    assert_eq!(run(&["template", "list"]), "kam-review\n");
    assert_eq!(run(&["template", "check", "kam-review"]), "template `kam-review` is valid: 7 sections\n");
}

#[test]
fn data_are_imported_listed_and_forgotten() {
    let kamslides = Kamslides::new();
    kamslides.file("orders.csv", "Order ID,Order Date,Total\n1,2024-01-05,10\n2,2024-01-06,20\n");
    let stdin = File::open(kamslides.path("orders.csv")).unwrap();
    let import = ["data", "import", "-", "--merchant", "acme", "--map", "auto"];
    let finished = kamslides.command(&import).stdin(stdin).run().succeeds();
    finished.says(&["Order ID=order_id", "2 of 2 rows imported, 2 orders, 30.00 in total, for acme"]);
    assert_eq!(kamslides.names("."), ["kamslides.db", "orders.csv"]);
    let merchants = || kamslides.run(&["data", "merchants"]).succeeds().stdout;
    assert_eq!(merchants(), "acme  2024-01-05..2024-01-06  2 orders  -\n");
    kamslides.run(&["data", "forget", "--merchant", "acm"]).fails(65, &["`acm`", "hint: "]);
    kamslides.run(&["data", "forget", "--merchant", "acme"]).succeeds().says(&["acme is deleted"]);
    assert_eq!(merchants(), "");
    kamslides.run(&["data", "demo"]).succeeds();
    assert_eq!(merchants().lines().count(), 4);
}

#[test]
fn a_served_database_gives_the_same_deck() {
    let kamslides = Kamslides::new();
    let mut serving = kamslides.command(&["data", "serve", "--http", "127.0.0.1:0"]).start();
    let line = serving.line();
    let url =
        line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| panic!("{line}"));
    let generate = [&["generate", "--merchant", "demo-fashion"][..], &DEMO_HISTORY].concat();
    let far = kamslides.run(&[&generate[..], &["--mcp-url", url]].concat()).succeeds().files();
    let near = kamslides.run(&generate).succeeds().files();
    for (path, content) in &near {
        if path == "deck.pptx" || path.starts_with("charts/") || path.starts_with("raw/") {
            assert!(far[path] == *content, "{path} differs");
        }
    }
    serving.signal(Signal::TERM);
    serving.wait().succeeds();
}
