//! Files, templates and functions of the repository, for the conformance tests.

use std::{collections::BTreeMap, fs, path::Path};

pub(crate) use fixtures::{read, root};
use testkit::{Template, templates};
use yaml_rust2::Yaml;

/// Paths of the files with these extensions under these directories, from the root, sorted.
pub(crate) fn files(directories: &[&str], extensions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for directory in directories {
        walk(&root().join(directory), extensions, &mut found);
    }
    found.sort();
    found
}

fn walk(directory: &Path, extensions: &[&str], found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            let foreign = name.starts_with('.') || matches!(&*name, "target" | "node_modules" | "__pycache__");
            if !foreign {
                walk(&path, extensions, found);
            }
        } else if path.extension().is_some_and(|known| extensions.iter().any(|wanted| known == *wanted)) {
            found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// Source of a function's invocations, and the folder of its source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trigger {
    /// `api/`: an HTTP route.
    Api,
    /// `on/`: a queue or a stream.
    On,
    /// `job/`: a schedule.
    Job,
}

/// Lambda function with its source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Function {
    /// Name, such as `employees-get`, `audit-on-event` or `auth-job-refresh-jwks`.
    pub(crate) name: String,
    /// Name of the service's crate, such as `employees`.
    pub(crate) service: String,
    pub(crate) trigger: Trigger,
    /// Path of the source file from the root.
    pub(crate) source: String,
    /// Module of its `serve()`, such as `employees::api::employees::get`.
    pub(crate) module: String,
}

impl Function {
    /// Logical id in the template, such as `EmployeesGet`.
    pub(crate) fn resource(&self) -> String {
        camel(&self.name)
    }
}

/// Camel case of a name: `EmployeesGet` for `employees-get`.
pub(crate) fn camel(name: &str) -> String {
    let word = |word: &str| word.chars().next().unwrap().to_ascii_uppercase().to_string() + &word[1..];
    name.split('-').map(word).collect()
}

/// Names of the crates under `functions/`.
pub(crate) fn services() -> Vec<String> {
    let mut services: Vec<_> = fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| root().join("functions").join(name).join("Cargo.toml").exists())
        .collect();
    services.sort();
    services
}

/// Functions of all source files that call `lambda::endpoint!`, `consumer!` or `job!`.
pub(crate) fn functions() -> Vec<Function> {
    let mut functions = Vec::new();
    for service in services() {
        for (directory, trigger) in [("api", Trigger::Api), ("on", Trigger::On), ("job", Trigger::Job)] {
            let inside = format!("functions/{service}/src/");
            for source in files(&[&format!("{inside}{directory}")], &["rs"]) {
                let text = read(&source);
                let named = match trigger {
                    Trigger::Api => text.split_once("\nlambda::endpoint!(").map(|(_, rest)| rest),
                    Trigger::On | Trigger::Job => {
                        ["\nlambda::consumer!(\"", "\nlambda::job!(\"", "const FUNCTION: &str = \""]
                            .iter()
                            .find_map(|mark| text.split_once(mark))
                            .map(|(_, rest)| rest)
                    }
                };
                let Some(name) = named.and_then(|rest| rest.split([',', '"']).next()) else { continue };
                let name = name.to_lowercase().replace('_', "-");
                let module = source.trim_start_matches(&inside).trim_end_matches(".rs").replace('/', "::");
                let module = format!("{service}::{}", module.replace("::type::", "::r#type::"));
                functions.push(Function { name, service: service.clone(), trigger, source, module });
            }
        }
    }
    functions.sort();
    functions
}

/// Names of the files `src/bin/<name>.rs`, with their services.
pub(crate) fn binaries() -> BTreeMap<String, String> {
    let mut binaries = BTreeMap::new();
    for service in services() {
        for path in files(&[&format!("functions/{service}/src/bin")], &["rs"]) {
            let name = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
            let other = binaries.insert(name.clone(), service.clone());
            assert_eq!(other, None, "two services have a binary {name}; rename one");
        }
    }
    binaries
}

/// Properties of the resources of one type in all templates, by logical id.
pub(crate) fn resources(kind: &str) -> BTreeMap<String, Yaml> {
    let mut resources = BTreeMap::new();
    for (id, resource) in templates().iter().flat_map(Template::resources) {
        if resource["Type"].as_str() == Some(kind) {
            let other = resources.insert(id.to_owned(), resource["Properties"].clone());
            assert_eq!(other, None, "two templates have a resource {id}; rename one");
        }
    }
    resources
}

/// Properties of the functions in all templates, by logical id, with managed policies of the root replaced by their documents.
pub(crate) fn deployed() -> BTreeMap<String, Yaml> {
    let managed = resources("AWS::IAM::ManagedPolicy");
    let mut functions = resources("AWS::Serverless::Function");
    for properties in functions.values_mut().filter(|properties| !properties["Policies"].is_badvalue()) {
        let document = |policy: Yaml| match policy.as_str().and_then(|name| managed.get(name)) {
            Some(known) => known["PolicyDocument"].clone(),
            None => policy,
        };
        properties["Policies"] = Yaml::Array(list(&properties["Policies"]).into_iter().map(document).collect());
    }
    functions
}

/// Global properties of functions, which are equal in all services (tested in `conformance::stacks`).
pub(crate) fn globals() -> &'static Yaml {
    &templates()[1].content["Globals"]["Function"]
}

/// Elements of a list; a single value is a list of one, and a missing value an empty list.
pub(crate) fn list(value: &Yaml) -> Vec<Yaml> {
    match value {
        Yaml::Array(items) => items.clone(),
        Yaml::BadValue | Yaml::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// Elements of a list as texts.
pub(crate) fn texts(value: &Yaml) -> Vec<String> {
    list(value).iter().map(text).collect()
}

/// Text of a scalar; any other value in its debug format, which matches no text.
pub(crate) fn text(value: &Yaml) -> String {
    value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned)
}

/// Fails with all faults at once, under a sentence that states the rule or the remedy.
#[track_caller]
pub(crate) fn nothing_wrong(rule: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{rule}\n  - {}\n", wrong.join("\n  - "));
}
