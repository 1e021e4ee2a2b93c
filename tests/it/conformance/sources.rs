//! Rules for every source file.

use std::{collections::BTreeMap, fs, path::Path};

use super::repo::{files, nothing_wrong, read, root};

const OURS: &[&str] = &["functions", "shared", "cli", "tests", "localstack"];

#[test]
fn every_file_opens_with_a_description() {
    let mut paths = files(OURS, &["rs", "py", "sh"]);
    paths.push(".ci/run".to_owned());
    let wrong: Vec<_> = paths.into_iter().filter(|path| !opens_with_a_sentence(path)).collect();
    nothing_wrong("Describe the file in its first line: `//! ...` in Rust, a docstring or `# ...` in others:", &wrong);
}

fn opens_with_a_sentence(path: &str) -> bool {
    let text = read(path);
    let mut lines = text.lines().filter(|line| !line.starts_with("#!/"));
    let first = lines.next().unwrap_or_default();
    let marks: &[&str] = if path.ends_with(".rs") { &["//! "] } else { &["\"\"\"", "# "] };
    let sentence = |rest: &str| rest.ends_with(['.', ':', '`', '"']) || rest.split_whitespace().count() >= 2;
    marks.iter().any(|mark| first.strip_prefix(mark).is_some_and(sentence))
}

#[test]
fn no_file_is_a_symbolic_link() {
    let mut wrong = Vec::new();
    for directory in OURS {
        links(&root().join(directory), &mut wrong);
    }
    nothing_wrong("Remove symbolic links; their targets differ between machines:", &wrong);
}

fn links(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            found.push(entry.path().strip_prefix(root()).unwrap().display().to_string());
        } else if kind.is_dir() && entry.file_name() != "target" {
            links(&entry.path(), found);
        }
    }
}

/// Reserved words, the paths where they are allowed, and the rule.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (
        &[".scan(", ".scan()", "fluent_builders::Scan", "operation::scan"],
        &["shared/testkit/src/world.rs"],
        "do not read whole tables; query an index",
    ),
    (
        &["delete_item", "DeleteItem", "DeleteRequest", "types::Delete", "batch_write_item", "execute_statement"],
        &["shared/testkit/src/world.rs"],
        "do not delete items; write a tombstone, so that every removal other than by TTL is known to be out of band",
    ),
    (
        &["SystemTime::now", "Timestamp::now", "Zoned::now", "Instant::now"],
        &["shared/lambda/src/clock.rs", "shared/lambda/src/runtime.rs", "shared/testkit/src/calls.rs"],
        "take the time from the clock at the edge: `shell.now()` or `caller.origin().at`",
    ),
    (
        &["Uuid::now_v7", "Uuid::new_v7", "Uuid::new_v4"],
        &["shared/lambda/src/ids.rs"],
        "take ids from the generator at the edge: `shell.ids`",
    ),
    (
        &["env::var", "env::vars"],
        &["shared/lambda/src/environment.rs"],
        "read environment variables through `shell.env(..)`",
    ),
    (
        &["tokio::spawn", "spawn_blocking"],
        &["shared/testkit/src/dynamo.rs", "shared/testkit/src/cloud.rs"],
        "do not start background work; a frozen Lambda does not finish it",
    ),
    (
        &["put_events", "aws_sdk_eventbridge"],
        &["functions/relay/", "shared/testkit/"],
        "do not publish events; make one write, which the relay publishes",
    ),
    (
        &[
            "aws_sdk_lambda",
            "aws_sdk_ses",
            "aws_sdk_sns",
            "aws_sdk_sqs",
            "aws_sdk_scheduler",
            "send_message",
            "queue::Sender",
        ],
        &[
            "functions/leave/src/on/",
            "functions/leave/src/job/",
            "functions/attendance/src/on/",
            "functions/attendance/src/job/",
            "functions/notifications/src/job/",
            "functions/leave/src/app/",
            "functions/attendance/src/app/",
            "functions/notifications/src/app/",
            "shared/lambda/src/queue.rs",
            "shared/testkit/",
        ],
        "do not call other services in a handler; leave this to consumers and jobs",
    ),
];

#[test]
fn reserved_calls_are_only_in_their_places() {
    let mut wrong = Vec::new();
    for path in files(&["functions", "shared"], &["rs"]).iter().filter(|path| !path.contains("/tests/")) {
        let text = without_tests(&read(path));
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            for (words, places, instead) in RESERVED {
                let allowed = places.iter().any(|place| path.starts_with(place));
                if let Some(word) = words.iter().find(|word| !allowed && line.contains(**word)) {
                    wrong.push(format!("{path}:{}: `{word}`: {instead}", number + 1));
                }
            }
        }
    }
    nothing_wrong("These calls are reserved to other places (see RESERVED in this test):", &wrong);
}

#[test]
fn keys_and_writes_are_only_in_stores() {
    let mut wrong = Vec::new();
    // The relay strips the keys from the images of all tables, so it must know them.
    for path in files(&["functions"], &["rs"]).iter().filter(|path| !path.starts_with("functions/relay/")) {
        if !path.contains("/src/") || path.contains("/src/store/") || path.ends_with("/src/store.rs") {
            continue;
        }
        let text = without_tests(&read(path));
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            let words = [
                "\"pk\"",
                "\"sk\"",
                "ix_by_",
                "Write::create",
                "Write::replace",
                "Write::put",
                "Write::update",
                "Query::index",
            ];
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("{path}:{}: `{word}`", number + 1));
            }
        }
    }
    nothing_wrong("Move keys, indexes and writes to the service's store:", &wrong);
}

#[test]
fn api_types_have_unique_names() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(&["functions", "shared"], &["rs"]) {
        let text = read(&path);
        let (mut shown, mut renamed) = (false, None);
        for line in text.lines() {
            if line.trim_start().starts_with("#[derive(") {
                shown = line.contains("ToSchema");
                renamed = None;
            } else if let Some(name) = line.trim().strip_prefix("#[schema(as = ") {
                renamed = name.split([')', ',']).next();
            } else if let Some(name) = type_name(line) {
                if shown {
                    places.entry(renamed.unwrap_or(name).to_owned()).or_default().push(path.clone());
                }
                shown = false;
            }
        }
    }
    let wrong: Vec<_> = places
        .into_iter()
        .filter(|(_, paths)| paths.len() > 1)
        .map(|(name, paths)| format!("{name}: {}", paths.join(", ")))
        .collect();
    nothing_wrong(
        "Rename these API types; types with the same name overwrite each other in the OpenAPI document:",
        &wrong,
    );
}

fn type_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub(super) ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let rest = line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum "))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Source text without the unit tests at its end.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}
