//! The operator's command, run as an operator runs it.

use std::{path::Path, process::Command};

use lambda::Environment;

/// Runs `muster` with these arguments; answers what it prints, or with a failure what it complains of. The cloud is that
/// of the environment. `MUSTER_BIN` names a binary that is built already.
pub(crate) fn muster(arguments: &[&str]) -> Result<String, String> {
    let env = Environment::from_process();
    let mut command = match env.optional("MUSTER_BIN") {
        Some(binary) => Command::new(binary),
        None => {
            let mut cargo = Command::new(env.optional("CARGO").unwrap_or_else(|| "cargo".to_owned()));
            // Not `-p`: with the features of the whole workspace nothing is compiled twice.
            cargo.args(["run", "--locked", "--quiet", "--bin", "muster", "--"]);
            cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace"));
            cargo
        }
    };
    let output = command.args(arguments).output().expect("the command starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    eprintln!("muster {}: {}", arguments.join(" "), text(&output.stdout).lines().last().unwrap_or_default());
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
