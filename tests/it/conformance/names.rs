//! One name leads everywhere, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use access::{OPERATIONS, Operation};
use aws_lambda_events::{dynamodb, sqs};
use serde_json::Value;
use yaml_rust2::Yaml;

use super::repo::{
    Function, Trigger, binaries, deployed, files, functions, nothing_wrong, read, root, services, snake, text,
};

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
fn missing<'a>(here: &BTreeSet<String>, there: &'a BTreeSet<String>, sentence: &'a str) -> Vec<String> {
    here.difference(there).map(|name| sentence.replace("{}", name)).collect()
}

fn keys<T>(map: &BTreeMap<String, T>) -> BTreeSet<String> {
    map.keys().cloned().collect()
}

#[test]
fn every_row_of_the_access_table_has_one_source_file_and_every_endpoint_has_a_row() {
    let rows: BTreeSet<_> = OPERATIONS.iter().map(|row| row.name.to_owned()).collect();
    let sources = names_of(Trigger::Api);
    let mut wrong = missing(&rows, &sources, "{}: write functions/<service>/src/api/{}.rs with `pub fn serve()`");
    wrong.extend(missing(&sources, &rows, "{}: add its row to shared/access/src/operations.rs"));
    let mut owners = BTreeMap::new();
    for function in functions() {
        if let Some(other) = owners.insert(function.name.clone(), function.service.clone()) {
            wrong.push(format!("{}: is in both {other} and {}; keep one", function.name, function.service));
        }
    }
    nothing_wrong("The access table and functions/*/src/api must name the same operations:", &wrong);
}

#[test]
fn every_endpoint_serves_the_row_that_it_is_named_after() {
    let wrong: Vec<_> = functions()
        .into_iter()
        .filter(|function| function.trigger == Trigger::Api)
        .filter_map(|function| {
            let row = function.name.replace('-', "_").to_uppercase();
            let source = read(&function.source);
            let serves =
                source.contains(&format!("serve(&access::{row},")) || source.contains(&format!("serve(&{row},"));
            let routed = source.contains(&format!("{row}.path"));
            (!serves || !routed).then(|| {
                format!("{}: must `serve(&access::{row}, router)` and route `access::{row}.path`", function.source)
            })
        })
        .collect();
    nothing_wrong("An endpoint takes its name, route and rights from its own row of the access table:", &wrong);
}

#[test]
fn every_function_has_its_binary_and_every_binary_its_function() {
    let functions = functions();
    let named: BTreeSet<_> = functions.iter().map(|function| function.name.clone()).collect();
    let binaries = binaries();
    let mut wrong = missing(&named, &keys(&binaries), "{}: write functions/<service>/src/bin/{}.rs");
    let homeless = "{}: a binary without source; expected api/<operation>.rs, on/<event>.rs or job/<name>.rs with `pub fn serve()`";
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
fn every_function_is_a_resource_of_the_template_and_every_resource_a_function() {
    let resources = deployed();
    let functions: BTreeMap<_, _> = functions().into_iter().map(|function| (function.resource(), function)).collect();
    let mut wrong = missing(&keys(&functions), &keys(&resources), "{}: add the resource to its service's section");
    wrong.extend(missing(
        &keys(&resources),
        &keys(&functions),
        "{}: no function is called so; remove the resource or write the function",
    ));
    for (id, function) in &functions {
        let Some(resource) = resources.get(id) else { continue };
        let expected = format!("target/lambda/{}/bootstrap.zip", function.name);
        let found = text(&resource["CodeUri"]);
        if found != expected {
            wrong.push(format!("{id}: CodeUri is {found}, must be {expected}"));
        }
    }
    nothing_wrong("template.yaml must have exactly the functions that the sources have:", &wrong);
}

#[test]
fn every_endpoint_has_one_event_with_the_route_of_its_row() {
    let resources = deployed();
    let wrong: Vec<_> = functions()
        .into_iter()
        .filter(|function| function.trigger == Trigger::Api)
        .filter_map(|function| {
            let row = operation(&function.name)?;
            let wanted = (row.method.as_str().to_owned(), row.path.to_owned());
            let found = routes(resources.get(&function.resource())?);
            (found != [wanted.clone()]).then(|| format!("{}: has {found:?}, must have {wanted:?}", function.resource()))
        })
        .collect();
    nothing_wrong(
        "An endpoint has exactly one event, of type HttpApi with `ApiId: !Ref Api`, and its row's route:",
        &wrong,
    );
}

/// Method and path of each event; what is no HttpApi event of our API shows as such.
fn routes(function: &Yaml) -> Vec<(String, String)> {
    let events = function["Events"].as_hash().cloned().unwrap_or_default();
    let route = |event: &Yaml| {
        let properties = &event["Properties"];
        let ours = event["Type"].as_str() == Some("HttpApi") && properties["ApiId"].as_str() == Some("Api");
        let method = text(&properties["Method"]).to_uppercase();
        (if ours { method } else { format!("(not of our API) {method}") }, text(&properties["Path"]))
    };
    events.iter().map(|(_, event)| route(event)).collect()
}

#[test]
fn routes_of_the_template_are_unique_and_all_in_the_access_table() {
    let mut seen = BTreeMap::new();
    let mut wrong = Vec::new();
    for (id, function) in deployed() {
        let http = |event: &&(String, String)| event.1.starts_with('/');
        for route in routes(&function).iter().filter(http) {
            if let Some(other) = seen.insert(route.clone(), id.clone()) {
                wrong.push(format!("{} {}: both {other} and {id}", route.0, route.1));
            }
            if !OPERATIONS.iter().any(|row| (row.method.as_str(), row.path) == (&*route.0, &*route.1)) {
                wrong.push(format!("{} {} of {id}: is not in the access table", route.0, route.1));
            }
        }
    }
    nothing_wrong("One route, one function, one row:", &wrong);
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
fn every_operation_has_a_test_file_that_is_compiled() {
    let mut wrong = Vec::new();
    for function in functions().iter().filter(|function| function.trigger == Trigger::Api) {
        let (service, stem) = (&function.service, snake(&function.name));
        let path = format!("tests/it/{service}/{stem}.rs");
        let waived = WITHOUT_TESTS.contains(&&*function.name);
        let tests = root().join(&path).exists() && read(&path).contains("test]");
        if waived && tests {
            wrong.push(format!("{}: has tests now; take it off WITHOUT_TESTS", function.name));
        } else if !waived && !tests {
            wrong.push(format!("{}: write {path}, with its denied cases", function.name));
        } else if tests && !declared(service, &stem) {
            wrong.push(format!("{path}: is not compiled; add `mod {stem};` beside its neighbours"));
        }
    }
    for name in WITHOUT_TESTS {
        assert!(operation(name).is_some(), "{name} is no operation; take it off WITHOUT_TESTS");
    }
    nothing_wrong("Tests mirror the source tree:", &wrong);
}

fn declared(service: &str, stem: &str) -> bool {
    let has = |path: &str, module: &str| {
        root().join(path).exists() && read(path).lines().any(|line| line == format!("mod {module};"))
    };
    let parents = [format!("tests/it/{service}.rs"), format!("tests/it/{service}/mod.rs")];
    has("tests/it/main.rs", service) && parents.iter().any(|parent| has(parent, stem))
}

#[test]
fn every_test_file_of_a_service_is_named_after_something_of_the_service() {
    let functions = functions();
    let mut wrong = Vec::new();
    for service in services() {
        for path in files(&[&format!("tests/it/{service}")], &["rs"]) {
            let names = |stem: &str| {
                functions.iter().any(|function| {
                    function.service == service
                        && (snake(&function.name) == stem || function.module.ends_with(&format!("::{stem}")))
                })
            };
            // Its own name, or that of the folder it is in: behind `tests/it/<service>`.
            let of_a_function = path.trim_end_matches(".rs").split('/').skip(3).any(names);
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
