//! How crates depend, what they may bring along, and under which licences.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::repo::{nothing_wrong, read, root, services};

/// Where functions run; what only other platforms need is not ours.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

fn cargo(arguments: &[&str]) -> String {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo).current_dir(root()).args(arguments).output().expect("cargo runs");
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

/// Our own crates: name and directory from the root.
fn ours() -> BTreeMap<String, String> {
    let root = format!("{}/", root().display());
    let of = |package: &Value| {
        let directory = package["manifest_path"].as_str()?.strip_prefix(&root)?.strip_suffix("/Cargo.toml")?.to_owned();
        package["source"].is_null().then(|| (package["name"].as_str().unwrap().to_owned(), directory))
    };
    packages().filter_map(of).collect()
}

/// What a crate of ours declares: as a rule, or also for its tests and build.
fn declared(name: &str, with_tests: bool) -> BTreeSet<String> {
    let package =
        packages().find(|package| package["name"] == name && package["source"].is_null()).expect("one of ours");
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies
        .iter()
        .filter(|dependency| with_tests || dependency["kind"].is_null())
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The shared crates from the bottom up. Each may use those of lower levels.
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
fn there_are_no_more_shared_crates_than_the_eight() {
    let known: BTreeSet<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    let wrong: Vec<_> = ours()
        .into_iter()
        .filter(|(name, directory)| directory.starts_with("shared/") && !known.contains(&**name))
        .map(|(name, directory)| {
            format!("{name} in {directory}: a crate is named for what it knows, and eight are the ceiling")
        })
        .collect();
    nothing_wrong("Shared crates as drawn:", &wrong);
}

#[test]
fn shared_crates_use_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for (name, _) in LAYERS.iter().filter(|(name, _)| ours().contains_key(*name)) {
        for used in declared(name, false) {
            if level(&used).is_some_and(|used| Some(used) >= level(name)) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    nothing_wrong(
        "kernel < events, access < store < directory < policy < lambda < testkit; turn the dependency round:",
        &wrong,
    );
}

#[test]
fn nobody_but_the_command_and_the_tests_uses_a_service() {
    let services = services();
    let mut wrong = Vec::new();
    for (name, directory) in ours() {
        // The directory's tests may not know a service either: what spans services is a flow in tests/it.
        let outside = directory == "cli" || directory.starts_with("tests");
        for used in declared(&name, true).iter().filter(|used| services.contains(used)) {
            if !outside {
                wrong.push(format!("{directory} uses {used}: meet in events, or in shared/directory"));
            }
        }
    }
    nothing_wrong("Services never depend on each other's crates:", &wrong);
}

#[test]
fn nothing_that_is_deployed_depends_on_the_testkit() {
    let wrong: Vec<_> = ours()
        .into_iter()
        .filter(|(_, directory)| {
            directory.starts_with("functions/") || directory.starts_with("shared/") || directory == "cli"
        })
        .filter(|(name, _)| declared(name, false).contains("testkit"))
        .map(|(_, directory)| format!("{directory}: move `testkit` to [dev-dependencies]"))
        .collect();
    nothing_wrong("The testkit is a dev-dependency only:", &wrong);
}

#[test]
fn the_lowest_crates_know_no_aws_and_no_http() {
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
    nothing_wrong("kernel, events and access are plain Rust:", &wrong);
}

/// The clients that consumers and jobs of a service have beside that of the database. That no handler uses one is
/// asserted of the sources (`what_only_one_place_may_do_is_done_nowhere_else`) and of the grants
/// (`no_endpoint_may_call_anything_but_its_tables_and_keys`).
const CLIENTS: &[(&str, &[&str])] = &[
    ("relay", &["eventbridge"]),
    ("leave", &["sqs", "scheduler"]),
    ("attendance", &["sqs"]),
    ("notifications", &["sqs", "ses", "sns"]),
];

#[test]
fn services_have_no_client_to_publish_or_call_others_with() {
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
    nothing_wrong("A handler writes once and calls nobody; the relay publishes:", &wrong);
}

#[test]
fn every_crate_is_under_the_lints_of_the_workspace() {
    let wrong: Vec<_> = ours()
        .into_values()
        .map(|directory| format!("{directory}/Cargo.toml"))
        .filter(|path| !read(path).contains("[lints]\nworkspace = true\n"))
        .map(|path| format!("{path}: add `[lints]` with `workspace = true`"))
        .collect();
    nothing_wrong("Every crate:", &wrong);
}

#[test]
fn every_version_is_declared_once() {
    let mut wrong = Vec::new();
    for directory in ours().into_values() {
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
    nothing_wrong("Versions stand in the workspace's Cargo.toml; here say `<crate>.workspace = true`:", &wrong);
}

/// The texts of a list in a section of `deny.toml`, one entry per line.
fn listed(section: &str, name: &str) -> Vec<String> {
    let text = read("deny.toml");
    let (_, rest) = text.split_once(section).unwrap_or_else(|| panic!("deny.toml: no {section}"));
    let (_, rest) =
        rest.split_once(&format!("\n{name} = [")).unwrap_or_else(|| panic!("deny.toml: no `{name}` in {section}"));
    let (list, _) = rest.split_once("\n]").expect("the list ends");
    let entries = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    entries.filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

#[test]
fn every_licence_is_one_that_we_accept() {
    let accepted = listed("[licenses]", "allow");
    assert!(accepted.contains(&"MIT".to_owned()), "the list of licences in deny.toml is read");
    let wrong: Vec<_> = packages()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("(none)");
            (!acceptable(licence, &accepted)).then(|| format!("{} {}: {licence}", package["name"], package["version"]))
        })
        .collect();
    nothing_wrong("Drop the crate, or accept its licence in deny.toml:", &wrong);
}

/// Reads an SPDX expression: `OR` binds less than `AND`, parentheses as usual, `/` is an old way to write `OR`.
fn acceptable(expression: &str, accepted: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "~");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let (verdict, read) = either(&words, accepted);
    verdict && read == words.len()
}

fn either(words: &[&str], accepted: &[String]) -> (bool, usize) {
    let (mut verdict, mut at) = both(words, accepted);
    while words.get(at) == Some(&"OR") {
        let (other, read) = both(&words[at + 1..], accepted);
        (verdict, at) = (verdict | other, at + 1 + read);
    }
    (verdict, at)
}

fn both(words: &[&str], accepted: &[String]) -> (bool, usize) {
    let (mut verdict, mut at) = one(words, accepted);
    while words.get(at) == Some(&"AND") {
        let (other, read) = one(&words[at + 1..], accepted);
        (verdict, at) = (verdict & other, at + 1 + read);
    }
    (verdict, at)
}

fn one(words: &[&str], accepted: &[String]) -> (bool, usize) {
    match words.first() {
        Some(&"(") => {
            let (verdict, read) = either(&words[1..], accepted);
            (verdict, read + 2)
        }
        Some(word) => (accepted.iter().any(|known| *known == word.replace('~', " WITH ")), 1),
        None => (false, 0),
    }
}

#[test]
fn expressions_of_licences_are_understood() {
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
fn nothing_that_is_banned_gets_into_a_function() {
    let banned = listed("[bans]", "deny");
    assert!(banned.contains(&"ring".to_owned()), "the list of bans in deny.toml is read");
    let services = services();
    let mut arguments =
        vec!["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--locked", "--target", PLATFORM];
    services.iter().for_each(|service| arguments.extend(["--package", service]));
    let tree = cargo(&arguments);
    let used: BTreeSet<_> = tree.lines().filter_map(|line| line.split_once(" v")).collect();
    assert!(used.iter().any(|(name, _)| *name == "aws-sdk-dynamodb"), "the tree is read");
    let wrong: Vec<_> = used
        .iter()
        .filter(|(name, version)| {
            let is = |ban: &String| match ban.split_once('@') {
                None => ban == name,
                Some((banned, of)) => banned == *name && version.starts_with(&format!("{of}.")),
            };
            banned.iter().any(is)
        })
        .map(|(name, version)| format!("{name} {version}: `cargo tree -e normal -i {name}` says who brings it"))
        .collect();
    nothing_wrong(
        "One crypto provider, one TLS stack, one HTTP stack (see deny.toml); turn off default features:",
        &wrong,
    );
}
