//! The templates of the repository as one: the root stack and those of the services, read as they are deployed.
//!
//! A service's template reads as if it stood in the root: `!Ref EmployeesTableArn`, which the root passes as
//! `!GetAtt EmployeesTable.Arn`, is `EmployeesTable.Arn`. So no test has an index that the stack has not.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use yaml_rust2::{Yaml, YamlLoader};

/// One template of the hierarchy.
#[derive(Debug, Clone)]
pub struct Template {
    /// From the root of the repository: `functions/auth/template.yaml`.
    pub path: String,
    /// As it is written.
    pub source: String,
    /// As it is deployed: intrinsic functions are plain text (`A.Arn` for `!GetAtt A.Arn`), parameters what the root passes.
    pub content: Yaml,
}

impl Template {
    /// Its resources by name, in its order.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        let resources = self.content["Resources"].as_hash().into_iter().flatten();
        resources.filter_map(|(name, resource)| Some((name.as_str()?, resource)))
    }

    /// The parameters that the root passes to the stack of this name.
    pub fn passed(&self, stack: &str) -> BTreeMap<&str, &Yaml> {
        let parameters = self.content["Resources"][stack]["Properties"]["Parameters"].as_hash().into_iter().flatten();
        parameters.filter_map(|(name, value)| Some((name.as_str()?, value))).collect()
    }
}

/// The root template, then those of its nested stacks in its order.
///
/// # Panics
/// When a template cannot be read: a test cannot go on without.
pub fn templates() -> &'static [Template] {
    static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(load);
    &TEMPLATES
}

fn load() -> Vec<Template> {
    let root = parse("template.yaml", &BTreeMap::new());
    let mut children = Vec::new();
    for (name, resource) in root.resources() {
        if let Some(path) = resource["Properties"]["TemplateURL"].as_str() {
            children.push(parse(path, &root.passed(name)));
        }
    }
    children.insert(0, root);
    children
}

#[expect(clippy::panic, reason = "a test helper")]
fn parse(path: &str, parameters: &BTreeMap<&str, &Yaml>) -> Template {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let source = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let documents = YamlLoader::load_from_str(&resolve(&source, parameters));
    let content = documents.unwrap_or_else(|error| panic!("{path}: {error}")).remove(0);
    Template { path: path.to_owned(), source, content }
}

/// The text with what the root passes in the place of each reference to a parameter.
fn resolve(source: &str, parameters: &BTreeMap<&str, &Yaml>) -> String {
    let passed = |name: &str| parameters.get(name).and_then(|value| value.as_str());
    let mut parts = source.split("!Ref ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_at(part.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(part.len()));
        text.extend([passed(name).unwrap_or(name), rest]);
    }
    for name in parameters.keys() {
        let value = passed(name).unwrap_or(name);
        text = text.replace(&format!("${{{name}}}"), &format!("${{{value}}}"));
    }
    text
}

/// One table of the template: its keys and its secondary indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// The name of the resource, such as `EmployeesTable`.
    pub resource: String,
    /// Partition key and, where there is one, sort key.
    pub key: Vec<String>,
    /// Index name, its keys, and the attributes it shows (all of them when `None`, keys only when empty).
    pub indexes: Vec<(String, Vec<String>, Option<Vec<String>>)>,
}

impl TableShape {
    /// The name that the table has in a test: `muster-test-employees`.
    pub fn test_name(&self) -> String {
        format!("muster-test-{}", self.resource.trim_end_matches("Table").to_lowercase())
    }

    /// The environment variable that names it to a function: `EMPLOYEES_TABLE`.
    pub fn variable(&self) -> String {
        format!("{}_TABLE", self.resource.trim_end_matches("Table").to_uppercase())
    }
}

/// Every `AWS::DynamoDB::Table` of the repository's templates.
pub fn table_shapes() -> Vec<TableShape> {
    let tables = resources().filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::DynamoDB::Table"));
    let shape = |(resource, table): (&str, &Yaml)| {
        let properties = &table["Properties"];
        let indexes = items(&properties["GlobalSecondaryIndexes"]).map(index).collect();
        TableShape { resource: resource.to_owned(), key: key_names(&properties["KeySchema"]), indexes }
    };
    tables.map(shape).collect()
}

/// Every resource of every template.
pub(crate) fn resources() -> impl Iterator<Item = (&'static str, &'static Yaml)> {
    templates().iter().flat_map(Template::resources)
}

fn index(index: &Yaml) -> (String, Vec<String>, Option<Vec<String>>) {
    let projection = &index["Projection"];
    let shown = match projection["ProjectionType"].as_str() {
        Some("KEYS_ONLY") => Some(Vec::new()),
        Some("INCLUDE") => {
            Some(items(&projection["NonKeyAttributes"]).filter_map(Yaml::as_str).map(str::to_owned).collect())
        }
        _ => None,
    };
    (index["IndexName"].as_str().unwrap_or_default().to_owned(), key_names(&index["KeySchema"]), shown)
}

pub(crate) fn items(list: &Yaml) -> impl Iterator<Item = &Yaml> {
    list.as_vec().map(Vec::as_slice).unwrap_or_default().iter()
}

fn key_names(schema: &Yaml) -> Vec<String> {
    let part = |kind: &'static str| {
        items(schema)
            .filter(move |part| part["KeyType"].as_str() == Some(kind))
            .filter_map(|part| part["AttributeName"].as_str().map(str::to_owned))
    };
    part("HASH").chain(part("RANGE")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_reads_as_what_the_root_passes() {
        let (arn, name) = (Yaml::String("T.Arn".to_owned()), Yaml::String("T".to_owned()));
        let parameters = BTreeMap::from([("TArn", &arn), ("T", &name), ("Either", &Yaml::Null)]);
        let source = "[!Ref TArn, !Ref T, !Ref Tango, !Ref AWS::Region, !Ref Either, !Sub \"${TArn}/index/${T}\"]";
        assert_eq!(
            resolve(source, &parameters),
            "[T.Arn, T, Tango, AWS::Region, Either, !Sub \"${T.Arn}/index/${T}\"]"
        );
    }

    #[test]
    fn the_template_has_the_tables_of_every_service() {
        let shapes = table_shapes();
        for resource in ["AuthTable", "EmployeesTable", "AuditTable"] {
            let shape = shapes.iter().find(|shape| shape.resource == resource).expect(resource);
            assert_eq!(shape.key, ["pk", "sk"]);
            for (name, key, _) in &shape.indexes {
                assert_eq!(key, &[format!("ix_{name}_pk"), format!("ix_{name}_sk")]);
            }
        }
    }
}
