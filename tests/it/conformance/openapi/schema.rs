//! A stricter form of the document's schemas: an object has no members but the declared ones.

use serde_json::{Map, Value, json};

/// The schemas that one operation refers to, as declared and closed.
pub(crate) struct Strict {
    schemas: Map<String, Value>,
    closed: Map<String, Value>,
}

impl Strict {
    pub(crate) fn new(schemas: Map<String, Value>) -> Self {
        let mut strict = Self { schemas, closed: Map::new() };
        strict.closed = strict.schemas.iter().map(|(name, schema)| (name.clone(), strict.closed(schema))).collect();
        strict
    }

    /// One self-contained schema, in which undeclared members are faults.
    pub(crate) fn self_contained(&self, schema: &Value) -> Value {
        let mut whole = self.closed(schema);
        whole["components"] = json!({ "schemas": self.closed });
        whole
    }

    /// The schema with its objects closed.
    fn closed(&self, schema: &Value) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        let composed = members.contains_key("allOf")
            || (members.contains_key("properties")
                && ["oneOf", "anyOf"].iter().any(|word| members.contains_key(*word)));
        let mut result = if composed { self.opened(schema) } else { self.inside(members) };
        let object = composed || members.contains_key("properties");
        let open = members.contains_key("additionalProperties");
        if object && !open {
            result["unevaluatedProperties"] = json!(false);
        }
        result
    }

    /// A part of a composed schema: its references are written out, and only what lies in its members is closed.
    fn opened(&self, schema: &Value) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            return self.opened(&self.schemas[name]);
        }
        let open = |(name, member): (&String, &Value)| {
            let member = match (name.as_str(), member) {
                ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                    parts.iter().map(|part| self.opened(part)).collect()
                }
                (_, member) => self.inside_of(name, member),
            };
            (name.clone(), member)
        };
        Value::Object(members.iter().map(open).collect())
    }

    fn inside(&self, members: &Map<String, Value>) -> Value {
        Value::Object(members.iter().map(|(name, member)| (name.clone(), self.inside_of(name, member))).collect())
    }

    fn inside_of(&self, name: &str, member: &Value) -> Value {
        match (name, member) {
            ("properties", Value::Object(properties)) => {
                Value::Object(properties.iter().map(|(name, schema)| (name.clone(), self.closed(schema))).collect())
            }
            ("items" | "additionalProperties", schema) => self.closed(schema),
            ("allOf" | "oneOf" | "anyOf" | "prefixItems", Value::Array(parts)) => {
                parts.iter().map(|part| self.closed(part)).collect()
            }
            (_, plain) => plain.clone(),
        }
    }
}
