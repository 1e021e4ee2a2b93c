//! The root stack and one stack per service: functions, routes, parameters, and what CloudFormation and IAM allow.

use std::collections::{BTreeMap, BTreeSet};

use access::{OPERATIONS, Operation};
use testkit::{Template, templates};
use yaml_rust2::Yaml;

use super::{
    names::{keys, missing},
    repo::{camel, deployed, functions, list, nothing_wrong, resources, services, text},
};

/// The templates of the services, without the root.
fn children() -> &'static [Template] {
    &templates()[1..]
}

fn of_type<'a>(template: &'a Template, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Yaml)> {
    let typed = template.resources().filter(move |(_, resource)| resource["Type"].as_str() == Some(kind));
    typed.map(|(id, resource)| (id, &resource["Properties"]))
}

#[test]
fn every_service_has_a_stack_beside_its_code() {
    let found: Vec<_> = of_type(&templates()[0], "AWS::CloudFormation::Stack")
        .map(|(id, stack)| (id.to_owned(), text(&stack["TemplateURL"])))
        .collect();
    let wanted: BTreeSet<_> =
        services().iter().map(|service| (camel(service), format!("functions/{service}/template.yaml"))).collect();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn every_function_is_a_resource_of_its_service_and_every_resource_a_function() {
    let resources = deployed();
    let functions: BTreeMap<_, _> = functions().into_iter().map(|function| (function.resource(), function)).collect();
    let mut wrong = missing(&keys(&functions), &keys(&resources), "{}: add the resource to its service's template");
    wrong.extend(missing(
        &keys(&resources),
        &keys(&functions),
        "{}: no function is called so; remove the resource or write the function",
    ));
    for template in templates() {
        for (id, resource) in of_type(template, "AWS::Serverless::Function") {
            let Some(function) = functions.get(id) else { continue };
            let home = format!("functions/{}/template.yaml", function.service);
            if template.path != home {
                wrong.push(format!("{id}: is in {}, must be in {home}", template.path));
            }
            let expected = format!("../../target/lambda/{}/bootstrap.zip", function.name);
            let found = text(&resource["CodeUri"]);
            if found != expected {
                wrong.push(format!("{id}: CodeUri is {found}, must be {expected}"));
            }
        }
    }
    nothing_wrong("The templates must have exactly the functions that the sources have:", &wrong);
}

/// One route of the API: what it answers to, the function behind it, and the role that may invoke it.
#[derive(Debug)]
struct Route {
    method: String,
    path: String,
    function: String,
    role: String,
}

/// The routes of a template in its order, each through its integration.
fn routes(template: &Template) -> Vec<Route> {
    let integrations: BTreeMap<_, _> = of_type(template, "AWS::ApiGatewayV2::Integration").collect();
    let route = |(id, route): (&str, &Yaml)| {
        let key = text(&route["RouteKey"]);
        let (method, path) = key.split_once(' ').unwrap_or_default();
        let target = text(&route["Target"]);
        let name = target.strip_prefix("integrations/${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let integration = integrations.get(name).unwrap_or(&&Yaml::BadValue);
        let proxy = ["IntegrationType", "PayloadFormatVersion"].map(|name| text(&integration[name]));
        assert_eq!(proxy, ["AWS_PROXY", "2.0"], "{id}: the integration {name}");
        assert_eq!([text(&route["ApiId"]), text(&integration["ApiId"])], ["Api", "Api"], "{id}: of the root's API");
        let function = text(&integration["IntegrationUri"]).trim_end_matches(".Arn").to_owned();
        assert_eq!([id, name], [format!("{function}Route"), format!("{function}Integration")], "beside their function");
        Route { method: method.to_owned(), path: path.to_owned(), function, role: text(&integration["CredentialsArn"]) }
    };
    let routes: Vec<_> = of_type(template, "AWS::ApiGatewayV2::Route").map(route).collect();
    assert_eq!(routes.len(), integrations.len(), "{}: one integration for each route", template.path);
    routes
}

#[test]
fn the_api_has_the_routes_of_the_access_table_each_with_its_function() {
    let row = |row: &Operation| (row.method.as_str().to_owned(), row.path.to_owned(), camel(row.name));
    let wanted: BTreeSet<_> = OPERATIONS.iter().map(|operation| row(operation)).collect();
    let routes: Vec<_> = templates().iter().flat_map(routes).collect();
    let found: BTreeSet<_> =
        routes.iter().map(|route| (route.method.clone(), route.path.clone(), route.function.clone())).collect();
    let mut wrong: Vec<_> =
        wanted.difference(&found).map(|(method, path, to)| format!("{method} {path} to {to}: add it")).collect();
    wrong
        .extend(found.difference(&wanted).map(|(method, path, to)| format!("{method} {path} to {to}: no row says so")));
    assert_eq!(routes.len(), found.len(), "one route, one function");
    nothing_wrong("The routes of functions/*/template.yaml and the access table:", &wrong);
}

#[test]
fn endpoints_are_in_the_order_of_the_access_table() {
    let mut wrong = Vec::new();
    for template in children() {
        let found: Vec<_> = routes(template).into_iter().map(|route| route.function).collect();
        let rows = OPERATIONS.iter().map(|row| camel(row.name));
        let wanted: Vec<_> = rows.filter(|name| found.contains(name)).collect();
        let apart = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
        wrong.extend(apart.map(|(wanted, found)| format!("{}: {wanted} comes before {found}", template.path)));
    }
    nothing_wrong("Readers look an endpoint up where the access table has it:", &wrong);
}

#[test]
fn a_service_s_role_of_routes_may_invoke_its_endpoints_and_nothing_else() {
    let services: BTreeMap<String, String> =
        functions().into_iter().map(|function| (function.resource(), camel(&function.service) + "Routes")).collect();
    let (mut wanted, mut wrong): (BTreeMap<String, BTreeSet<String>>, Vec<String>) = Default::default();
    for route in templates().iter().flat_map(routes) {
        let role = services.get(&route.function).cloned().unwrap_or_default();
        if route.role != format!("{role}.Arn") {
            wrong.push(format!("{} {}: credentials are {}, must be {role}.Arn", route.method, route.path, route.role));
        }
        wanted.entry(role).or_default().insert(format!("{}.Arn", route.function));
    }
    let roles = resources("AWS::IAM::Role");
    for (role, endpoints) in wanted {
        let resource = roles.get(&role).unwrap_or(&Yaml::BadValue);
        let principal = text(&resource["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]);
        let statements = &resource["Policies"][0]["PolicyDocument"]["Statement"];
        let granted: BTreeSet<_> = statements[0]["Resource"].as_vec().into_iter().flatten().map(text).collect();
        let only = list(&resource["Policies"]).len() == 1
            && statements.as_vec().is_some_and(|all| all.len() == 1)
            && text(&statements[0]["Action"]) == "lambda:InvokeFunction"
            && principal == "apigateway.amazonaws.com";
        if !only || granted != endpoints {
            let apart: Vec<_> = granted.symmetric_difference(&endpoints).collect();
            wrong.push(format!("{role}: must let apigateway.amazonaws.com invoke its endpoints; {apart:?}"));
        }
    }
    nothing_wrong("Each service has one role for its routes:", &wrong);
}

#[test]
fn globals_are_the_same_in_every_service() {
    let first = &children()[0];
    assert!(!first.content["Globals"]["Function"].is_badvalue(), "{} has Globals", first.path);
    let other = children().iter().filter(|template| template.content["Globals"] != first.content["Globals"]);
    let wrong: Vec<_> = other.map(|template| format!("{}: differs from {}", template.path, first.path)).collect();
    nothing_wrong("Globals are the same in every service, names of tables included:", &wrong);
}

#[test]
fn every_parameter_is_passed_by_the_root_and_used() {
    let mut wrong = Vec::new();
    for template in templates() {
        let source = &template.source;
        let refs = source.split("!Ref ").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        let refs: BTreeSet<_> = refs.collect();
        let declared = template.content["Parameters"].as_hash().into_iter().flatten().map(|(name, _)| text(name));
        let idle = declared.filter(|name| !refs.contains(&**name) && !source.contains(&format!("${{{name}}}")));
        wrong.extend(idle.map(|name| format!("{}: {name} is used by nothing", template.path)));
    }
    for (id, stack) in of_type(&templates()[0], "AWS::CloudFormation::Stack") {
        let passed = templates()[0].passed(id);
        let template = children().iter().find(|child| Some(&*child.path) == stack["TemplateURL"].as_str()).unwrap();
        let declared = template.content["Parameters"].as_hash().into_iter().flatten();
        let declared: BTreeSet<_> = declared.filter_map(|(name, _)| name.as_str()).collect();
        let names: BTreeSet<_> = passed.keys().copied().collect();
        let apart = declared.symmetric_difference(&names);
        wrong.extend(apart.map(|name| format!("{id}: {name} is passed or declared, not both")));
        // With all state in the root, no service waits for another one's stack.
        let children = passed.values().filter(|value| value.as_str().is_some_and(|text| text.contains(".Outputs.")));
        wrong.extend(children.map(|value| format!("{id}: takes {value:?} from another service")));
        if template.source.contains("AWS::StackName") {
            wrong.push(format!("{}: names begin with ${{Prefix}}, not with the name of a nested stack", template.path));
        }
    }
    nothing_wrong("Parameters:", &wrong);
}

/// `muster redrive` and the runbook know queues by the outputs of the root.
#[test]
fn every_dead_letter_queue_is_an_output_of_the_root() {
    let root = &templates()[0].content["Outputs"];
    let mut wrong = Vec::new();
    for template in templates() {
        let own = &template.content["Outputs"];
        for (id, _) in
            of_type(template, "AWS::SQS::Queue").filter(|(id, _)| id.ends_with("Dlq") || id.ends_with("Failures"))
        {
            let name = format!("{id}Url");
            if text(&own[&*name]["Value"]) != id || root[&*name]["Value"].is_badvalue() {
                wrong.push(format!("{}: output {name}, and hand it on in the root", template.path));
            }
        }
    }
    for (name, output) in root.as_hash().into_iter().flatten() {
        let value = text(&output["Value"]);
        if let Some((_, of_child)) = value.split_once(".Outputs.")
            && of_child != text(name)
        {
            wrong.push(format!("{}: hands on {value}; an output has one name", text(name)));
        }
    }
    nothing_wrong("Outputs:", &wrong);
}

/// Resources of a template after SAM's transform: a function has a role, a mapping or schedule for each event, and a role for
/// each schedule.
fn resources_made(template: &Template) -> usize {
    let made = template.resources().map(|(_, resource)| {
        let events = resource["Properties"]["Events"].as_hash();
        let schedules = events.into_iter().flatten().filter(|(_, event)| event["Type"].as_str() == Some("ScheduleV2"));
        match resource["Type"].as_str() {
            Some("AWS::Serverless::Function") => 2 + events.map_or(0, |events| events.len()) + schedules.count(),
            _ => 1,
        }
    });
    made.sum()
}

#[test]
fn stacks_stay_within_the_quotas() {
    /// Ours; CloudFormation takes 500, and a service with more is two services.
    const RESOURCES_MAX: usize = 300;
    const RESOURCES_OF_HIERARCHY_MAX: usize = 2500;
    const INTEGRATIONS_MAX: usize = 300; // of an HTTP API, which nobody raises
    const INLINE_CHARACTERS_MAX: usize = 10_240; // all of a role's
    const MANAGED_CHARACTERS_MAX: usize = 6_144;

    let mut wrong = Vec::new();
    let mut check = |what: &str, found: usize, max: usize| {
        if found > max {
            wrong.push(format!("{what}: {found}, at most {max}"));
        }
    };
    for template in templates() {
        check(&format!("resources of {}", template.path), resources_made(template), RESOURCES_MAX);
    }
    check("resources of all", templates().iter().map(resources_made).sum(), RESOURCES_OF_HIERARCHY_MAX);
    check("integrations", resources("AWS::ApiGatewayV2::Integration").len(), INTEGRATIONS_MAX);
    for kind in ["AWS::Serverless::Function", "AWS::IAM::Role"] {
        for (id, properties) in resources(kind) {
            let inline = list(&properties["Policies"]).into_iter().filter(|policy| policy.as_hash().is_some());
            check(&format!("policy of {id}"), inline.map(|policy| characters(&policy)).sum(), INLINE_CHARACTERS_MAX);
        }
    }
    for (id, policy) in resources("AWS::IAM::ManagedPolicy") {
        check(&id, characters(&policy["PolicyDocument"]), MANAGED_CHARACTERS_MAX);
    }
    nothing_wrong("Quotas:", &wrong);
}

/// Characters of a policy as IAM counts them, every ARN as long as that of a function with the longest name.
fn characters(policy: &Yaml) -> usize {
    const ARN: usize = 128;
    match policy {
        Yaml::Hash(members) => {
            2 + members.iter().map(|(name, value)| 2 + characters(name) + characters(value)).sum::<usize>()
        }
        Yaml::Array(items) => 2 + items.iter().map(|item| 1 + characters(item)).sum::<usize>(),
        Yaml::String(text) if text.contains(".Arn") => ARN + text.len(),
        other => 2 + text(other).len(),
    }
}
