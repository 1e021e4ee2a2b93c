//! Lists every endpoint of every service, as `lambda::endpoint!` registers it, and compiles the tests again when a file is added.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a build script speaks to Cargo, and fails loudly")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    println!("cargo::rerun-if-changed=it");
    let mut endpoints = Vec::new();
    for service in entries(&functions) {
        let api = service.join("src/api");
        println!("cargo::rerun-if-changed={}", api.display());
        let module = format!("::{}::api", name(&service));
        find(&api, &module, &mut endpoints);
    }
    let list = endpoints.iter().map(|module| format!("    {module}::ENDPOINT,\n")).collect::<String>();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap()).join("endpoints.rs");
    fs::write(out, format!("&[\n{list}]\n")).unwrap();
}

fn find(directory: &Path, module: &str, endpoints: &mut Vec<String>) {
    for path in entries(directory) {
        let inside = format!("{module}::{}", raw(&name(&path)));
        if path.is_dir() {
            find(&path, &inside, endpoints);
        } else if fs::read_to_string(&path).unwrap().contains("\nlambda::endpoint!(") {
            endpoints.push(inside);
        }
    }
}

/// What is in a directory, sorted; nothing where there is none.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

/// A name as an identifier: `type` is a word of the language.
fn raw(name: &str) -> String {
    if name == "type" { "r#type".to_owned() } else { name.to_owned() }
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
