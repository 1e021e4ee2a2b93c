//! The root stack and the stacks of the services: functions, routes, parameters, and the quotas of CloudFormation and IAM.

use std::collections::{BTreeMap, BTreeSet};

use access::{OPERATIONS, Operation};
use testkit::{Template, templates};
use yaml_rust2::Yaml;

use super::{
    names::{keys, missing},
    repo::{camel, deployed, functions, list, nothing_wrong, resources, services, text},
};

/// Templates of the services.
fn children() -> &'static [Template] {
    &templates()[1..]
}

fn of_type<'a>(template: &'a Template, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Yaml)> {
    let typed = template.resources().filter(move |(_, resource)| resource["Type"].as_str() == Some(kind));
    typed.map(|(id, resource)| (id, &resource["Properties"]))
}

#[test]
fn every_service_has_a_nested_stack() {
    let actual: Vec<_> = of_type(&templates()[0], "AWS::CloudFormation::Stack")
        .map(|(id, stack)| (id.to_owned(), text(&stack["TemplateURL"])))
        .collect();
    let expected: BTreeSet<_> =
        services().iter().map(|service| (camel(service), format!("functions/{service}/template.yaml"))).collect();
    assert_eq!(
        actual.into_iter().collect::<BTreeSet<_>>(),
        expected,
        "the root template must nest functions/<service>/template.yaml of every service"
    );
}

#[test]
fn templates_and_sources_have_the_same_functions() {
    let resources = deployed();
    let functions: BTreeMap<_, _> = functions().into_iter().map(|function| (function.resource(), function)).collect();
    let mut wrong = missing(&keys(&functions), &keys(&resources), "{}: add the resource to its service's template");
    wrong.extend(missing(
        &keys(&resources),
        &keys(&functions),
        "{}: no source has this function; remove the resource or write the function",
    ));
    for template in templates() {
        for (id, resource) in of_type(template, "AWS::Serverless::Function") {
            let Some(function) = functions.get(id) else { continue };
            let home = format!("functions/{}/template.yaml", function.service);
            if template.path != home {
                wrong.push(format!("{id} is in {}; move it to {home}", template.path));
            }
            let expected = format!("../../target/lambda/{}/bootstrap.zip", function.name);
            let found = text(&resource["CodeUri"]);
            if found != expected {
                wrong.push(format!("{id}: CodeUri is {found} instead of {expected}"));
            }
        }
    }
    nothing_wrong("The templates must have exactly the functions of the sources:", &wrong);
}

/// Route of the API with its function and the role that invokes it.
#[derive(Debug)]
struct Route {
    method: String,
    path: String,
    function: String,
    role: String,
}

/// Routes of a template in order, resolved through their integrations.
fn routes(template: &Template) -> Vec<Route> {
    let integrations: BTreeMap<_, _> = of_type(template, "AWS::ApiGatewayV2::Integration").collect();
    let route = |(id, route): (&str, &Yaml)| {
        let key = text(&route["RouteKey"]);
        let (method, path) = key.split_once(' ').unwrap_or_default();
        let target = text(&route["Target"]);
        let name = target.strip_prefix("integrations/${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let integration = integrations.get(name).unwrap_or(&&Yaml::BadValue);
        let proxy = ["IntegrationType", "PayloadFormatVersion"].map(|name| text(&integration[name]));
        assert_eq!(proxy, ["AWS_PROXY", "2.0"], "{id}: wrong type or format version of the integration {name}");
        let apis = [text(&route["ApiId"]), text(&integration["ApiId"])];
        assert_eq!(apis, ["Api", "Api"], "{id}: route and integration must belong to the API of the root");
        let function = text(&integration["IntegrationUri"]).trim_end_matches(".Arn").to_owned();
        let expected = [format!("{function}Route"), format!("{function}Integration")];
        assert_eq!([id, name], expected, "route and integration must have the name of their function");
        Route { method: method.to_owned(), path: path.to_owned(), function, role: text(&integration["CredentialsArn"]) }
    };
    let routes: Vec<_> = of_type(template, "AWS::ApiGatewayV2::Route").map(route).collect();
    assert_eq!(routes.len(), integrations.len(), "{}: each route needs its own integration", template.path);
    routes
}

#[test]
fn routes_match_the_access_table() {
    let row = |row: &Operation| (row.method.as_str().to_owned(), row.path.to_owned(), camel(row.name));
    let expected: BTreeSet<_> = OPERATIONS.iter().map(|operation| row(operation)).collect();
    let routes: Vec<_> = templates().iter().flat_map(routes).collect();
    let found: BTreeSet<_> =
        routes.iter().map(|route| (route.method.clone(), route.path.clone(), route.function.clone())).collect();
    let mut wrong: Vec<_> = expected
        .difference(&found)
        .map(|(method, path, to)| format!("{method} {path} to {to}: add the route"))
        .collect();
    let surplus = found.difference(&expected);
    wrong.extend(surplus.map(|(method, path, to)| format!("{method} {path} to {to}: remove the route or add its row")));
    assert_eq!(routes.len(), found.len(), "two routes have the same method, path and function; remove one");
    nothing_wrong("The routes of functions/*/template.yaml must match the access table:", &wrong);
}

#[test]
fn template_order_follows_the_access_table() {
    let mut wrong = Vec::new();
    for template in children() {
        let found: Vec<_> = routes(template).into_iter().map(|route| route.function).collect();
        let rows = OPERATIONS.iter().map(|row| camel(row.name));
        let expected: Vec<_> = rows.filter(|name| found.contains(name)).collect();
        let different = expected.iter().zip(&found).find(|(expected, found)| expected != found);
        wrong.extend(different.map(|(first, second)| format!("{}: move {first} before {second}", template.path)));
    }
    nothing_wrong("The endpoints of a template must be in the order of the access table:", &wrong);
}

#[test]
fn route_roles_may_only_invoke_their_endpoints() {
    let services: BTreeMap<String, String> =
        functions().into_iter().map(|function| (function.resource(), camel(&function.service) + "Routes")).collect();
    let (mut expected, mut wrong): (BTreeMap<String, BTreeSet<String>>, Vec<String>) = Default::default();
    for route in templates().iter().flat_map(routes) {
        let role = services.get(&route.function).cloned().unwrap_or_default();
        if route.role != format!("{role}.Arn") {
            wrong.push(format!(
                "{} {}: CredentialsArn is {} instead of {role}.Arn",
                route.method, route.path, route.role
            ));
        }
        expected.entry(role).or_default().insert(format!("{}.Arn", route.function));
    }
    let roles = resources("AWS::IAM::Role");
    for (role, endpoints) in expected {
        let resource = roles.get(&role).unwrap_or(&Yaml::BadValue);
        let principal = text(&resource["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]);
        let statements = &resource["Policies"][0]["PolicyDocument"]["Statement"];
        let granted: BTreeSet<_> = statements[0]["Resource"].as_vec().into_iter().flatten().map(text).collect();
        let exact = list(&resource["Policies"]).len() == 1
            && statements.as_vec().is_some_and(|all| all.len() == 1)
            && text(&statements[0]["Action"]) == "lambda:InvokeFunction"
            && principal == "apigateway.amazonaws.com";
        if !exact || granted != endpoints {
            let different: Vec<_> = granted.symmetric_difference(&endpoints).collect();
            wrong.push(format!(
                "{role} must let apigateway.amazonaws.com invoke exactly its endpoints; missing or surplus: {different:?}"
            ));
        }
    }
    nothing_wrong("Each service needs one role for its routes:", &wrong);
}

#[test]
fn globals_are_equal_in_every_service() {
    let first = &children()[0];
    assert!(!first.content["Globals"]["Function"].is_badvalue(), "{} needs Globals.Function", first.path);
    let other = children().iter().filter(|template| template.content["Globals"] != first.content["Globals"]);
    let wrong: Vec<_> = other.map(|template| format!("{} differs from {}", template.path, first.path)).collect();
    nothing_wrong("Globals must be equal in every service, including table names:", &wrong);
}

#[test]
fn every_parameter_is_passed_and_used() {
    let mut wrong = Vec::new();
    for template in templates() {
        let source = &template.source;
        let refs = source.split("!Ref ").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        let refs: BTreeSet<_> = refs.collect();
        let declared = template.content["Parameters"].as_hash().into_iter().flatten().map(|(name, _)| text(name));
        let unused = declared.filter(|name| !refs.contains(&**name) && !source.contains(&format!("${{{name}}}")));
        wrong.extend(unused.map(|name| format!("{}: {name} is unused; remove it", template.path)));
    }
    for (id, stack) in of_type(&templates()[0], "AWS::CloudFormation::Stack") {
        let passed = templates()[0].passed_parameters(id);
        let template = children().iter().find(|child| Some(&*child.path) == stack["TemplateURL"].as_str()).unwrap();
        let declared = template.content["Parameters"].as_hash().into_iter().flatten();
        let declared: BTreeSet<_> = declared.filter_map(|(name, _)| name.as_str()).collect();
        let names: BTreeSet<_> = passed.keys().copied().collect();
        let different = declared.symmetric_difference(&names);
        wrong.extend(different.map(|name| format!("{id}: {name} must be both passed and declared")));
        // All state is in the root, so no service may depend on the stack of another.
        let children = passed.values().filter(|value| value.as_str().is_some_and(|text| text.contains(".Outputs.")));
        wrong.extend(children.map(|value| format!("{id}: {value:?} is an output of another service; use the root's")));
        if template.source.contains("AWS::StackName") {
            wrong.push(format!("{}: begin names with ${{Prefix}} instead of AWS::StackName", template.path));
        }
    }
    nothing_wrong("Parameters of the templates:", &wrong);
}

/// `muster redrive` and the operations guide name queues by the outputs of the root.
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
                wrong.push(format!("{}: add the output {name} here and in the root template", template.path));
            }
        }
    }
    for (name, output) in root.as_hash().into_iter().flatten() {
        let value = text(&output["Value"]);
        if let Some((_, of_child)) = value.split_once(".Outputs.")
            && of_child != text(name)
        {
            wrong.push(format!("{} passes on {value}; use the same name for both outputs", text(name)));
        }
    }
    nothing_wrong("Outputs of the templates:", &wrong);
}

/// Number of a template's resources after the SAM transform, which adds a role to each function, a mapping or schedule to each
/// event, and a role to each schedule.
fn resource_count(template: &Template) -> usize {
    let counts = template.resources().map(|(_, resource)| {
        let events = resource["Properties"]["Events"].as_hash();
        let schedules = events.into_iter().flatten().filter(|(_, event)| event["Type"].as_str() == Some("ScheduleV2"));
        match resource["Type"].as_str() {
            Some("AWS::Serverless::Function") => 2 + events.map_or(0, |events| events.len()) + schedules.count(),
            _ => 1,
        }
    });
    counts.sum()
}

#[test]
fn stacks_keep_the_quotas() {
    /// Limit per stack, stricter than the 500 of CloudFormation; split a service with more resources.
    const RESOURCES_MAX: usize = 300;
    /// Quota of a stack with its nested stacks.
    const RESOURCES_OF_HIERARCHY_MAX: usize = 2500;
    /// Fixed quota of an HTTP API.
    const INTEGRATIONS_MAX: usize = 300;
    /// Quota of all inline policies of a role.
    const INLINE_CHARACTERS_MAX: usize = 10_240;
    /// Quota of a managed policy.
    const MANAGED_CHARACTERS_MAX: usize = 6_144;

    let mut wrong = Vec::new();
    let mut check = |what: &str, found: usize, max: usize| {
        if found > max {
            wrong.push(format!("{what}: {found}, more than {max}"));
        }
    };
    for template in templates() {
        check(&format!("resources of {}", template.path), resource_count(template), RESOURCES_MAX);
    }
    check("resources of all stacks", templates().iter().map(resource_count).sum(), RESOURCES_OF_HIERARCHY_MAX);
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
    nothing_wrong("The stacks exceed these quotas:", &wrong);
}

/// Characters of a policy as IAM counts them, with an upper bound for the length of ARNs.
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
