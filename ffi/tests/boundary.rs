//! What is generated is what is committed, and the library exports what the header declares and nothing else.
//!
//! With `GUANJIA_BLESS=1` the generated files are written anew.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a generated text with the committed file, or writes it.
fn committed(file: &str, generated: &str) {
    let path = at("../include").join(file);
    if std::env::var_os("GUANJIA_BLESS").is_some() {
        fs::write(&path, generated).unwrap();
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let differs = generated.lines().zip(committed.lines()).position(|(new, old)| new != old);
    assert!(
        generated == committed,
        "include/{file} is not what its sources say, from line {} on: GUANJIA_BLESS=1 make test-drift writes it",
        differs.unwrap_or(generated.lines().count().min(committed.lines().count())) + 1,
    );
}

/// The header, from the modules in the order of `lib.rs`.
fn header() -> String {
    let mut config = cbindgen::Config::from_file(at("cbindgen.toml")).unwrap();
    config.after_includes = Some(format!(
        "\n/**\n * The version of this header; gj_version tells that of the library.\n */\n#define GJ_VERSION \"{}\"",
        env!("CARGO_PKG_VERSION")
    ));
    let lib = read(&at("src/lib.rs"));
    let modules =
        lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let builder = modules.fold(cbindgen::Builder::new().with_config(config), |builder, module| {
        builder.with_src(at(&format!("src/{module}.rs")))
    });
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    String::from_utf8(text).unwrap()
}

/// The names of the functions that the header declares.
fn declared(header: &str) -> BTreeSet<String> {
    let code: String = header.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, code)| code)).collect();
    code.split('(')
        .filter_map(|before| before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next())
        .filter(|name| name.starts_with("gj_"))
        .map(str::to_owned)
        .collect()
}

/// The library that cargo built beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().and_then(Path::parent).unwrap().join("libguanjia.so");
    assert!(library.exists(), "{} is not there: cargo build -p guanjia-ffi makes it", library.display());
    library
}

/// What a tool says of the library; `None`, with a line, if there is no such tool.
fn told(tool: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(tool).args(arguments).arg(library()).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(_) => {
            println!("skipped: {tool} is not installed");
            None
        }
    }
}

#[test]
fn the_header_is_generated_from_the_sources() {
    committed("guanjia.h", &header());
}

#[test]
fn the_schema_is_generated_from_the_types() {
    let schema = serde_json::to_string_pretty(&guanjia::schema::document()).unwrap() + "\n";
    committed("guanjia.schema.json", &schema);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads ELF")]
fn the_library_exports_what_the_header_declares() {
    let Some(symbols) = told("nm", &["-D", "--defined-only"]) else { return };
    let exported: BTreeSet<String> =
        symbols.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect();
    let declared = declared(&read(&at("../include/guanjia.h")));
    assert!(declared.contains("gj_call"), "the header is not read right");
    let apart: Vec<&String> = exported.symmetric_difference(&declared).collect();
    assert!(apart.is_empty(), "exported or declared, but not both: {apart:?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads ELF")]
fn the_library_carries_the_name_of_its_version() {
    let Some(dynamic) = told("readelf", &["-d"]) else { return };
    let soname = concat!("[libguanjia.so.", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"), "]");
    assert!(dynamic.lines().any(|line| line.contains("(SONAME)") && line.ends_with(soname)), "{dynamic}");
}
