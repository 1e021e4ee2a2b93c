//! Reading JSON schemas of the OpenAPI document: which types a field takes, and what it does not.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// One field somewhere in a body, with what it takes.
pub(super) struct Field {
    /// RFC 6901 pointer.
    pub(super) pointer: String,
    /// JSON types; none when anything goes.
    pub(super) types: BTreeSet<String>,
    /// Whether the text has a form of its own: a pattern, a format, a list of values.
    pub(super) formed: bool,
}

impl Field {
    /// Values of every JSON type that the field does not take.
    pub(super) fn misfits(&self) -> Vec<Value> {
        let all = [json!(null), json!(true), json!(5), json!(1.5), json!("text"), json!([]), json!({})];
        all.into_iter().filter(|value| !self.types.is_empty() && !self.takes(value)).collect()
    }

    fn takes(&self, value: &Value) -> bool {
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

/// Follows references.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(
            document,
            document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere"),
        ),
        None => schema,
    }
}

/// A schema and all that it is made of: references, alternatives, parts.
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

/// Whether a text of this schema has a form of its own.
pub(super) fn is_formed(document: &Value, schema: &Value) -> bool {
    let formed = |one: &&Value| {
        !one["pattern"].is_null() || one["format"] == "date" || one["format"] == "date-time" || !one["enum"].is_null()
    };
    alternatives(document, schema).iter().any(formed)
}

/// The names and schemas of an object's members.
pub(super) fn properties(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    let of_one = |one: &Value| one["properties"].as_object().cloned().unwrap_or_default();
    alternatives(document, schema).into_iter().flat_map(of_one).collect()
}

/// Whether an object of this schema is one of several things, told by the name of its one member.
pub(super) fn is_choice(document: &Value, schema: &Value) -> bool {
    let one_of = resolved(document, schema)["oneOf"].as_array().cloned().unwrap_or_default();
    one_of.iter().any(|one| one["required"].as_array().is_some_and(|names| names.len() == 1)) && one_of.len() > 1
}

/// The names of the members that must be there.
pub(super) fn required(document: &Value, schema: &Value) -> Vec<String> {
    let of_one = |one: &&Value| one["required"].as_array().cloned().unwrap_or_default();
    let names = alternatives(document, schema).iter().flat_map(of_one).collect::<Vec<_>>();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every field of a body, at any depth, that is reached by an object alone.
pub(super) fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    collect(document, schema, "", 0, &mut found);
    found
}

fn collect(document: &Value, schema: &Value, at: &str, depth: usize, found: &mut Vec<Field>) {
    assert!(depth < 8, "a body that deep needs a look: {at}");
    for (name, member) in properties(document, schema) {
        let pointer = format!("{at}/{name}");
        let types = types(document, &member);
        found.push(Field { pointer: pointer.clone(), formed: is_formed(document, &member), types });
        collect(document, &member, &pointer, depth + 1, found);
    }
}

/// An object that has nothing but this value at this pointer.
pub(super) fn only(pointer: &str, value: Value) -> Value {
    pointer.rsplit('/').filter(|name| !name.is_empty()).fold(value, |inner, name| json!({name: inner}))
}

/// The value with another one at this pointer, made way for where it was not.
pub(super) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let mut place = &mut body;
    for name in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = json!({});
        }
        place = place.as_object_mut().unwrap().entry(name).or_insert(Value::Null);
    }
    *place = value;
    body
}

#[test]
fn fields_are_found_through_references_and_alternatives() {
    let document = json!({"components": {"schemas": {"Money": {"type": "object", "properties": {"amount": {"type": "integer"}}}}}});
    let schema = json!({"type": "object", "properties": {
        "pay": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Money"}]},
        "any": {},
    }});
    let fields = fields(&document, &schema);
    let pointers: Vec<_> = fields.iter().map(|field| &*field.pointer).collect();
    assert_eq!(pointers, ["/any", "/pay", "/pay/amount"]);
    assert_eq!(fields[1].misfits(), [json!(true), json!(5), json!(1.5), json!("text"), json!([])]);
    assert_eq!(fields[2].misfits(), [json!(null), json!(true), json!(1.5), json!("text"), json!([]), json!({})]);
    assert!(fields[0].misfits().is_empty());
    assert_eq!(only("/a/b", json!(1)), json!({"a": {"b": 1}}));
    assert_eq!(with(json!({"a": 1, "c": 2}), "/a/b", json!(1)), json!({"a": {"b": 1}, "c": 2}));
}
