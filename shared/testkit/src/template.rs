//! Tables as `template.yaml` declares them, so that no test ever has an index that the stack has not.

use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

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

/// Every `AWS::DynamoDB::Table` of the repository's template.
///
/// # Panics
/// When the template cannot be read: a test cannot go on without.
pub fn table_shapes() -> Vec<TableShape> {
    let tables =
        resources().into_iter().filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::DynamoDB::Table"));
    let shape = |(resource, table): (String, Yaml)| {
        let properties = &table["Properties"];
        let indexes = items(&properties["GlobalSecondaryIndexes"]).map(index).collect();
        TableShape { resource, key: key_names(&properties["KeySchema"]), indexes }
    };
    tables.map(shape).collect()
}

/// Every resource of the repository's template by its name, in the template's order.
#[expect(clippy::panic, clippy::expect_used, reason = "a test helper")]
pub(crate) fn resources() -> Vec<(String, Yaml)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents = YamlLoader::load_from_str(&text).expect("template.yaml is YAML");
    let resources = documents.first().and_then(|template| template["Resources"].as_hash());
    let named = |(name, resource): (&Yaml, &Yaml)| (name.as_str().unwrap_or_default().to_owned(), resource.clone());
    resources.into_iter().flatten().map(named).collect()
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
