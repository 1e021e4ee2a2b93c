//! Parts of a body whose presence or type another part tells.

use std::{fmt, marker::PhantomData};

use kernel::{Code, Error};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Reads an object as one: serde takes an array, too, for a struct whose fields may all be missing.
pub(crate) fn deserialize_object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    from.deserialize_map(ObjectVisitor(PhantomData))
}

/// 400 for a field that must be there.
pub(crate) fn missing_field_error(at: &str) -> Error {
    unreadable(at, "missing_field", format!("missing field `{}`", at.trim_start_matches('/')))
}

/// 400 for a field that must not be there.
pub(crate) fn unexpected_field_error(at: &str, why: &str) -> Error {
    unreadable(at, "unknown_field", why.to_owned())
}

fn unreadable(at: &str, code: &'static str, detail: String) -> Error {
    Error::new(Code::Malformed, "The body cannot be read.").with_field(at, code, detail)
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;
    use lambda::http::read_part;
    use policy::{OvertimeRules, leave::LeaveRules};
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    fn place<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        let error = read_part::<T>("/rules", value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        let field = error.fields().first().unwrap();
        format!("{} {}", field.pointer, field.code)
    }

    #[test]
    fn faults_are_found_at_their_place() {
        assert_eq!(place::<LeaveRules>(json!({"leave_type": 1})), "/rules/leave_type malformed");
        assert_eq!(place::<LeaveRules>(json!({"days": 1})), "/rules/days unknown_field");
        assert_eq!(place::<LeaveRules>(json!({})), "/rules/leave_type missing_field");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate_bp": -1}]});
        assert_eq!(place::<OvertimeRules>(tiers), "/rules/tiers/0/rate_bp malformed");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate": 1}]});
        assert_eq!(place::<OvertimeRules>(tiers), "/rules/tiers/0/rate unknown_field");
    }
}
