//! What a program that is a server can do wrong in a run: end, flood, babble, and answer without end.

use super::{SECTION, failed_report, good_answers_are_kept};
use crate::support::{Finished, Kamslides, request};
use serde_json::json;

/// Runs with the program's own metrics server, which a script of the shell starts in place of SERVE.
fn run(kamslides: &Kamslides, script: &str, variables: &[(&str, &str)]) -> Finished {
    let serve = format!("'{}' data serve --stdio", env!("CARGO_BIN_EXE_kamslides"));
    kamslides.file("script", script.replace("SERVE", &serve));
    let entry = json!({"command": "/bin/sh", "args": ["script"], "cwd": kamslides.path("")});
    kamslides.file("f.json", json!({"mcpServers": {"x": entry}}).to_string());
    let run = kamslides.demo("demo-new", &["--server", "x", "--mcp-config", "f.json"]);
    let run = run.variable("SCALAPAY_RETRY_DELAY_SECONDS", "0");
    variables.iter().fold(run, |run, (name, value)| run.variable(name, value)).run()
}

#[test]
fn a_program_that_ends_at_once_fails_every_section() {
    let kamslides = Kamslides::new();
    let said = ["the server x ended with exit code 7; the last it said: no database"];
    run(&kamslides, "echo 'no database' >&2; exit 7", &[]).fails(69, &said);
    assert_eq!(failed_report(&kamslides)["errors_by_kind"], json!({"unavailable": 7}));
}

#[test]
fn what_a_program_answered_before_it_died_for_good_is_kept() {
    let kamslides = Kamslides::new();
    // The first program takes the handshake and two calls, answers what it can, and ends; no other begins.
    let script = "if [ -e begun ]; then exit 3; fi; : > begun\n\
                  { for line in 1 2 3 4; do read -r a; echo \"$a\"; done; } | SERVE; exit 3";
    let variables =
        [("SCALAPAY_ENABLE_CONCURRENT_DATA_RETRIEVAL", "false"), ("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "0")];
    let finished = run(&kamslides, script, &variables).ends(3);
    let report = finished.report();
    let drawn = report["charts"].as_array().unwrap().len();
    assert!((1..7).contains(&drawn), "{finished}");
    assert_eq!(report["errors_by_kind"], json!({"unavailable": 7 - drawn}), "{finished}");
    good_answers_are_kept(&finished, drawn);
}

#[test]
fn a_flood_of_words_and_a_banner_cost_nothing() {
    // 1.25 MiB of standard error, where a pipe holds 64 KiB.
    let flood = "i=0; while [ $i -lt 20480 ]; do echo '0123456789012345678901234567890123456789012345678901234567890' >&2; i=$((i + 1)); done";
    for script in
        [format!("{flood}\nexec SERVE"), "echo 'Welcome to Server 3.0'; echo '{}'\nexec SERVE".into()]
    {
        let kamslides = Kamslides::new();
        let finished = run(&kamslides, &script, &[]).ends(0);
        good_answers_are_kept(&finished, 7);
    }
}

#[test]
fn an_answer_of_20_mib_costs_its_section_alone() {
    let kamslides = Kamslides::new();
    // One call at a time, so that no two answers are printed into one line.
    let script = r#"
        exec 3>&1
        while read -r line; do
          case $line in
            *'"metrics":["aov"'*'"group_by":["product_type"]'*|*'"group_by":["product_type"]'*'"metrics":["aov"'*)
              id=${line#*\"id\":}; id=${id%%[,\}]*}
              { printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' "$id"
                head -c 20971520 /dev/zero | tr '\0' x; printf '"}]}}\n'; } >&3 ;;
            *) printf '%s\n' "$line" ;;
          esac
        done | SERVE"#;
    let variables =
        [("SCALAPAY_ENABLE_CONCURRENT_DATA_RETRIEVAL", "false"), ("SCALAPAY_RETRIEVAL__CALL_TIMEOUT", "8s")];
    let finished = run(&kamslides, script, &variables).ends(3);
    let report = finished.report();
    let error = &request(&report, SECTION)["error"];
    // The line is dropped, so that the call waits for an answer that has come and gone.
    assert_eq!(error["kind"], "timeout", "{error}");
    assert_eq!(report["errors_by_kind"], json!({"timeout": 1}), "{finished}");
    good_answers_are_kept(&finished, 6);
}
