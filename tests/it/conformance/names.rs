//! Every operation has the same name in the access table, sources, binaries, samples and tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use access::{Method, OPERATIONS, Operation};
use aws_lambda_events::{dynamodb, sqs};
use serde_json::Value;

use super::repo::{Function, Trigger, binaries, files, functions, nothing_wrong, read, root, services};

/// Operations without a test file. New operations may not be added to this list.
const WITHOUT_TESTS: &[&str] = &[];

/// Largest number of lines of a binary's source: a description and one call.
const BINARY_LINES_MAX: usize = 8;

fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|row| row.name == name).copied()
}

fn names_of(trigger: Trigger) -> BTreeSet<String> {
    functions().into_iter().filter(|function| function.trigger == trigger).map(|function| function.name).collect()
}

/// One sentence for each expected name that does not exist.
pub(super) fn missing<'a>(
    expected: &BTreeSet<String>,
    existing: &'a BTreeSet<String>,
    sentence: &'a str,
) -> Vec<String> {
    expected.difference(existing).map(|name| sentence.replace("{}", name)).collect()
}

pub(super) fn keys<T>(map: &BTreeMap<String, T>) -> BTreeSet<String> {
    map.keys().cloned().collect()
}

#[test]
fn access_table_and_sources_name_the_same_operations() {
    let rows: BTreeSet<_> = OPERATIONS.iter().map(|row| row.name.to_owned()).collect();
    let sources = names_of(Trigger::Api);
    let mut wrong =
        missing(&rows, &sources, "{}: write its source under functions/<service>/src/api/, with `lambda::endpoint!`");
    wrong.extend(missing(&sources, &rows, "{}: add its row to shared/access/src/operations.rs"));
    let mut owners = BTreeMap::new();
    for function in functions() {
        if let Some(other) = owners.insert(function.name.clone(), function.service.clone()) {
            wrong.push(format!("{} is in both {other} and {}; remove one", function.name, function.service));
        }
    }
    nothing_wrong("The access table and functions/*/src/api must name the same operations:", &wrong);
}

/// Segments of a route without its parameters, as file names: `leaves` and `approve` for `/api/v1/leaves/{id}/approve`.
fn folders(route: &str) -> Vec<String> {
    let words =
        route.trim_start_matches("/api/v1").split('/').filter(|word| !word.is_empty() && !word.starts_with('{'));
    words.map(|word| word.trim_start_matches('.').split('.').next().unwrap().replace('-', "_")).collect()
}

/// Required path of an operation's source under `api/`: the folders mirror the route, and the file has the name of the last segment
/// or of a regular verb. Fails if the name of the operation does not match its route.
fn source_path(row: &Operation) -> Result<String, String> {
    let folders = folders(row.path);
    let own = folders.join("-").replace('_', "-");
    let regular: &[&str] = match row.method {
        Method::Get => &["list", "get"],
        Method::Post => &["create"],
        Method::Put => &["update"],
        Method::Delete => &["delete"],
    };
    if row.name == own && !row.path.ends_with('}') {
        // A file cannot have the name of a keyword.
        let path = folders.join("/");
        return Ok(if path.ends_with("/move") { format!("{path}_") } else { path });
    }
    let verb = regular.iter().find(|verb| row.name == format!("{own}-{verb}"));
    let verb = verb
        .ok_or_else(|| format!("{}: rename it to {own}-{} to match {}", row.name, regular.join(" or -"), row.path))?;
    Ok(format!("{}/{verb}", folders.join("/")))
}

#[test]
fn source_and_test_paths_mirror_the_route() {
    let mut wrong = Vec::new();
    for function in functions().into_iter().filter(|function| function.trigger == Trigger::Api) {
        let Some(row) = operation(&function.name) else { continue };
        match source_path(row) {
            Ok(path) => {
                let source = format!("functions/{}/src/api/{path}.rs", function.service);
                if function.source != source {
                    wrong.push(format!("{}: move it to {source}", function.source));
                }
                let test = format!("tests/it/{}/{path}.rs", function.service);
                if !WITHOUT_TESTS.contains(&row.name) && !contains_tests(&test) {
                    wrong.push(format!("{}: write {test}, with a #[test] or #[tokio::test]", row.name));
                }
            }
            Err(name) => wrong.push(name),
        }
    }
    nothing_wrong("The paths of sources and tests must mirror the route:", &wrong);
}

/// Whether a file exists and contains a test. `automod` compiles every file of its folder.
fn contains_tests(path: &str) -> bool {
    root().join(path).exists() && (read(path).contains("#[tokio::test") || read(path).contains("#[test"))
}

#[test]
fn consumers_and_jobs_have_a_source_and_a_test_of_their_name() {
    let mut wrong = Vec::new();
    for function in functions().into_iter().filter(|function| function.trigger != Trigger::Api) {
        let (service, directory) = (&function.service, if function.trigger == Trigger::On { "on" } else { "job" });
        let stem = function.name.trim_start_matches(&format!("{service}-{directory}-")).replace('-', "_");
        let source = format!("functions/{service}/src/{directory}/{stem}.rs");
        if function.source != source {
            wrong.push(format!("{}: move {} to {source}", function.source, function.name));
        }
        let test = format!("tests/it/{service}/{directory}/{stem}.rs");
        if !contains_tests(&test) {
            wrong.push(format!("{}: write {test}", function.name));
        }
    }
    nothing_wrong("Consumers and jobs need a source and a test of their name:", &wrong);
}

#[test]
fn functions_and_binaries_match() {
    let functions = functions();
    let named: BTreeSet<_> = functions.iter().map(|function| function.name.clone()).collect();
    let binaries = binaries();
    let mut wrong = missing(&named, &keys(&binaries), "{}: write functions/<service>/src/bin/{}.rs");
    let surplus = "{}: remove the binary, or write its source in api/, on/ or job/ with `lambda::endpoint!`, `consumer!` or `job!`";
    wrong.extend(missing(&keys(&binaries), &named, surplus));
    for Function { name, service, module, .. } in &functions {
        match binaries.get(name) {
            Some(found) if found != service => {
                wrong.push(format!("{name}: move the binary from {found} to {service}, where its source is"))
            }
            Some(_) => wrong.extend(wrong_binary(service, name, module)),
            None => {}
        }
    }
    nothing_wrong("Each function needs one binary of its name in its crate:", &wrong);
}

fn wrong_binary(service: &str, name: &str, module: &str) -> Option<String> {
    let path = format!("functions/{service}/src/bin/{name}.rs");
    let source = read(&path);
    let calls = source.contains(&format!("{module}::serve()"));
    let short = source.lines().count() <= BINARY_LINES_MAX;
    (!calls || !short)
        .then(|| format!("{path}: use at most {BINARY_LINES_MAX} lines, and call only `{module}::serve()` in `main`"))
}

#[test]
fn consumers_and_jobs_are_named_after_their_service() {
    let wrong: Vec<_> = binaries()
        .into_iter()
        .filter(|(name, _)| operation(name).is_none())
        .filter(|(name, service)| {
            let of_service =
                |kind: &str| name.strip_prefix(&format!("{service}-{kind}-")).is_some_and(|what| !what.is_empty());
            !of_service("on") && !of_service("job")
        })
        .map(|(name, service)| format!("{name}: rename it to {service}-on-<event> or {service}-job-<task>"))
        .collect();
    nothing_wrong("Functions other than endpoints must be consumers or jobs:", &wrong);
}

#[test]
fn every_function_has_a_valid_sample_event() {
    let functions = functions();
    let named: BTreeSet<_> = functions.iter().map(|function| function.name.clone()).collect();
    let samples: BTreeSet<_> = files(&["events"], &["json"])
        .iter()
        .map(|path| path.trim_start_matches("events/").trim_end_matches(".json").to_owned())
        .collect();
    let mut wrong = missing(&named, &samples, "{}: write events/{}.json for `sam local invoke -e`");
    wrong.extend(missing(&samples, &named, "events/{}.json: no function has this name; remove or rename the file"));
    for function in functions.iter().filter(|function| samples.contains(&function.name)) {
        let sample = read(&format!("events/{}.json", function.name));
        if let Err(fault) = check_sample(function, &sample) {
            wrong.push(format!("events/{}.json: {fault}", function.name));
        }
    }
    nothing_wrong("Every function needs one valid sample event:", &wrong);
}

fn check_sample(function: &Function, sample: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(sample).map_err(|error| error.to_string())?;
    match function.trigger {
        Trigger::Api => operation(&function.name).map_or(Ok(()), |row| check_request(row, sample, &value)),
        Trigger::Job => value.is_object().then_some(()).ok_or_else(|| "the sample must be an object".to_owned()),
        Trigger::On if value["Records"][0]["dynamodb"].is_object() => {
            let stream: dynamodb::Event = serde_json::from_str(sample).map_err(|error| error.to_string())?;
            let numbered = stream.records.iter().all(|record| record.change.sequence_number.is_some());
            numbered.then_some(()).ok_or_else(|| "every record needs a SequenceNumber".to_owned())
        }
        Trigger::On => check_queue_message(sample),
    }
}

fn check_request(row: &Operation, sample: &str, value: &Value) -> Result<(), String> {
    lambda_http::request::from_str(sample)
        .map_err(|error| format!("the sample is not an event of an HTTP API: {error}"))?;
    let context = &value["requestContext"]["http"];
    let (method, path) = (row.method.as_str(), row.path);
    let route_key = format!("{method} {path}");
    for (name, found, expected) in [
        ("version", &value["version"], "2.0"),
        ("routeKey", &value["routeKey"], &*route_key),
        ("requestContext.routeKey", &value["requestContext"]["routeKey"], &*route_key),
        ("requestContext.http.method", &context["method"], method),
    ] {
        if found.as_str() != Some(expected) {
            return Err(format!("{name} is {found} instead of \"{expected}\""));
        }
    }
    for (name, found) in [("rawPath", &value["rawPath"]), ("requestContext.http.path", &context["path"])] {
        if !found.as_str().is_some_and(|found| matches_route(path, found)) {
            return Err(format!("{name} is {found} instead of a path of {path}"));
        }
    }
    match value["body"].as_str() {
        None => Ok(()),
        Some(body) => serde_json::from_str::<Value>(body).map(|_| ()).map_err(|error| format!("body: {error}")),
    }
}

fn check_queue_message(sample: &str) -> Result<(), String> {
    let batch: sqs::SqsEvent = serde_json::from_str(sample).map_err(|error| error.to_string())?;
    let first = batch.records.first().ok_or("the sample needs a record")?;
    first.message_id.as_ref().ok_or("every record needs a messageId")?;
    let body = first.body.as_deref().ok_or("every record needs a body")?;
    let body: Value = serde_json::from_str(body).map_err(|error| format!("body: {error}"))?;
    for name in ["id", "detail-type", "source", "detail"] {
        if body.get(name).is_none() {
            return Err(format!("the body must be an event of the bus with `{name}`"));
        }
    }
    Ok(())
}

/// Whether a path matches a route with parameters.
fn matches_route(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let matches = |(expected, found): (&&str, &&str)| {
        expected == found || (expected.starts_with('{') && !found.is_empty() && !found.starts_with('{'))
    };
    route.len() == path.len() && route.iter().zip(&path).all(matches)
}

#[test]
fn every_test_file_is_compiled() {
    let mut wrong = Vec::new();
    let paths = files(&["tests/it"], &["rs"]);
    let folders: BTreeSet<_> = paths.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    for folder in folders.into_iter().filter(|folder| *folder != "tests/it") {
        let path = &format!("{folder}/mod.rs");
        if !paths.contains(path) {
            wrong.push(format!("{folder}: write {path}"));
            continue;
        }
        let (parent, name) = folder.rsplit_once('/').unwrap();
        let parent = if parent == "tests/it" { "tests/it/main.rs".to_owned() } else { format!("{parent}/mod.rs") };
        let name = if name == "type" { "r#type" } else { name };
        if !read(&parent).lines().any(|line| line.ends_with(&format!("mod {name};"))) {
            wrong.push(format!("{parent}: declare `mod {name};`"));
        }
        let own = read(path);
        let automatic =
            own.contains(&format!("automod::dir!(pub(crate) \"{}\");", folder.trim_start_matches("tests/")));
        for file in fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()) {
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            let is_module = file.extension().is_some_and(|kind| kind == "rs") && stem != "mod";
            if is_module && !automatic && !own.lines().any(|line| line.ends_with(&format!("mod {stem};"))) {
                wrong.push(format!("{path}: declare `mod {stem};`"));
            }
        }
    }
    nothing_wrong("These test files are not compiled:", &wrong);
}

#[test]
fn test_files_of_a_service_are_named_after_its_functions() {
    let functions = functions();
    let mut wrong = Vec::new();
    for service in services() {
        for path in files(&[&format!("tests/it/{service}")], &["rs"]) {
            // A suffix is allowed: `leaves/list_pending.rs` has further tests of `leaves/list.rs`.
            let of_a_function = functions.iter().filter(|function| function.service == service).any(|function| {
                let source = function.source.replacen(&format!("functions/{service}/src/"), "", 1);
                let test = format!("tests/it/{service}/{}", source.trim_start_matches("api/").trim_end_matches(".rs"));
                path.strip_prefix(&test).is_some_and(|rest| rest == ".rs" || rest.starts_with('_'))
            });
            let helper = !read(&path).contains("test]");
            if !of_a_function && !helper {
                wrong.push(format!(
                    "{path}: no function has this name; name the file after one, or move it to tests/it/flows/"
                ));
            }
        }
    }
    nothing_wrong("Test files must mirror the source files:", &wrong);
}
