//! What a function asks of its environment is what the template gives it: nobody learns of a missing variable by a deploy.

use std::collections::BTreeSet;

use lambda::{Environment, Shell};
use stage::ENDPOINTS;
use testkit::{FixedClock, TestMint, cloud};
use yaml_rust2::Yaml;

use super::repo::{camel, deployed, files, globals, nothing_wrong, read};

/// The names of the variables under a place of a template.
fn variables(place: &Yaml) -> BTreeSet<String> {
    let variables = place["Environment"]["Variables"].as_hash().cloned().unwrap_or_default();
    variables.keys().filter_map(Yaml::as_str).map(str::to_owned).collect()
}

/// A value that reads as what such a variable holds; no two are the same.
fn value_of(name: &str) -> String {
    if name.ends_with("_DAYS") {
        "365".to_owned()
    } else if name.ends_with("_URL") {
        format!("https://{}.example.org", name.to_lowercase().replace('_', "-"))
    } else if name.ends_with("_FROM") {
        "Muster <no-reply@example.org>".to_owned()
    } else {
        format!("urn:test:{name}")
    }
}

/// A shell with nothing but these variables, and what Lambda itself sets.
async fn shell_with(names: &BTreeSet<String>) -> Shell {
    let environment: Environment = names.iter().map(|name| (name.clone(), value_of(name))).collect();
    let aws = cloud().await.config();
    Shell::new(environment, aws, std::sync::Arc::new(FixedClock::default()), TestMint::new())
        .expect("the globals suffice for a shell")
}

/// What starts a function, without answering yet.
type Start = Box<dyn Fn(&Shell) -> Result<(), String>>;

/// Every function with what starts it.
fn starts() -> Vec<(&'static str, Start)> {
    fn start<T: 'static>(build: fn(&Shell) -> Result<T, lambda::InitError>) -> Start {
        Box::new(move |shell| build(shell).map(drop).map_err(|error| error.to_string()))
    }
    let mut starts: Vec<_> =
        ENDPOINTS.iter().map(|endpoint| (endpoint.operation.name, start(endpoint.router))).collect();
    starts.extend([
        ("auth-on-employee", start(auth::on::employee::build)),
        ("auth-job-refresh-jwks", start(auth::job::refresh_jwks::build)),
        ("compliance-on-event", start(compliance::on::event::build)),
        ("compliance-job-training", start(compliance::job::training::build)),
        ("leave-on-employee", start(leave::on::employee::build)),
        ("leave-on-request", start(leave::on::request::build)),
        ("leave-job-accrue", start(leave::job::accrue::build)),
        ("leave-job-escalate", start(leave::job::escalate::build)),
        ("leave-job-post", start(leave::job::post::build)),
        ("attendance-on-employee", start(attendance::on::employee::build)),
        ("attendance-on-leave", start(attendance::on::leave::build)),
        ("attendance-on-change", start(attendance::on::change::build)),
        ("attendance-job-dispatch", start(attendance::job::dispatch::build)),
        ("attendance-job-settle", start(attendance::job::settle::build)),
        ("notifications-on-employee", start(notifications::on::employee::build)),
        ("notifications-on-event", start(notifications::on::event::build)),
        ("notifications-job-bulk", start(notifications::job::bulk::build)),
        ("notifications-job-deliver-email", start(notifications::job::deliver_email::build)),
        ("notifications-job-deliver-push", start(notifications::job::deliver_push::build)),
        ("notifications-job-deliver-sms", start(notifications::job::deliver_sms::build)),
        ("notifications-job-digest", start(notifications::job::digest::build)),
        ("notifications-job-due", start(notifications::job::due::build)),
        ("audit-on-event", start(audit::on::event::build)),
        ("audit-job-seal", start(audit::job::seal::build)),
        ("relay-on-stream", start(relay::on::stream::build)),
    ]);
    starts
}

#[tokio::test]
async fn every_function_starts_with_the_environment_that_the_template_gives_it() {
    let shared = variables(globals());
    let (deployed, mut wrong) = (deployed(), Vec::new());
    for (name, start) in starts() {
        let id = camel(name);
        let Some(function) = deployed.get(&id) else { continue };
        let names = shared.union(&variables(function)).cloned().collect();
        if let Err(why) = start(&shell_with(&names).await) {
            wrong.push(format!("{id}: {why}"));
        }
    }
    nothing_wrong("Give it in the service's template.yaml, under Environment of the function:", &wrong);
    let known: BTreeSet<_> = starts().into_iter().map(|(name, _)| camel(name)).collect();
    let all: BTreeSet<_> = deployed.into_keys().collect();
    assert_eq!(known, all, "add new consumers and jobs to `starts()`");
}

#[test]
fn no_variable_of_the_template_is_given_to_nobody() {
    let sources: String = files(&["functions", "shared"], &["rs"]).iter().map(|path| read(path)).collect();
    let mut names = variables(globals());
    names.extend(deployed().values().flat_map(variables));
    let wrong: Vec<_> = names.into_iter().filter(|name| !sources.contains(&format!("\"{name}\""))).collect();
    nothing_wrong("No source asks for these; take them out of the template, or mend the name:", &wrong);
}
