//! Of every service with endpoints: compiles the crate again when a file is added: endpoints are found by `automod`, without a `mod` line each.

#![allow(clippy::print_stdout, reason = "how a build script speaks to Cargo")]

fn main() {
    println!("cargo::rerun-if-changed=src/api");
}
