//! Where settings come from, what wins, and what a person is told about a mistake.

use kamslides::{
    concurrency::Limits,
    config::{
        ConfigError, ENV_VARS, Effect, Entry, EnvVar, Environment, Flag, Loaded, Place, Settings, Sources,
        load, show,
    },
    failure::{Failure, FailureKind},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// A machine with no configuration but what a test puts there.
struct Machine {
    root: TempDir,
    variables: Vec<(String, String)>,
    config_file: Option<PathBuf>,
    flags: Vec<Flag>,
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("here")).unwrap();
        Self { root, variables: Vec::new(), config_file: None, flags: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    fn flag(mut self, key: &'static str, flag: &'static str, value: Value) -> Self {
        self.flags.push((key, flag, value));
        self
    }

    fn config(mut self, name: &str) -> Self {
        self.config_file = Some(self.path(name));
        self
    }

    fn with<T>(&self, ask: impl FnOnce(&Sources) -> T) -> T {
        let variables = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let environment = Environment::new(variables).with_system_config(self.path("etc"));
        ask(&Sources {
            environment: &environment,
            config_file: self.config_file.as_deref(),
            working_dir: &self.path("here"),
            flags: self.flags.clone(),
        })
    }

    fn load(&self) -> Loaded {
        self.with(load).unwrap_or_else(|error| panic!("{error}"))
    }

    fn error(&self) -> ConfigError {
        self.with(load).map(|loaded| loaded.settings).unwrap_err()
    }

    fn settings(&self) -> Settings {
        self.load().settings
    }
}

fn with_variable(name: &str, value: &str) -> Machine {
    Machine::new().variable(name, value)
}

fn entry<'a>(loaded: &'a Loaded, key: &str) -> &'a Entry {
    loaded.provenance.iter().find(|entry| entry.key == key).unwrap_or_else(|| panic!("no entry for {key}"))
}

/// A setting as the struct holds it, by key.
fn held(settings: &Settings, key: &str) -> Value {
    let settings = serde_json::to_value(settings).unwrap();
    settings.pointer(&format!("/{}", key.replace('.', "/"))).cloned().unwrap()
}

/// Every key, from the table.
fn keys() -> Vec<&'static str> {
    let key = |variable: &EnvVar| match variable.effect {
        Effect::Key(key, _) => Some(key),
        _ => None,
    };
    ENV_VARS.iter().filter_map(key).collect()
}

/// A value for each key that is not its default: as text, and as the settings hold it.
fn other_value(key: &str) -> (&'static str, Value) {
    match key {
        "retrieval.concurrent" | "charts.concurrent" => ("disabled", json!(false)),
        "retrieval.max_concurrent_batches" | "retrieval.batch_size" | "charts.max_concurrent" => {
            ("7", json!(7))
        }
        "charts.scale" => ("2", json!(2)),
        "fonts.fallback" => ("noto.ttf:other.otf", json!(["noto.ttf", "other.otf"])),
        "retrieval.mode" => ("Agent", json!("agent")),
        "retrieval.max_steps" | "llm.max_concurrent" => ("9", json!(9)),
        "retrieval.simplified_schemas" => ("off", json!(false)),
        "llm.base_url" => ("http://127.0.0.1:9000/v1", json!("http://127.0.0.1:9000/v1")),
        "llm.model" => ("gpt-4o", json!("gpt-4o")),
        "llm.max_context_tokens" => ("32000", json!(32_000)),
        "retrieval.db" => ("orders.sqlite", json!("orders.sqlite")),
        "retrieval.call_timeout" | "retrieval.connect_timeout" => ("1500ms", json!("1500ms")),
        "retrieval.server" => ("sales", json!("sales")),
        "mcp.url" => ("http://127.0.0.1:9000/mcp", json!("http://127.0.0.1:9000/mcp")),
        "mcp.servers" => {
            (r#"{"duck": {"command": "duck"}, "sales": {"url": "x"}}"#, json!(["duck", "sales"]))
        }
        "retrieval.deadline" | "llm.timeout" => ("10m", json!("600s")),
        "mcp.token" | "llm.api_key" => ("hunter2", json!("***")),
        "resilience.retry_attempts" => ("0", json!(0)),
        "resilience.retry_delay_seconds" => ("0.25", json!(0.25)),
        "resilience.circuit_breaker_timeout_seconds" => ("30", json!(30.0)),
        "resilience.fallback_to_sequential" => ("no", json!(false)),
        "resilience.sequential"
        | "charts.small"
        | "output.fsync"
        | "output.require_complete"
        | "log.verbose" => ("yes", json!(true)),
        "output.folder" => ("/srv/decks", json!("/srv/decks")),
        "retrieval.binding" => ("sql", json!("sql")),
        "output.template" => ("quarterly", json!("quarterly")),
        "output.audience" => ("internal", json!("internal")),
        "output.on_missing" => ("omit", json!("omit")),
        "output.provider" | "output.author" | "output.company" => ("1984", json!("1984")),
        "privacy.min_base" | "privacy.min_cell" | "analysis.min_orders" => ("500", json!(500)),
        "resilience.circuit_breaker_threshold" | "privacy.raw_days" => ("7", json!(7)),
        "log.level" => ("INFO", json!("info")),
        "log.format" => ("json", json!("json")),
        other => panic!("give {other} a value here"),
    }
}

#[test]
fn without_any_source_everything_is_the_default() {
    let loaded = Machine::new().load();
    assert_eq!(loaded.settings, Settings::default());
    assert_eq!(loaded.provenance.len(), keys().len());
    assert!(loaded.provenance.iter().all(|entry| entry.source == "default" && entry.shadowed.is_empty()));
    assert_eq!(loaded.warnings, [""; 0]);
    assert_eq!(loaded.files.iter().map(|(_, found)| *found).collect::<Vec<_>>(), [false, false]);
    assert_eq!(loaded.settings.limits(), Limits::new(2, 3, 4));
}

#[test]
fn every_field_of_the_settings_has_a_key() {
    let settings = serde_json::to_value(Settings::default()).unwrap();
    let mut fields = Vec::new();
    for (table, keys) in settings.as_object().unwrap() {
        fields.extend(keys.as_object().unwrap().keys().map(|key| format!("{table}.{key}")));
    }
    assert_eq!(fields, keys());
}

#[test]
fn every_variable_changes_its_setting_and_is_named_as_the_source() {
    for variable in ENV_VARS {
        let Some(key) = variable.key() else { continue };
        let (text, expected) = other_value(key);
        let mut machine = Machine::new();
        if let Effect::File(_) = variable.effect {
            machine = machine.file("here/secret", &format!("{text}\n")).variable(variable.name, "secret");
        } else {
            machine = machine.variable(variable.name, text);
        }
        let loaded = machine.load();
        assert_ne!(held(&Settings::default(), key), expected, "{key} needs a value that is not its default");
        assert_eq!(held(&loaded.settings, key), expected, "{}", variable.name);
        let entry = entry(&loaded, key);
        assert_eq!(entry.source, format!("env {}", variable.name));
        assert_eq!(entry.shadowed.last().unwrap().source, "default");
        let changed: Vec<_> = loaded.provenance.iter().filter(|entry| entry.source != "default").collect();
        assert_eq!(changed.len(), 1, "{}: {changed:?}", variable.name);
        assert_eq!(loaded.warnings, [""; 0], "{}", variable.name);
        if key == "mcp.token" {
            assert_eq!(loaded.settings.mcp.token.unwrap().expose(), "hunter2");
        }
    }
}

#[test]
fn every_key_can_be_set_in_a_file_and_by_a_flag() {
    for key in keys() {
        let (text, expected) = other_value(key);
        let machine = Machine::new().file("here/kamslides.toml", &format!("{key} = {text:?}\n"));
        let loaded = machine.load();
        assert_eq!(held(&loaded.settings, key), expected);
        let path = machine.path("here/kamslides.toml");
        assert_eq!(entry(&loaded, key).source, format!("file {}", path.display()));
        let loaded = Machine::new().flag(key, "--some-flag", json!(text)).load();
        assert_eq!(held(&loaded.settings, key), expected);
        assert_eq!(entry(&loaded, key).source, "flag --some-flag");
    }
}

#[test]
fn each_source_overrides_those_below_and_hides_them() {
    let size = |n: usize| format!("[retrieval]\nbatch_size = {n}\n");
    let mut machine = Machine::new().file("etc/kamslides/config.toml", &size(11));
    let home = machine.path("home").display().to_string();
    machine = machine.variable("HOME", home);
    assert_eq!(machine.settings().retrieval.batch_size, 11);
    machine = machine.file("home/.config/kamslides/config.toml", &size(12));
    assert_eq!(machine.settings().retrieval.batch_size, 12);
    machine = machine.file("here/kamslides.toml", &size(13));
    assert_eq!(machine.settings().retrieval.batch_size, 13);
    machine = machine.variable("SCALAPAY_BATCH_SIZE", "14");
    assert_eq!(machine.settings().retrieval.batch_size, 14);
    machine = machine.flag("retrieval.batch_size", "--batch-size", json!(15));
    let loaded = machine.load();
    assert_eq!(loaded.settings.retrieval.batch_size, 15);
    let entry = entry(&loaded, "retrieval.batch_size");
    let hidden: Vec<_> = entry.shadowed.iter().map(|shadowed| shadowed.value.clone()).collect();
    assert_eq!(hidden, [14, 13, 12, 11, 3].map(Value::from));
    let sources: Vec<_> = entry.shadowed.iter().map(|shadowed| shadowed.source.as_str()).collect();
    assert_eq!((sources[0], sources[4]), ("env SCALAPAY_BATCH_SIZE", "default"));
    assert!(sources[3].ends_with("etc/kamslides/config.toml"), "{sources:?}");
    assert_eq!(loaded.files.iter().map(|(_, found)| *found).collect::<Vec<_>>(), [true; 3]);
}

#[test]
fn sources_are_merged_key_by_key() {
    let settings = Machine::new()
        .file("etc/kamslides/config.toml", "[retrieval]\nbatch_size = 4\ndeadline = \"2m\"\n")
        .file("here/kamslides.toml", "retrieval.batch_size = 5\n")
        .variable("SCALAPAY_MAX_CONCURRENT_BATCHES", "6")
        .settings();
    let retrieval = settings.retrieval;
    assert_eq!((retrieval.batch_size, retrieval.max_concurrent_batches), (5, 6));
    assert_eq!(
        (retrieval.deadline, retrieval.call_timeout),
        (Duration::from_secs(120), Duration::from_secs(60))
    );
}

#[test]
fn a_config_flag_replaces_the_files_and_must_exist() {
    let machine = Machine::new()
        .file("here/kamslides.toml", "charts.max_concurrent = 9\n")
        .file("mine.toml", "retrieval.batch_size = 5\n")
        .variable("SCALAPAY_MAX_CONCURRENT_BATCHES", "6")
        .config("mine.toml");
    let settings = machine.settings();
    assert_eq!(settings.charts.max_concurrent, 4);
    assert_eq!((settings.retrieval.batch_size, settings.retrieval.max_concurrent_batches), (5, 6));
    let error = Machine::new().config("absent.toml").error();
    assert!(error.to_string().contains("absent.toml: cannot read this file"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_passed_over() {
    let machine = Machine::new();
    fs::create_dir(machine.path("here/kamslides.toml")).unwrap();
    assert!(machine.error().to_string().contains("kamslides.toml: cannot read"), "{}", machine.error());
    let machine = Machine::new().variable("HOME", "/dev/null");
    assert_eq!(machine.settings(), Settings::default());
}

#[test]
fn without_home_there_is_no_users_file() {
    let files = Machine::new().with(show::files);
    assert_eq!(files.lines().count(), 2, "{files}");
    let machine = Machine::new().file("x/kamslides/config.toml", "retrieval.batch_size = 5\n");
    let xdg = machine.path("x").display().to_string();
    let machine = machine.variable("XDG_CONFIG_HOME", xdg);
    assert_eq!(machine.settings().retrieval.batch_size, 5);
    let files = machine.with(show::files);
    let states: Vec<_> = files.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(states, ["absent", "found", "absent"]);
}

#[test]
fn a_misspelt_key_is_named_with_file_line_and_suggestion() {
    let machine = Machine::new().file("here/kamslides.toml", "[retrieval]\n\nbatch_sise = 3\n");
    let failure = Failure::from(machine.error());
    assert_eq!(failure.kind, FailureKind::Config);
    assert!(
        failure.to_string().ends_with("kamslides.toml:3: unknown key `retrieval.batch_sise`"),
        "{failure}"
    );
    assert_eq!(failure.hints, ["did you mean `retrieval.batch_size`?"]);
}

#[test]
fn a_misspelt_variable_is_a_warning_and_an_error_of_check() {
    let machine = with_variable("SCALAPAY_BATCHSIZE", "4");
    let loaded = machine.load();
    assert_eq!(loaded.settings, Settings::default());
    let expected =
        "SCALAPAY_BATCHSIZE: no such variable, so it has no effect; did you mean `SCALAPAY_BATCH_SIZE`?";
    assert_eq!(loaded.warnings, [expected]);
    let error = machine.with(show::check).unwrap_err();
    assert_eq!(error.problems[0].place, Place::Variable("SCALAPAY_BATCHSIZE".into()));
    assert!(Machine::new().with(show::check).unwrap().contains("valid"));
    assert!(with_variable("OTHER_BATCHSIZE", "4").load().warnings.is_empty());
}

#[test]
fn a_bad_value_names_its_variable_and_what_is_allowed() {
    let cases = [
        (
            "SCALAPAY_BATCH_SIZE",
            "whole number from 1 to 1000",
            &["0", "-1", "lots", "1.5", "1001", "0x10"][..],
        ),
        ("SCALAPAY_CHARTS__MAX_CONCURRENT", "whole number from 1", &["0", "99999999999999999999"]),
        ("SCALAPAY_RETRY_ATTEMPTS", "whole number from 0 to 20", &["-1", "lots", "21"]),
        ("SCALAPAY_RETRY_DELAY_SECONDS", "seconds from 0 to 3600", &["-1", "lots", "nan", "inf", "1e9"]),
        ("SCALAPAY_EMERGENCY_MODE", "true or false", &["maybe", "2", "truee"]),
        ("SCALAPAY_RETRIEVAL__DEADLINE", "duration such as 90s", &["0s", "60", "-5s", "1000h", "soon"]),
        ("SCALAPAY_PRIVACY__MIN_CELL", "may be raised, never lowered", &["9", "0", "-1"]),
        ("SCALAPAY_OUTPUT__ON_MISSING", "placeholder or omit or fail", &["ignore"]),
        ("SCALAPAY_LOG_LEVEL", "error, warn, info, debug or trace", &["loud"]),
        ("SCALAPAY_MCP__URL", "an address such as", &["localhost:8000", "http://", "http://me:pw@host/"]),
    ];
    for (name, allowed, values) in cases {
        for value in values {
            let error = with_variable(name, value).error();
            let text = error.to_string();
            assert!(text.starts_with(&format!("{name}: ")) && text.contains(allowed), "{text}");
            assert!(!text.contains("pw@"), "{text}");
        }
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    for variable in ENV_VARS {
        for blank in ["", " "] {
            let loaded = with_variable(variable.name, blank).load();
            assert_eq!(loaded.settings, Settings::default(), "{}", variable.name);
            assert_eq!(loaded.warnings, [""; 0], "{}", variable.name);
        }
    }
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    let machine = Machine::new()
        .file("here/kamslides.toml", "[charts]\nmax_concurrent = 0\ncolour = 1\n")
        .variable("SCALAPAY_MAX_CONCURRENT_CHARTS", "lots")
        .variable("SCALAPAY_BATCHSIZE", "1")
        .flag("retrieval.deadline", "--deadline", json!("soon"));
    let text = machine.error().to_string();
    for part in
        ["4 settings are wrong", "toml:2: ", "toml:3: ", "SCALAPAY_MAX_CONCURRENT_CHARTS: ", "--deadline: "]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(machine.with(show::check).unwrap_err().problems.len(), 5);
}

#[test]
fn a_wrong_flag_is_a_usage_error() {
    let machine = Machine::new().flag("retrieval.deadline", "--deadline", json!("soon"));
    assert_eq!(Failure::from(machine.error()).kind, FailureKind::Usage);
    let machine = Machine::new().flag("retrieval.db", "--db", Value::Null);
    assert_eq!(machine.settings(), Settings::default());
}

#[test]
fn of_both_names_the_one_with_the_table_wins_with_a_warning() {
    let loaded =
        with_variable("SCALAPAY_RETRIEVAL__BATCH_SIZE", "5").variable("SCALAPAY_BATCH_SIZE", "6").load();
    assert_eq!(loaded.settings.retrieval.batch_size, 5);
    let expected = "SCALAPAY_BATCH_SIZE is ignored, because SCALAPAY_RETRIEVAL__BATCH_SIZE is set too";
    assert_eq!(loaded.warnings, [expected]);
    assert_eq!(entry(&loaded, "retrieval.batch_size").shadowed[0].source, "env SCALAPAY_BATCH_SIZE");
}

#[test]
fn any_of_the_emergency_switches_is_enough() {
    let names =
        ["SCALAPAY_EMERGENCY_MODE", "SCALAPAY_FORCE_SEQUENTIAL_BATCH", "SCALAPAY_FORCE_SEQUENTIAL_SLIDES"];
    for on in names {
        let machine = names.iter().fold(Machine::new(), |machine, name| {
            machine.variable(name, if *name == on { "enabled" } else { "off" })
        });
        let loaded = machine.load();
        assert!(loaded.settings.resilience.sequential, "{on}");
        assert_eq!(entry(&loaded, "resilience.sequential").source, format!("env {on}"));
        assert_eq!(loaded.settings.limits(), Limits::new(2, 3, 4).one_call().one_chart());
    }
    let machine = Machine::new()
        .file("here/kamslides.toml", "resilience.sequential = true\n")
        .variable("SCALAPAY_EMERGENCY_MODE", "off");
    assert!(!machine.settings().resilience.sequential);
}

#[test]
fn variables_without_effect_are_told() {
    let effect = |effect: Effect| ENV_VARS.iter().filter(move |variable| variable.effect == effect);
    for variable in effect(Effect::Unused) {
        let loaded = with_variable(variable.name, "7").load();
        let expected = format!("{} is recognised but has no effect in this version", variable.name);
        assert_eq!(loaded.warnings, [expected]);
        assert_eq!(loaded.settings, Settings::default());
    }
    let machine = effect(Effect::Replaced)
        .fold(Machine::new(), |machine, variable| machine.variable(variable.name, "1"));
    let loaded = machine.load();
    assert_eq!(loaded.warnings.len(), 1);
    for variable in effect(Effect::Replaced) {
        let part = format!("{} ({})", variable.name, variable.help);
        assert!(loaded.warnings[0].contains(&part), "{part}: {:?}", loaded.warnings);
    }
    assert_eq!(loaded.settings, Settings::default());
}

#[test]
fn a_secret_comes_from_a_variable_a_file_or_both() {
    let machine = Machine::new()
        .file("here/token", "\n from-file \n")
        .file("here/empty", "\n")
        .variable("SCALAPAY_MCP__TOKEN_FILE", "token");
    assert_eq!(machine.settings().mcp.token.unwrap().expose(), "from-file");
    let loaded = machine.variable("SCALAPAY_MCP__TOKEN", "from-variable").load();
    assert_eq!(loaded.settings.mcp.token.unwrap().expose(), "from-variable");
    let expected = "SCALAPAY_MCP__TOKEN_FILE is ignored, because SCALAPAY_MCP__TOKEN is set too";
    assert_eq!(loaded.warnings, [expected]);
    for (file, why) in [("absent", "cannot read"), ("empty", "is empty")] {
        let machine = Machine::new().file("here/empty", "\n").variable("SCALAPAY_MCP__TOKEN_FILE", file);
        let text = machine.error().to_string();
        assert!(text.starts_with("SCALAPAY_MCP__TOKEN_FILE: ") && text.contains(why), "{text}");
    }
}

#[test]
fn a_secret_is_never_shown() {
    let token = "hunter2-314159";
    let loaded = Machine::new()
        .file("here/kamslides.toml", "mcp.token = \"hunter2-271828\"\n")
        .variable("SCALAPAY_MCP__TOKEN", token)
        .variable("SCALAPAY_MCP__URL", "https://host/mcp?key=hunter2")
        .load();
    assert_eq!(loaded.settings.mcp.token.as_ref().unwrap().expose(), token);
    let shown = [
        show::settings(&loaded, true),
        show::settings_json(&loaded, true),
        format!("{:?}", loaded.provenance),
        format!("{:?}", loaded.settings.mcp.token),
        serde_json::to_string(&loaded.provenance).unwrap(),
        serde_json::to_string(&loaded.settings.mcp.token).unwrap(),
    ];
    for text in shown {
        assert!(text.contains("***") && !text.contains("hunter2"), "{text}");
    }
    let masked = "# mcp.url = \"https://host/mcp?***\"";
    assert!(show::settings(&loaded, false).contains(masked), "a mask must not be read back as an address");
    // Wrong values and broken files do not give it away either.
    let broken = [
        Machine::new().file("here/kamslides.toml", "[mcp]\ntoken = hunter2\n"),
        Machine::new().file("here/kamslides.toml", "[mcp]\ntoken = [\"hunter2\"]\n"),
        Machine::new().file("here/kamslides.toml", "[mcp]\ntokn = \"hunter2\"\n"),
        with_variable("SCALAPAY_MCP__TOKEN", "hunter2\u{fffd}"),
    ];
    for machine in broken {
        let text = format!("{0} {0:?}", machine.error());
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn servers_are_tables_of_which_only_names_are_shown() {
    let file = "[mcp.servers.sales]\nurl = \"http://h/hunter2\"\nheaders = { A = \"hunter2\" }\n\
        [mcp.servers.duck]\ncommand = \"duck\"\nargs = [\"a\", \"hunter2\"]\nkamslides.timeout = \"5s\"\n";
    let loaded = Machine::new()
        .file("etc/kamslides/config.toml", "mcp.servers.other.command = \"x\"\n")
        .file("here/kamslides.toml", file)
        .load();
    let servers = loaded.settings.mcp.servers.as_ref().unwrap();
    assert_eq!(servers.names().collect::<Vec<_>>(), ["duck", "other", "sales"], "lists add up");
    let duck = servers.choose("duck", &|_| None).unwrap();
    assert_eq!(duck.knobs().call_timeout, Some(Duration::from_secs(5)));
    let shown = format!("{} {loaded:?}", show::settings(&loaded, true));
    assert!(shown.contains("# mcp.servers = [\"sales\",\"duck\"]") && !shown.contains("hunter2"), "{shown}");
    for (wrong, said) in [
        ("comand = \"hunter2\"", "the server `duck` has the unknown field `comand`; did you mean `command`?"),
        ("hunter2 = 1", "the server `duck` has the unknown field `hunter2`"),
    ] {
        let error =
            Machine::new().file("here/kamslides.toml", &format!("[mcp.servers.duck]\n{wrong}\n")).error();
        assert!(error.to_string().ends_with(said), "{error}");
    }
    for wrong in ["mcp.servers = 3", "mcp.servers.duck = \"hunter2\"", "mcp.servers = [\"hunter2\"]"] {
        let error = Machine::new().file("here/kamslides.toml", wrong).error().to_string();
        assert!(error.contains("a table of servers by name") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn what_is_shown_names_sources_and_can_be_read_back() {
    let machine = Machine::new()
        .file("etc/kamslides/config.toml", "output.company = \"Tea & \\\"Cake\\\" ***\"\n")
        .variable("SCALAPAY_BATCH_SIZE", "5")
        .variable("SCALAPAY_OUTPUT__COMPANY", "1984");
    let loaded = machine.load();
    let shown = show::settings(&loaded, false);
    let line = shown.lines().find(|line| line.starts_with("retrieval.batch_size")).unwrap();
    assert!(
        line.starts_with("retrieval.batch_size = 5 ") && line.ends_with("# env SCALAPAY_BATCH_SIZE"),
        "{line}"
    );
    assert!(shown.contains("# mcp.url is not set") && !shown.contains("hides"), "{shown}");
    assert!(show::settings(&loaded, true).contains("hides \"Tea & \\\"Cake\\\" ***\""));
    let again = Machine::new().file("shown.toml", &shown).config("shown.toml");
    assert_eq!(again.settings(), loaded.settings);
    let json: Value = serde_json::from_str(&show::settings_json(&loaded, true)).unwrap();
    assert_eq!(json["retrieval.batch_size"]["source"], "env SCALAPAY_BATCH_SIZE");
    assert_eq!(json["retrieval.batch_size"]["value"], 5);
    assert_eq!(json["output.company"]["shadowed"].as_array().unwrap().len(), 2);
    let plain: Value = serde_json::from_str(&show::settings_json(&loaded, false)).unwrap();
    assert!(plain["output.company"].get("shadowed").is_none());
}

fn repository(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// A default as the documents print it.
fn default_of(key: &str) -> Value {
    held(&Settings::default(), key)
}

#[test]
fn the_key_that_other_programs_use_is_the_last_resort() {
    let key = |machine: Machine| {
        let loaded = machine.load();
        let source = entry(&loaded, "llm.api_key").source.clone();
        (loaded.settings.llm.api_key.map(|key| key.expose().to_owned()), source)
    };
    let common = || with_variable("OPENAI_API_KEY", "common");
    assert_eq!(key(common()), (Some("common".into()), "env OPENAI_API_KEY".into()));
    let own = common().variable("SCALAPAY_LLM__API_KEY", "own");
    assert_eq!(key(own), (Some("own".into()), "env SCALAPAY_LLM__API_KEY".into()));
    let file = common().file("here/kamslides.toml", "[llm]\napi_key = \"filed\"\n");
    assert_eq!(key(file).0, Some("filed".into()));
    let twin = with_variable("OPENAI_API_KEY_FILE", "key.txt").file("here/key.txt", "kept\n");
    assert_eq!(key(twin), (Some("kept".into()), "env OPENAI_API_KEY_FILE".into()));
    // It is not ours: what is wrong with it does not stop a run.
    let loaded = with_variable("OPENAI_API_KEY_FILE", "nowhere").load();
    assert_eq!(loaded.settings.llm.api_key, None);
    assert!(
        loaded
            .warnings
            .iter()
            .any(|warning| warning.starts_with("OPENAI_API_KEY_FILE is ignored: cannot read"))
    );
}

#[test]
fn the_example_file_states_every_key_with_its_default() {
    let example = repository("config.example.toml");
    let loaded = Machine::new().file("example.toml", &example).config("example.toml").load();
    assert_eq!(loaded.settings, Settings::default());
    let mut table = String::new();
    let mut stated = Vec::new();
    for line in example.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']').to_owned();
        }
        let (key, is_set) = line.strip_prefix("# ").map_or((line, true), |line| (line, false));
        if let Some((key, value)) = key.split_once(" = ") {
            let key = format!("{table}.{key}");
            assert_eq!(is_set, !default_of(&key).is_null(), "{line}");
            if is_set {
                assert_eq!(default_of(&key).to_string(), value, "{line}");
            }
            stated.push(key);
        }
    }
    assert_eq!(stated, keys());
    // A key without a default shows a value that would be taken, so that removing the `# ` is enough.
    let live = example
        .replace("\n# db", "\ndb")
        .replace("\n# url", "\nurl")
        .replace("\n# on_", "\non_")
        .replace("\n# serv", "\nserv");
    let settings = Machine::new().file("live.toml", &live).config("live.toml").settings();
    assert!(
        settings.retrieval.db.is_some()
            && settings.mcp.url.is_some()
            && settings.output.on_missing.is_some()
            && settings.retrieval.server.is_some()
            && settings.mcp.servers.is_some()
    );
}

#[test]
fn the_documentation_states_every_key_and_variable() {
    let text = repository("docs/configuration.md");
    for key in keys() {
        let default = match default_of(key) {
            Value::Null => "–".to_owned(),
            value => format!("`{value}`"),
        };
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{key}` | {default} | ")))
            .unwrap_or_else(|| panic!("no row for {key} with default {default}"));
        for variable in ENV_VARS.iter().filter(|variable| variable.key() == Some(key)) {
            assert!(row.contains(&format!("`{}`", variable.name)), "{} is missing in {row}", variable.name);
        }
    }
    for variable in ENV_VARS {
        assert!(text.contains(&format!("`{}`", variable.name)), "{}", variable.name);
        if variable.effect == Effect::Replaced {
            let row = format!("| `{}` | {} |", variable.name, variable.help);
            assert!(text.lines().any(|line| line == row), "{row}");
        }
    }
    let named = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_')).filter(|word| word.len() > 9);
    for word in named.filter(|word| word.starts_with("SCALAPAY_")) {
        assert!(
            ENV_VARS.iter().any(|variable| variable.name == word),
            "{word} is documented and does not exist"
        );
    }
}
