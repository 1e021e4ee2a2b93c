//! CloudFormation templates of the repository: the root stack and its nested stacks, resolved as they are deployed.
//!
//! Parameters of a nested template are replaced by the values of the root: `!Ref EmployeesTableArn`, which the root passes as
//! `!GetAtt EmployeesTable.Arn`, becomes `EmployeesTable.Arn`. Test tables have the keys and indexes of the template.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use yaml_rust2::{Yaml, YamlLoader};

/// Template of the root stack or of a nested stack.
#[derive(Debug, Clone)]
pub struct Template {
    /// Path from the root of the repository: `functions/auth/template.yaml`.
    pub path: String,
    /// Text of the file, unresolved.
    pub source: String,
    /// Resolved content: intrinsic functions are plain text (`A.Arn` for `!GetAtt A.Arn`), parameters have the values of the root.
    pub content: Yaml,
}

impl Template {
    /// Resources by name, in the order of the file.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        let resources = self.content["Resources"].as_hash().into_iter().flatten();
        resources.filter_map(|(name, resource)| Some((name.as_str()?, resource)))
    }

    /// Parameters that the root passes to the nested stack of this name.
    pub fn passed_parameters(&self, stack: &str) -> BTreeMap<&str, &Yaml> {
        let parameters = self.content["Resources"][stack]["Properties"]["Parameters"].as_hash().into_iter().flatten();
        parameters.filter_map(|(name, value)| Some((name.as_str()?, value))).collect()
    }
}

/// Root template, followed by those of its nested stacks in order.
///
/// # Panics
/// If a template cannot be read.
pub fn templates() -> &'static [Template] {
    static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(load_templates);
    &TEMPLATES
}

fn load_templates() -> Vec<Template> {
    let root = load_template("template.yaml", &BTreeMap::new());
    let mut children = Vec::new();
    for (name, resource) in root.resources() {
        if let Some(path) = resource["Properties"]["TemplateURL"].as_str() {
            children.push(load_template(path, &root.passed_parameters(name)));
        }
    }
    children.insert(0, root);
    children
}

#[expect(clippy::panic, reason = "a test helper")]
fn load_template(path: &str, parameters: &BTreeMap<&str, &Yaml>) -> Template {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let source = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let documents = YamlLoader::load_from_str(&resolve_parameters(&source, parameters));
    let content = documents.unwrap_or_else(|error| panic!("{path}: {error}")).remove(0);
    Template { path: path.to_owned(), source, content }
}

/// Text of a template with the values of the root in place of references to parameters.
fn resolve_parameters(source: &str, parameters: &BTreeMap<&str, &Yaml>) -> String {
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

/// Table of a template: its key and its secondary indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Name of the resource, such as `EmployeesTable`.
    pub resource: String,
    /// Attributes of the key: partition key and, if any, sort key.
    pub key: Vec<String>,
    /// Name, key attributes and projected attributes of each index; `None` means all attributes, empty means keys only.
    pub indexes: Vec<(String, Vec<String>, Option<Vec<String>>)>,
}

impl TableShape {
    /// Name of the table in tests: `muster-test-employees`.
    pub fn test_name(&self) -> String {
        format!("muster-test-{}", self.resource.trim_end_matches("Table").to_lowercase())
    }

    /// Environment variable with the name of the table: `EMPLOYEES_TABLE`.
    pub fn environment_variable(&self) -> String {
        format!("{}_TABLE", self.resource.trim_end_matches("Table").to_uppercase())
    }
}

/// All tables (`AWS::DynamoDB::Table`) of the templates.
pub fn table_shapes() -> Vec<TableShape> {
    let tables = resources().filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::DynamoDB::Table"));
    let shape = |(resource, table): (&str, &Yaml)| {
        let properties = &table["Properties"];
        let indexes = yaml_items(&properties["GlobalSecondaryIndexes"]).map(parse_index).collect();
        TableShape { resource: resource.to_owned(), key: key_names(&properties["KeySchema"]), indexes }
    };
    tables.map(shape).collect()
}

/// Resources of all templates, by name.
pub(crate) fn resources() -> impl Iterator<Item = (&'static str, &'static Yaml)> {
    templates().iter().flat_map(Template::resources)
}

fn parse_index(index: &Yaml) -> (String, Vec<String>, Option<Vec<String>>) {
    let projection = &index["Projection"];
    let shown = match projection["ProjectionType"].as_str() {
        Some("KEYS_ONLY") => Some(Vec::new()),
        Some("INCLUDE") => {
            Some(yaml_items(&projection["NonKeyAttributes"]).filter_map(Yaml::as_str).map(str::to_owned).collect())
        }
        _ => None,
    };
    (index["IndexName"].as_str().unwrap_or_default().to_owned(), key_names(&index["KeySchema"]), shown)
}

/// Items of a YAML list; none of anything else.
pub(crate) fn yaml_items(list: &Yaml) -> impl Iterator<Item = &Yaml> {
    list.as_vec().map(Vec::as_slice).unwrap_or_default().iter()
}

fn key_names(schema: &Yaml) -> Vec<String> {
    let part = |kind: &'static str| {
        yaml_items(schema)
            .filter(move |part| part["KeyType"].as_str() == Some(kind))
            .filter_map(|part| part["AttributeName"].as_str().map(str::to_owned))
    };
    part("HASH").chain(part("RANGE")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_replaced_by_root_values() {
        let (arn, name) = (Yaml::String("T.Arn".to_owned()), Yaml::String("T".to_owned()));
        let parameters = BTreeMap::from([("TArn", &arn), ("T", &name), ("Either", &Yaml::Null)]);
        let source = "[!Ref TArn, !Ref T, !Ref Tango, !Ref AWS::Region, !Ref Either, !Sub \"${TArn}/index/${T}\"]";
        assert_eq!(
            resolve_parameters(source, &parameters),
            "[T.Arn, T, Tango, AWS::Region, Either, !Sub \"${T.Arn}/index/${T}\"]"
        );
    }

    #[test]
    fn templates_contain_the_tables_of_the_services() {
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
