//! Recompiles a service when an endpoint file is added, because `automod` includes endpoints without a `mod` line each.

#![allow(clippy::print_stdout, reason = "a build script prints to Cargo")]

fn main() {
    println!("cargo::rerun-if-changed=src/api");
}
