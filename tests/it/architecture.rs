//! The one-way layering of `src/lib.rs`, and who may name what.

use std::{fs, path::Path};

/// The modules of `src/lib.rs`, in order, grouped by blank lines as they stand there.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let module = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(module).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file by its path under `src/`, with its lines of code: comments and in-file tests are left out.
fn sources() -> Vec<(String, Vec<(usize, String)>)> {
    fn walk(folder: &Path, files: &mut Vec<(String, Vec<(usize, String)>)>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name =
                    path.strip_prefix(root().join("src")).unwrap().to_string_lossy().replace('\\', "/");
                let is_test = name.ends_with("/tests.rs");
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
                if !is_test {
                    files.push((name, lines.map(|(n, line)| (n + 1, line.to_owned())).collect()));
                }
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    assert!(files.len() > 20, "the sources were not found");
    files
}

fn module_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

/// The modules that a text of code names through `crate::`, one by one or in a `crate::{…}` group.
fn modules_named(code: &str) -> Vec<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut named = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            named.push(word(rest));
            continue;
        };
        // Only the first level of the braces names modules; what is nested belongs to them.
        let mut depth = 1;
        let mut first_level = String::new();
        for c in group.chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                break;
            }
            if depth == 1 && c != '}' {
                first_level.push(c);
            }
        }
        named.extend(first_level.split(',').map(|part| word(part.trim())).filter(|name| !name.is_empty()));
    }
    named
}

#[test]
fn a_module_names_only_modules_above_it() {
    let layers = layers();
    assert!(layers.len() > 20, "src/lib.rs lists {} modules", layers.len());
    let rank = |module: &str| layers.iter().position(|layer| layer == module);
    let mut wrong = Vec::new();
    for (file, lines) in sources() {
        let module = module_of(&file);
        let Some(own) = rank(module) else { continue };
        let code: Vec<_> = lines.iter().map(|(_, line)| line.as_str()).collect();
        for named in modules_named(&code.join("\n")) {
            if rank(&named).is_some_and(|other| other > own) {
                wrong.push(format!("src/{file}: {module} names {named}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_found_alone_and_in_groups() {
    let code = "use crate::{\n    cli::{run, config::X},\n    domain::Month,\n    store,\n};\nlet x = crate::deck::pptx();";
    assert_eq!(modules_named(code), ["cli", "domain", "store", "deck"]);
}

#[test]
fn each_tool_has_one_owner() {
    let rules: &[(&str, &[&str], &[&str])] = &[
        ("rmcp", &["rmcp::"], &["mcp/"]),
        ("async-openai", &["async_openai"], &["llm/"]),
        (
            "threads and tasks",
            &[
                "tokio::spawn",
                "task::spawn",
                "spawn_blocking",
                "thread::spawn",
                "Semaphore",
                "JoinSet",
                "FuturesUnordered",
                "buffer_unordered",
                "rayon",
            ],
            &["concurrency/"],
        ),
        ("environment variables", &["env::var"], &["config/"]),
        ("clap", &["clap::", "use clap"], &["cli/"]),
        ("indicatif", &["indicatif"], &["cli/progress.rs"]),
        ("printing and exiting", &["println!", "eprintln!", "print!(", "process::exit"], &[]),
        ("SQLite", &["rusqlite"], &["store/"]),
        ("plotters", &["plotters"], &["chart/"]),
        (
            "writing files",
            &["fs::write", "File::create", "create_dir", "OpenOptions"],
            &["artifact/", "store/"],
        ),
    ];
    let mut wrong = Vec::new();
    for (file, lines) in sources() {
        for (number, line) in lines {
            for (what, words, owners) in rules {
                if words.iter().any(|word| line.contains(word))
                    && !owners.iter().any(|owner| file.starts_with(owner))
                {
                    wrong.push(format!("src/{file}:{number}: {what} belong to {owners:?}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
