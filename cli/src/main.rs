//! Entry point of the `muster` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    muster::main()
}
