//! Reads JSON schemas of the OpenAPI document: the types and formats of fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Field of a request body.
pub(super) struct Field {
    /// Position in the body as an RFC 6901 pointer.
    pub(super) pointer: String,
    /// Accepted JSON types; empty if any type is accepted.
    pub(super) types: BTreeSet<String>,
    /// Whether texts are restricted by a pattern, a format or a list of values.
    pub(super) formed: bool,
    /// Whether reading the body already checks the text: ids, dates and currencies.
    pub(super) typed: bool,
    /// Whether another member of the body decides the type of this one, which therefore cannot be read alone.
    pub(super) by_tag: bool,
}

impl Field {
    /// One value of each JSON type that the field does not accept.
    pub(super) fn wrong_values(&self) -> Vec<Value> {
        let all = [json!(null), json!(true), json!(5), json!(1.5), json!("text"), json!([]), json!({})];
        all.into_iter().filter(|value| !self.types.is_empty() && !self.accepts(value)).collect()
    }

    fn accepts(&self, value: &Value) -> bool {
        let has = |name: &str| self.types.contains(name);
        match value {
            Value::Null => has("null"),
            Value::Bool(_) => has("boolean"),
            Value::Number(number) => {
                has("number") || (has("integer") && number.as_f64().is_some_and(|number| number.fract() == 0.0))
            }
            Value::String(_) => has("string"),
            Value::Array(_) => has("array"),
            Value::Object(_) => has("object"),
        }
    }
}

/// Schema after following references.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(
            document,
            document.pointer(reference.trim_start_matches('#')).expect("every reference must have a target"),
        ),
        None => schema,
    }
}

/// A schema with the schemas that it refers to and combines.
fn alternatives<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(document, schema);
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|name| schema[name].as_array()).flatten();
    std::iter::once(schema).chain(parts.flat_map(|part| alternatives(document, part))).collect()
}

pub(super) fn types(document: &Value, schema: &Value) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    for one in alternatives(document, schema) {
        match &one["type"] {
            Value::String(name) => drop(types.insert(name.clone())),
            Value::Array(names) => types.extend(names.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    types
}

/// Whether texts of this schema are restricted by a pattern, a format or a list of values.
pub(super) fn is_formed(document: &Value, schema: &Value) -> bool {
    let formed = |one: &&Value| {
        !one["pattern"].is_null() || one["format"] == "date" || one["format"] == "date-time" || !one["enum"].is_null()
    };
    alternatives(document, schema).iter().any(formed)
}

/// Whether reading a text of this schema already checks it: ids, dates and currencies. A validator may check other patterns and
/// lists of values afterwards.
pub(super) fn is_typed(document: &Value, schema: &Value) -> bool {
    let by_pattern = |pattern: &str| pattern.ends_with("_[0-9a-f]{32}$") || pattern == "^[A-Z]{3}$";
    let typed = |one: &&Value| {
        one["pattern"].as_str().is_some_and(by_pattern) || one["format"] == "date" || one["format"] == "date-time"
    };
    alternatives(document, schema).iter().any(typed)
}

/// Whether a list of values restricts this schema.
pub(super) fn is_enumerated(document: &Value, schema: &Value) -> bool {
    alternatives(document, schema).iter().any(|one| !one["enum"].is_null())
}

/// Names and schemas of an object's members.
pub(super) fn properties(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let of_one = |one: &Value| one["properties"].as_object().cloned().unwrap_or_default();
    alternatives(document, schema).into_iter().flat_map(of_one).collect()
}

/// Whether an object of this schema is one of several variants, each named by its only member.
pub(super) fn is_choice(document: &Value, schema: &Value) -> bool {
    let one_of = resolved(document, schema)["oneOf"].as_array().cloned().unwrap_or_default();
    one_of.iter().any(|one| one["required"].as_array().is_some_and(|names| names.len() == 1)) && one_of.len() > 1
}

/// Names of the required members.
pub(super) fn required(document: &Value, schema: &Value) -> Vec<String> {
    let of_one = |one: &&Value| one["required"].as_array().cloned().unwrap_or_default();
    let names = alternatives(document, schema).iter().flat_map(of_one).collect::<Vec<_>>();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Fields of a body at any depth, except those inside arrays.
pub(super) fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    collect(document, schema, "", 0, &mut found);
    found
}

fn collect(document: &Value, schema: &Value, at: &str, depth: usize, found: &mut Vec<Field>) {
    assert!(depth < 8, "the schema is nested too deeply at {at}");
    let members = properties(document, schema);
    for (name, member) in &members {
        let pointer = format!("{at}/{name}");
        let types = types(document, member);
        let by_tag = members.iter().any(|(other, schema)| other == name && schema != member);
        found.push(Field {
            pointer: pointer.clone(),
            formed: is_formed(document, member),
            typed: is_typed(document, member),
            by_tag,
            types,
        });
        if !by_tag {
            collect(document, member, &pointer, depth + 1, found);
        }
    }
}

/// Object with only this value at this pointer.
pub(super) fn only(pointer: &str, value: Value) -> Value {
    pointer.rsplit('/').filter(|name| !name.is_empty()).fold(value, |inner, name| json!({name: inner}))
}

/// Body with this value at this pointer, with missing objects created.
pub(super) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let mut target = &mut body;
    for name in pointer.split('/').skip(1) {
        if !target.is_object() {
            *target = json!({});
        }
        target = target.as_object_mut().unwrap().entry(name).or_insert(Value::Null);
    }
    *target = value;
    body
}

#[test]
fn fields_include_references_and_alternatives() {
    let document = json!({"components": {"schemas": {"Money": {"type": "object", "properties": {"amount": {"type": "integer"}}}}}});
    let schema = json!({"type": "object", "properties": {
        "pay": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Money"}]},
        "any": {},
    }});
    let fields = fields(&document, &schema);
    let pointers: Vec<_> = fields.iter().map(|field| &*field.pointer).collect();
    assert_eq!(pointers, ["/any", "/pay", "/pay/amount"]);
    assert_eq!(fields[1].wrong_values(), [json!(true), json!(5), json!(1.5), json!("text"), json!([])]);
    assert_eq!(fields[2].wrong_values(), [json!(null), json!(true), json!(1.5), json!("text"), json!([]), json!({})]);
    assert!(fields[0].wrong_values().is_empty());
    assert_eq!(only("/a/b", json!(1)), json!({"a": {"b": 1}}));
    assert_eq!(with(json!({"a": 1, "c": 2}), "/a/b", json!(1)), json!({"a": {"b": 1}, "c": 2}));
}
