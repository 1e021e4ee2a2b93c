//! One name leads everywhere, in both directions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use access::{Method, OPERATIONS, Operation};
use aws_lambda_events::{dynamodb, sqs};
use serde_json::Value;

use super::repo::{Function, Trigger, binaries, files, functions, nothing_wrong, read, root, services};

/// Operations without a test file of their own. This list may only shrink; no new endpoint comes onto it.
const WITHOUT_TESTS: &[&str] = &[];

/// No binary is longer: a sentence and a call.
const BINARY_LINES_MAX: usize = 8;

fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|row| row.name == name).copied()
}

fn names_of(trigger: Trigger) -> BTreeSet<String> {
    functions().into_iter().filter(|function| function.trigger == trigger).map(|function| function.name).collect()
}

/// What `there` lacks of `here`, each as a sentence.
pub(super) fn missing<'a>(here: &BTreeSet<String>, there: &'a BTreeSet<String>, sentence: &'a str) -> Vec<String> {
    here.difference(there).map(|name| sentence.replace("{}", name)).collect()
}

pub(super) fn keys<T>(map: &BTreeMap<String, T>) -> BTreeSet<String> {
    map.keys().cloned().collect()
}

#[test]
fn every_row_of_the_access_table_has_one_source_file_and_every_endpoint_has_a_row() {
    let rows: BTreeSet<_> = OPERATIONS.iter().map(|row| row.name.to_owned()).collect();
    let sources = names_of(Trigger::Api);
    let mut wrong =
        missing(&rows, &sources, "{}: write its source under functions/<service>/src/api/, with `lambda::endpoint!`");
    wrong.extend(missing(&sources, &rows, "{}: add its row to shared/access/src/operations.rs"));
    let mut owners = BTreeMap::new();
    for function in functions() {
        if let Some(other) = owners.insert(function.name.clone(), function.service.clone()) {
            wrong.push(format!("{}: is in both {other} and {}; keep one", function.name, function.service));
        }
    }
    nothing_wrong("The access table and functions/*/src/api must name the same operations:", &wrong);
}

/// The segments of a route that are words, as file names have them: `/api/v1/leaves/{id}/approve` is `leaves/approve`.
fn folders(route: &str) -> Vec<String> {
    let words =
        route.trim_start_matches("/api/v1").split('/').filter(|word| !word.is_empty() && !word.starts_with('{'));
    words.map(|word| word.trim_start_matches('.').split('.').next().unwrap().replace('-', "_")).collect()
}

/// Where the source of an operation must be: folders mirror the URL, and the last word is the route's own or a regular one.
fn place(row: &Operation) -> Result<String, String> {
    let folders = folders(row.path);
    let own = folders.join("-").replace('_', "-");
    let regular: &[&str] = match row.method {
        Method::Get => &["list", "get"],
        Method::Post => &["create"],
        Method::Put => &["update"],
        Method::Delete => &["delete"],
    };
    if row.name == own && !row.path.ends_with('}') {
        return Ok(folders.join("/"));
    }
    let named = regular.iter().find(|word| row.name == format!("{own}-{word}"));
    let last =
        named.ok_or_else(|| format!("{}: call it {own}-{} after {}", row.name, regular.join(" or -"), row.path))?;
    Ok(format!("{}/{last}", folders.join("/")))
}

#[test]
fn the_folders_of_sources_and_tests_mirror_the_url() {
    let mut wrong = Vec::new();
    for function in functions().into_iter().filter(|function| function.trigger == Trigger::Api) {
        let Some(row) = operation(&function.name) else { continue };
        match place(row) {
            Ok(place) => {
                let source = format!("functions/{}/src/api/{place}.rs", function.service);
                if function.source != source {
                    wrong.push(format!("{}: move it to {source}", function.source));
                }
                let test = format!("tests/it/{}/{place}.rs", function.service);
                if !WITHOUT_TESTS.contains(&row.name) && !tests_something(&test) {
                    wrong.push(format!("{}: write {test}, with a #[test] or #[tokio::test]", row.name));
                }
            }
            Err(name) => wrong.push(name),
        }
    }
    nothing_wrong("One name leads from the route to source and test:", &wrong);
}

/// Whether a file of tests is there. That it is compiled is `automod`'s care.
fn tests_something(path: &str) -> bool {
    root().join(path).exists() && (read(path).contains("#[tokio::test") || read(path).contains("#[test"))
}

#[test]
fn consumers_and_jobs_are_in_a_file_of_their_name_and_have_a_test() {
    let mut wrong = Vec::new();
    for function in functions().into_iter().filter(|function| function.trigger != Trigger::Api) {
        let (service, directory) = (&function.service, if function.trigger == Trigger::On { "on" } else { "job" });
        let stem = function.name.trim_start_matches(&format!("{service}-{directory}-")).replace('-', "_");
        let source = format!("functions/{service}/src/{directory}/{stem}.rs");
        if function.source != source {
            wrong.push(format!("{}: {} belongs into {source}", function.source, function.name));
        }
        let test = format!("tests/it/{service}/{directory}/{stem}.rs");
        if !tests_something(&test) {
            wrong.push(format!("{}: write {test}", function.name));
        }
    }
    nothing_wrong("One name leads from a consumer or job to source and test:", &wrong);
}

#[test]
fn every_function_has_its_binary_and_every_binary_its_function() {
    let functions = functions();
    let named: BTreeSet<_> = functions.iter().map(|function| function.name.clone()).collect();
    let binaries = binaries();
    let mut wrong = missing(&named, &keys(&binaries), "{}: write functions/<service>/src/bin/{}.rs");
    let homeless = "{}: a binary without source; expected a source in api/, on/ or job/ with `lambda::endpoint!`, `consumer!` or `job!`";
    wrong.extend(missing(&keys(&binaries), &named, homeless));
    for Function { name, service, module, .. } in &functions {
        match binaries.get(name) {
            Some(found) if found != service => {
                wrong.push(format!("{name}: the binary is in {found}, its source in {service}"))
            }
            Some(_) => wrong.extend(wrong_binary(service, name, module)),
            None => {}
        }
    }
    nothing_wrong("One function, one binary of the same name in the same crate:", &wrong);
}

fn wrong_binary(service: &str, name: &str, module: &str) -> Option<String> {
    let path = format!("functions/{service}/src/bin/{name}.rs");
    let source = read(&path);
    let calls = source.contains(&format!("{module}::serve()"));
    let short = source.lines().count() <= BINARY_LINES_MAX;
    (!calls || !short)
        .then(|| format!("{path}: at most {BINARY_LINES_MAX} lines, and in `main` only `{module}::serve()`"))
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
        .map(|(name, service)| format!("{name}: call it {service}-on-<what> or {service}-job-<what>"))
        .collect();
    nothing_wrong("What is no endpoint is a consumer or a job:", &wrong);
}

#[test]
fn every_function_has_a_sample_event_that_its_runner_can_read() {
    let functions = functions();
    let named: BTreeSet<_> = functions.iter().map(|function| function.name.clone()).collect();
    let samples: BTreeSet<_> = files(&["events"], &["json"])
        .iter()
        .map(|path| path.trim_start_matches("events/").trim_end_matches(".json").to_owned())
        .collect();
    let mut wrong = missing(&named, &samples, "{}: write events/{}.json, as `sam local invoke -e` takes it");
    wrong.extend(missing(&samples, &named, "events/{}.json: no function is called so"));
    for function in functions.iter().filter(|function| samples.contains(&function.name)) {
        let sample = read(&format!("events/{}.json", function.name));
        if let Err(why) = readable(function, &sample) {
            wrong.push(format!("events/{}.json: {why}", function.name));
        }
    }
    nothing_wrong("Every function has one sample invocation:", &wrong);
}

fn readable(function: &Function, sample: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(sample).map_err(|error| error.to_string())?;
    match function.trigger {
        Trigger::Api => operation(&function.name).map_or(Ok(()), |row| readable_request(row, sample, &value)),
        Trigger::Job => value.is_object().then_some(()).ok_or_else(|| "must be an object".to_owned()),
        Trigger::On if value["Records"][0]["dynamodb"].is_object() => {
            let stream: dynamodb::Event = serde_json::from_str(sample).map_err(|error| error.to_string())?;
            let both = stream.records.iter().all(|record| record.change.sequence_number.is_some());
            both.then_some(()).ok_or_else(|| "every record needs a SequenceNumber".to_owned())
        }
        Trigger::On => readable_queue(sample),
    }
}

fn readable_request(row: &Operation, sample: &str, value: &Value) -> Result<(), String> {
    lambda_http::request::from_str(sample).map_err(|error| format!("no event of an HTTP API: {error}"))?;
    let context = &value["requestContext"]["http"];
    let (method, path) = (row.method.as_str(), row.path);
    let route_key = format!("{method} {path}");
    for (what, found, wanted) in [
        ("version", &value["version"], "2.0"),
        ("routeKey", &value["routeKey"], &*route_key),
        ("requestContext.routeKey", &value["requestContext"]["routeKey"], &*route_key),
        ("requestContext.http.method", &context["method"], method),
    ] {
        if found.as_str() != Some(wanted) {
            return Err(format!("{what} is {found}, must be \"{wanted}\""));
        }
    }
    for (what, found) in [("rawPath", &value["rawPath"]), ("requestContext.http.path", &context["path"])] {
        if !found.as_str().is_some_and(|found| fits(path, found)) {
            return Err(format!("{what} is {found}, must be a path of {path}"));
        }
    }
    match value["body"].as_str() {
        None => Ok(()),
        Some(body) => serde_json::from_str::<Value>(body).map(|_| ()).map_err(|error| format!("body: {error}")),
    }
}

fn readable_queue(sample: &str) -> Result<(), String> {
    let batch: sqs::SqsEvent = serde_json::from_str(sample).map_err(|error| error.to_string())?;
    let first = batch.records.first().ok_or("needs a record")?;
    first.message_id.as_ref().ok_or("every record needs a messageId")?;
    let body = first.body.as_deref().ok_or("every record needs a body")?;
    let body: Value = serde_json::from_str(body).map_err(|error| format!("body: {error}"))?;
    for name in ["id", "detail-type", "source", "detail"] {
        if body.get(name).is_none() {
            return Err(format!("the body is an event of the bus and has `{name}`"));
        }
    }
    Ok(())
}

/// Whether a path is one of a route with parameters.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let part = |(wanted, found): (&&str, &&str)| {
        wanted == found || (wanted.starts_with('{') && !found.is_empty() && !found.starts_with('{'))
    };
    route.len() == path.len() && route.iter().zip(&path).all(part)
}

#[test]
fn every_folder_of_tests_is_compiled() {
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
        let found = own.contains(&format!("automod::dir!(pub(crate) \"{}\");", folder.trim_start_matches("tests/")));
        for file in fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()) {
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            let is_module = file.extension().is_some_and(|kind| kind == "rs") && stem != "mod";
            if is_module && !found && !own.lines().any(|line| line.ends_with(&format!("mod {stem};"))) {
                wrong.push(format!("{path}: declare `mod {stem};`"));
            }
        }
    }
    nothing_wrong("A test that is not compiled tests nothing:", &wrong);
}

#[test]
fn every_test_file_of_a_service_is_named_after_something_of_the_service() {
    let functions = functions();
    let mut wrong = Vec::new();
    for service in services() {
        for path in files(&[&format!("tests/it/{service}")], &["rs"]) {
            // `leaves/list_pending.rs` has more tests of `leaves/list.rs`.
            let of_a_function = functions.iter().filter(|function| function.service == service).any(|function| {
                let source = function.source.replacen(&format!("functions/{service}/src/"), "", 1);
                let test = format!("tests/it/{service}/{}", source.trim_start_matches("api/").trim_end_matches(".rs"));
                path.strip_prefix(&test).is_some_and(|rest| rest == ".rs" || rest.starts_with('_'))
            });
            let helper = !read(&path).contains("test]");
            if !of_a_function && !helper {
                wrong.push(format!(
                    "{path}: tests nothing called so; name it after an operation, or move it to tests/it/flows/"
                ));
            }
        }
    }
    nothing_wrong("Tests mirror the source tree:", &wrong);
}
