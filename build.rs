//! Lists the files under `templates/`, so that every template is embedded in the program without being named in code.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let templates = Path::new(&root).join("templates");
    println!("cargo::rerun-if-changed=templates");
    let mut code = String::from(
        "/// The files of a template: path and bytes.\ntype Files = &'static [(&'static str, &'static [u8])];\n\
         static EMBEDDED: &[(&str, Files)] = &[\n",
    );
    for name in sorted(&templates) {
        if !templates.join(&name).join("deck.toml").is_file() {
            continue;
        }
        writeln!(code, "    ({name:?}, &[").expect("a string");
        list(&templates.join(&name), "", &mut code);
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("embedded.rs"), code).expect("the build folder is writable");
}

fn list(folder: &Path, prefix: &str, code: &mut String) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for name in sorted(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            list(&path, &format!("{prefix}{name}/"), code);
        } else {
            writeln!(
                code,
                "        ({:?}, include_bytes!({:?})),",
                format!("{prefix}{name}"),
                path.display().to_string()
            )
            .expect("a string");
        }
    }
}

fn sorted(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("templates are readable")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
