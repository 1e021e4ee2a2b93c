//! Compiles a service again when a file of its API is added: endpoints are found by `automod`, without a `mod` line each.

#![allow(clippy::print_stdout, reason = "how a build script speaks to Cargo")]

fn main() {
    println!("cargo::rerun-if-changed=src/api");
}
