//! Generates the lists of all endpoints that `lambda::endpoint!` registers and of their source files, and recompiles the tests when a
//! file is added.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a build script prints to Cargo and reports failures by panics"
)]

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
    let sources = endpoints.iter().map(|module: &String| format!("    \"{}\",\n", source(module))).collect::<String>();
    let directory = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    fs::write(directory.join("sources.rs"), format!("&[\n{sources}]\n")).unwrap();
    let list = endpoints.iter().map(|module| format!("    {module}::ENDPOINT,\n")).collect::<String>();
    fs::write(directory.join("endpoints.rs"), format!("&[\n{list}]\n")).unwrap();
}

/// Path of a module's file from the root: `::leave::api::leaves::get` is `functions/leave/src/api/leaves/get.rs`.
fn source(module: &str) -> String {
    let path = module.replace("r#", "").trim_start_matches("::").replace("::", "/");
    let (service, inside) = path.split_once('/').unwrap();
    format!("functions/{service}/src/{inside}.rs")
}

fn find(directory: &Path, module: &str, endpoints: &mut Vec<String>) {
    for path in entries(directory) {
        let inside = format!("{module}::{}", identifier(&name(&path)));
        if path.is_dir() {
            find(&path, &inside, endpoints);
        } else if fs::read_to_string(&path).unwrap().contains("\nlambda::endpoint!(") {
            endpoints.push(inside);
        }
    }
}

/// Sorted paths in a directory; empty if it does not exist.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Rust identifier of a name; the keyword `type` becomes `r#type`.
fn identifier(name: &str) -> String {
    if name == "type" { "r#type".to_owned() } else { name.to_owned() }
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
