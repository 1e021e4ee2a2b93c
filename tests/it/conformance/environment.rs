//! The templates give each function the environment variables that it reads, so a missing one fails here and not after a deployment.

use std::collections::BTreeSet;

use fixtures::ENDPOINTS;
use lambda::{Environment, Shell};
use testkit::{FixedClock, TestIds, cloud};
use yaml_rust2::Yaml;

use super::repo::{camel, deployed, files, globals, nothing_wrong, read};

/// Names of the environment variables of a function or of the globals.
fn variables(place: &Yaml) -> BTreeSet<String> {
    let variables = place["Environment"]["Variables"].as_hash().cloned().unwrap_or_default();
    variables.keys().filter_map(Yaml::as_str).map(str::to_owned).collect()
}

/// Unique test value of a variable, in the format of its name.
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

/// Shell with only these variables.
async fn shell_with(names: &BTreeSet<String>) -> Shell {
    let environment: Environment = names.iter().map(|name| (name.clone(), value_of(name))).collect();
    let aws = cloud().await.config();
    Shell::new(environment, aws, std::sync::Arc::new(FixedClock::default()), TestIds::new())
        .expect("the global variables must suffice for a shell")
}

/// Initialisation of a function.
type Start = Box<dyn Fn(&Shell) -> Result<(), String>>;

/// Every function with its initialisation.
fn starts() -> Vec<(&'static str, Start)> {
    fn start<T: 'static>(build: fn(&Shell) -> Result<T, lambda::InitError>) -> Start {
        Box::new(move |shell| build(shell).map(drop).map_err(|error| error.to_string()))
    }
    let mut starts: Vec<_> =
        ENDPOINTS.iter().map(|endpoint| (endpoint.operation.name, start(endpoint.router))).collect();
    starts.extend([
        ("auth-on-employee", start(auth::on::employee::build)),
        ("auth-job-refresh-jwks", start(auth::job::refresh_jwks::build)),
        ("employees-job-apply-terms", start(employees::job::apply_terms::build)),
        ("compliance-on-event", start(compliance::on::event::build)),
        ("compliance-job-training", start(compliance::job::training::build)),
        ("leave-on-attendance", start(leave::on::attendance::build)),
        ("leave-on-employee", start(leave::on::employee::build)),
        ("leave-on-recount", start(leave::on::recount::build)),
        ("leave-on-request", start(leave::on::request::build)),
        ("leave-job-accrue", start(leave::job::accrue::build)),
        ("leave-job-escalate", start(leave::job::escalate::build)),
        ("leave-job-post", start(leave::job::post::build)),
        ("leave-job-retain", start(leave::job::retain::build)),
        ("attendance-on-employee", start(attendance::on::employee::build)),
        ("attendance-on-leave", start(attendance::on::leave::build)),
        ("attendance-on-change", start(attendance::on::change::build)),
        ("attendance-job-dispatch", start(attendance::job::dispatch::build)),
        ("attendance-job-retain", start(attendance::job::retain::build)),
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
async fn every_function_starts_with_the_variables_of_its_template() {
    let shared = variables(globals());
    let (deployed, mut wrong) = (deployed(), Vec::new());
    for (name, start) in starts() {
        let id = camel(name);
        let Some(function) = deployed.get(&id) else { continue };
        let names = shared.union(&variables(function)).cloned().collect();
        if let Err(error) = start(&shell_with(&names).await) {
            wrong.push(format!("{id}: {error}"));
        }
    }
    nothing_wrong("Add the variable to Environment of the function in the service's template.yaml:", &wrong);
    let known: BTreeSet<_> = starts().into_iter().map(|(name, _)| camel(name)).collect();
    let all: BTreeSet<_> = deployed.into_keys().collect();
    assert_eq!(known, all, "`starts()` must list every consumer and job; add or remove the different ones");
}

#[test]
fn every_variable_of_the_templates_is_read() {
    let sources: String = files(&["functions", "shared"], &["rs"]).iter().map(|path| read(path)).collect();
    let mut names = variables(globals());
    names.extend(deployed().values().flat_map(variables));
    let wrong: Vec<_> = names.into_iter().filter(|name| !sources.contains(&format!("\"{name}\""))).collect();
    nothing_wrong("No source reads these variables; remove them from the template or correct their names:", &wrong);
}
