//! Dependencies of the crates: layers, banned crates, versions and licences.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::repo::{nothing_wrong, read, root, services};

/// Target platform of the functions; dependencies of other platforms are ignored.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

fn cargo(arguments: &[&str]) -> String {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo).current_dir(root()).args(arguments).output().expect("cargo must start");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let text = cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM]);
        serde_json::from_str(&text).unwrap()
    })
}

fn packages() -> impl Iterator<Item = &'static Value> {
    metadata()["packages"].as_array().unwrap().iter()
}

/// Crates of the workspace: name, and directory from the root.
fn workspace_crates() -> BTreeMap<String, String> {
    let root = format!("{}/", root().display());
    let of = |package: &Value| {
        let directory = package["manifest_path"].as_str()?.strip_prefix(&root)?.strip_suffix("/Cargo.toml")?.to_owned();
        package["source"].is_null().then(|| (package["name"].as_str().unwrap().to_owned(), directory))
    };
    packages().filter_map(of).collect()
}

/// Dependencies of a workspace crate, optionally with those of its tests and build.
fn declared(name: &str, with_tests: bool) -> BTreeSet<String> {
    let package =
        packages().find(|package| package["name"] == name && package["source"].is_null()).expect("a workspace crate");
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies
        .iter()
        .filter(|dependency| with_tests || dependency["kind"].is_null())
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Shared crates with their levels. Each may use the crates of lower levels.
const LAYERS: &[(&str, u8)] = &[
    ("kernel", 0),
    ("events", 1),
    ("access", 1),
    ("store", 2),
    ("directory", 3),
    ("policy", 4),
    ("lambda", 5),
    ("testkit", 6),
];

fn level(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, level)| *level)
}

#[test]
fn only_the_eight_shared_crates_exist() {
    let known: BTreeSet<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    let wrong: Vec<_> = workspace_crates()
        .into_iter()
        .filter(|(name, directory)| directory.starts_with("shared/") && !known.contains(&**name))
        .map(|(name, directory)| format!("{name} in {directory}: move the code to one of the eight crates"))
        .collect();
    nothing_wrong("The shared crates are those of LAYERS in this test:", &wrong);
}

#[test]
fn shared_crates_use_only_lower_layers() {
    let mut wrong = Vec::new();
    for (name, _) in LAYERS.iter().filter(|(name, _)| workspace_crates().contains_key(*name)) {
        for used in declared(name, false) {
            if level(&used).is_some_and(|used| Some(used) >= level(name)) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    nothing_wrong(
        "The layers are kernel < events, access < store < directory < policy < lambda < testkit; reverse the dependency:",
        &wrong,
    );
}

#[test]
fn only_the_command_and_the_tests_use_services() {
    let services = services();
    let mut wrong = Vec::new();
    for (name, directory) in workspace_crates() {
        // The tests of shared crates may not use services either; tests of several services are flows in tests/it.
        let exempt = directory == "cli" || directory.starts_with("tests");
        for used in declared(&name, true).iter().filter(|used| services.contains(used)) {
            if !exempt {
                wrong.push(format!("{directory} uses {used}: exchange data through events or shared/directory"));
            }
        }
    }
    nothing_wrong("Services and shared crates must not depend on services:", &wrong);
}

#[test]
fn deployed_crates_do_not_depend_on_the_testkit() {
    let wrong: Vec<_> = workspace_crates()
        .into_iter()
        .filter(|(_, directory)| {
            directory.starts_with("functions/") || directory.starts_with("shared/") || directory == "cli"
        })
        .filter(|(name, _)| declared(name, false).contains("testkit"))
        .map(|(_, directory)| format!("{directory}: move `testkit` to [dev-dependencies]"))
        .collect();
    nothing_wrong("The testkit must be a dev-dependency only:", &wrong);
}

#[test]
fn lowest_crates_use_neither_aws_nor_http() {
    let mut wrong = Vec::new();
    for name in ["kernel", "events", "access"] {
        for used in declared(name, false) {
            let cloud = used.starts_with("aws-") && used != "aws-lc-rs";
            if cloud
                || ["lambda_http", "lambda_runtime", "axum", "http", "hyper", "tokio", "tower", "reqwest"]
                    .contains(&&*used)
            {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    nothing_wrong("kernel, events and access must use neither AWS nor HTTP crates:", &wrong);
}

/// AWS clients of a service's consumers and jobs, other than the database client. Other tests check that no handler uses one:
/// `reserved_calls_are_only_in_their_places` in the sources and `endpoints_may_only_use_tables_keys_and_buckets` in the grants.
const CLIENTS: &[(&str, &[&str])] = &[
    ("relay", &["eventbridge"]),
    ("leave", &["sqs", "scheduler"]),
    ("attendance", &["sqs"]),
    ("notifications", &["sqs", "ses", "sns"]),
];

#[test]
fn services_have_only_their_permitted_aws_clients() {
    let mut wrong = Vec::new();
    for service in &services() {
        let allowed = CLIENTS.iter().find(|(name, _)| name == service).map_or(&[][..], |(_, clients)| clients);
        for used in declared(service, false) {
            let calls = ["eventbridge", "sqs", "sns", "ses", "sesv2", "lambda", "scheduler"]
                .into_iter()
                .find(|name| used == format!("aws-sdk-{name}"));
            if calls.is_some_and(|name| !allowed.contains(&name)) {
                wrong.push(format!("functions/{service} uses {used}"));
            }
        }
    }
    nothing_wrong(
        "A handler makes one write and calls no other service; the relay publishes. Remove these clients:",
        &wrong,
    );
}

#[test]
fn every_crate_uses_the_workspace_lints() {
    let wrong: Vec<_> = workspace_crates()
        .into_values()
        .map(|directory| format!("{directory}/Cargo.toml"))
        .filter(|path| !read(path).contains("[lints]\nworkspace = true\n"))
        .map(|path| format!("{path}: add `[lints]` with `workspace = true`"))
        .collect();
    nothing_wrong("Every crate must use the lints of the workspace:", &wrong);
}

#[test]
fn every_version_is_declared_once() {
    let mut wrong = Vec::new();
    for directory in workspace_crates().into_values() {
        let path = format!("{directory}/Cargo.toml");
        let mut inside = false;
        for line in read(&path).lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]");
            } else if inside && line.contains('=') && !line.contains("workspace = true") {
                wrong.push(format!("{path}: {line}"));
            }
        }
    }
    nothing_wrong("Declare versions in the workspace's Cargo.toml and use `<crate>.workspace = true` here:", &wrong);
}

/// Entries of a list in a section of `deny.toml`, which has one entry per line.
fn deny_list(section: &str, name: &str) -> Vec<String> {
    let text = read("deny.toml");
    let (_, rest) = text.split_once(section).unwrap_or_else(|| panic!("deny.toml has no section {section}"));
    let (_, rest) = rest
        .split_once(&format!("\n{name} = ["))
        .unwrap_or_else(|| panic!("deny.toml has no list `{name}` in {section}"));
    let (list, _) = rest.split_once("\n]").expect("the list must end with a bracket on its own line");
    let entries = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    entries.filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

#[test]
fn every_licence_is_accepted() {
    let accepted = deny_list("[licenses]", "allow");
    assert!(accepted.contains(&"MIT".to_owned()), "the accepted licences in deny.toml must include MIT");
    let wrong: Vec<_> = packages()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("(none)");
            (!acceptable(licence, &accepted)).then(|| format!("{} {}: {licence}", package["name"], package["version"]))
        })
        .collect();
    nothing_wrong("Remove the crate or accept its licence in deny.toml:", &wrong);
}

/// Whether the accepted licences satisfy an SPDX expression. `AND` binds more tightly than `OR`; `/` is an old form of `OR`.
fn acceptable(expression: &str, accepted: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "~");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let (acceptable, read) = parse_or(&words, accepted);
    acceptable && read == words.len()
}

/// Value of an `OR` expression and the number of words read.
fn parse_or(words: &[&str], accepted: &[String]) -> (bool, usize) {
    let (mut acceptable, mut at) = parse_and(words, accepted);
    while words.get(at) == Some(&"OR") {
        let (other, read) = parse_and(&words[at + 1..], accepted);
        (acceptable, at) = (acceptable | other, at + 1 + read);
    }
    (acceptable, at)
}

fn parse_and(words: &[&str], accepted: &[String]) -> (bool, usize) {
    let (mut acceptable, mut at) = parse_term(words, accepted);
    while words.get(at) == Some(&"AND") {
        let (other, read) = parse_term(&words[at + 1..], accepted);
        (acceptable, at) = (acceptable & other, at + 1 + read);
    }
    (acceptable, at)
}

fn parse_term(words: &[&str], accepted: &[String]) -> (bool, usize) {
    match words.first() {
        Some(&"(") => {
            let (acceptable, read) = parse_or(&words[1..], accepted);
            (acceptable, read + 2)
        }
        Some(word) => (accepted.iter().any(|known| *known == word.replace('~', " WITH ")), 1),
        None => (false, 0),
    }
}

#[test]
fn licence_expressions_are_evaluated() {
    let accepted = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "(GPL-3.0 OR MIT) AND ISC",
        "GPL-3.0 AND ISC OR MIT",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(acceptable(good, &accepted), "{good}");
    }
    for bad in ["", "GPL-3.0", "GPL-3.0 AND MIT", "(GPL-3.0 OR MIT) AND AGPL-3.0", "Apache-2.0", "(none)", "MIT MIT"] {
        assert!(!acceptable(bad, &accepted), "{bad}");
    }
}

#[test]
fn functions_contain_no_banned_crate() {
    let banned = deny_list("[bans]", "deny");
    assert!(banned.contains(&"ring".to_owned()), "the banned crates in deny.toml must include ring");
    let services = services();
    let mut arguments =
        vec!["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--locked", "--target", PLATFORM];
    services.iter().for_each(|service| arguments.extend(["--package", service]));
    let tree = cargo(&arguments);
    let used: BTreeSet<_> = tree.lines().filter_map(|line| line.split_once(" v")).collect();
    assert!(used.iter().any(|(name, _)| *name == "aws-sdk-dynamodb"), "the tree must contain aws-sdk-dynamodb");
    let wrong: Vec<_> = used
        .iter()
        .filter(|(name, version)| {
            let matches = |ban: &String| match ban.split_once('@') {
                None => ban == name,
                Some((banned, of)) => banned == *name && version.starts_with(&format!("{of}.")),
            };
            banned.iter().any(matches)
        })
        .map(|(name, version)| format!("{name} {version}: find its users with `cargo tree -e normal -i {name}`"))
        .collect();
    nothing_wrong("deny.toml bans these crates; disable the default features of the crates that use them:", &wrong);
}
