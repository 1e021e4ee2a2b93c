//! Parts of a body whose presence or type another part tells.

use std::{fmt, marker::PhantomData};

use kernel::{Error, Kind};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

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
    unreadable(at, "missing_field", format!("missing field `{}`", at.trim_start_matches('/')))
}

/// 400 for a field that must not be there.
pub(crate) fn unknown(at: &str, why: &str) -> Error {
    unreadable(at, "unknown_field", why.to_owned())
}

fn unreadable(at: &str, code: &'static str, detail: String) -> Error {
    Error::new(Kind::Malformed, "malformed", "The body cannot be read.").field(at, code, detail)
}

#[cfg(test)]
mod tests {
    use kernel::Kind;
    use lambda::http::read_part;
    use policy::{Overtime, leave::LeaveRules};
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    fn place<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        let error = read_part::<T>("/rules", value).unwrap_err();
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
