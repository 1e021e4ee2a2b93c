//! A part of a body whose type another part tells: read as strictly as a body, with pointers from the body's beginning.

use std::{fmt, marker::PhantomData};

use kernel::{Error, Kind};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

/// Reads a value as what it must be.
///
/// # Errors
/// 400 with a pointer to the field that has a wrong type, is unknown or is missing.
pub(crate) fn read<T: DeserializeOwned>(at: &str, value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = pointer(&error.path().to_string());
        unreadable(format!("{at}{inner}"), &error.into_inner().to_string())
    })
}

/// Reads an object as one: serde takes an array, too, for a struct whose fields may all be missing.
pub(crate) fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    from.deserialize_map(Members(PhantomData))
}

/// 400 for a field that must be there.
pub(crate) fn missing(at: &str) -> Error {
    unreadable_as(at.to_owned(), "missing_field", format!("missing field `{}`", at.trim_start_matches('/')))
}

/// 400 for a field that must not be there.
pub(crate) fn unknown(at: &str, why: &str) -> Error {
    unreadable_as(at.to_owned(), "unknown_field", why.to_owned())
}

fn unreadable_as(at: String, code: &'static str, detail: String) -> Error {
    Error::new(Kind::Malformed, "malformed", "The body cannot be read.").field(at, code, detail)
}

fn unreadable(mut at: String, message: &str) -> Error {
    // Serde names these fields in its message, not in its path.
    let about = [
        ("unknown field `", "unknown_field"),
        ("missing field `", "missing_field"),
        ("duplicate field `", "duplicate_field"),
    ];
    let named = about.iter().find_map(|(prefix, code)| Some((message.strip_prefix(prefix)?.split('`').next()?, *code)));
    let code = named.map_or("malformed", |(_, code)| code);
    if let Some((name, _)) = named
        && !at.ends_with(&format!("/{name}"))
    {
        at = format!("{at}/{name}");
    }
    unreadable_as(at, code, message.split(" at line ").next().unwrap_or(message).to_owned())
}

/// An RFC 6901 pointer from the path notation of serde: `breaks[0].break_minutes` becomes `/breaks/0/break_minutes`.
fn pointer(path: &str) -> String {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty() && *part != "?");
    parts.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use policy::{Overtime, leave::LeaveRules};
    use serde_json::json;

    use super::*;

    fn place<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        let error = read::<T>("/rules", value).unwrap_err();
        assert_eq!(error.kind(), Kind::Malformed);
        let field = error.fields().first().unwrap();
        format!("{} {}", field.pointer, field.code)
    }

    #[test]
    fn faults_are_found_at_their_place() {
        assert_eq!(place::<LeaveRules>(json!({"leave_type": 1})), "/rules/leave_type malformed");
        assert_eq!(place::<LeaveRules>(json!({"days": 1})), "/rules/days unknown_field");
        assert_eq!(place::<LeaveRules>(json!({})), "/rules/leave_type missing_field");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate_bp": -1}]});
        assert_eq!(place::<Overtime>(tiers), "/rules/tiers/0/rate_bp malformed");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate": 1}]});
        assert_eq!(place::<Overtime>(tiers), "/rules/tiers/0/rate unknown_field");
    }
}
