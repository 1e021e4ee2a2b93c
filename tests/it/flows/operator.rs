//! The `muster` command as a separate process.

use std::{path::Path, process::Command};

use lambda::Environment;

/// Runs `muster` with these arguments in the test's environment. Returns its standard output, or its standard error if it fails.
/// `MUSTER_BIN` names a built binary.
pub(crate) fn muster(arguments: &[&str]) -> Result<String, String> {
    let env = Environment::from_process();
    let mut command = match env.optional("MUSTER_BIN") {
        Some(binary) => Command::new(binary),
        None => {
            let mut cargo = Command::new(env.optional("CARGO").unwrap_or_else(|| "cargo".to_owned()));
            // Without `-p`, the build uses the features of the whole workspace and compiles nothing twice.
            cargo.args(["run", "--locked", "--quiet", "--bin", "muster", "--"]);
            cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace"));
            cargo
        }
    };
    let output = command.args(arguments).output().expect("the command must start");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    eprintln!("muster {}: {}", arguments.join(" "), text(&output.stdout).lines().last().unwrap_or_default());
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
