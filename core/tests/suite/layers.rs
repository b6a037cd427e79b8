//! A module imports only from modules above its own line in `lib.rs`.
use std::fs;
use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules of `lib.rs`, from the ground up.
fn modules() -> Vec<String> {
    let lib = fs::read_to_string(source().join("lib.rs")).expect("lib.rs");
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned)).collect()
}

fn files(at: &Path, found: &mut Vec<PathBuf>) {
    if at.is_dir() {
        let entries = fs::read_dir(at).expect("a folder");
        entries.for_each(|entry| files(&entry.expect("an entry").path(), found));
    } else if at.extension().is_some_and(|ending| ending == "rs") {
        found.push(at.to_owned());
    }
}

/// The modules that a line of code names by `crate::`.
fn named(line: &str) -> impl Iterator<Item = String> {
    let paths = line.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => group.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>(),
        None => vec![rest.to_owned()],
    });
    paths.map(|path| path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect())
}

#[test]
fn a_module_imports_only_from_modules_above_it() {
    let modules = modules();
    let place = |name: &str| modules.iter().position(|module| module == name);
    assert!(modules.len() > 10, "lib.rs lists the modules: {modules:?}");
    let mut wrong = Vec::new();
    for (own, module) in modules.iter().enumerate() {
        let mut sources = Vec::new();
        files(&source().join(format!("{module}.rs")), &mut sources);
        let folder = source().join(module);
        if folder.exists() {
            files(&folder, &mut sources);
        }
        for path in sources {
            let text = fs::read_to_string(&path).expect("a source");
            // What tests need of others is no import of the module.
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let is_test = path.ends_with("tests.rs") || path.ends_with("suite.rs");
            for (n, line) in code.lines().enumerate().filter(|_| !is_test) {
                if line.trim_start().starts_with("//") {
                    continue;
                }
                for other in named(line) {
                    if place(&other).is_some_and(|other| other > own) {
                        wrong.push(format!("{}:{}: `{module}` imports `{other}`", path.display(), n + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
