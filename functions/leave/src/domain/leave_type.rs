//! Leave types with their codes and names.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Pattern of a language code in the OpenAPI document.
const LANGUAGE_PATTERN: &str = "^[a-z]{2,3}$";
/// Pattern of a name in the OpenAPI document: one line that is not blank.
const NAME_PATTERN: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

/// Schema of the names of a leave type by language.
#[derive(Debug)]
pub struct LeaveTypeNames;

impl PartialSchema for LeaveTypeNames {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let name = text().min_length(Some(1)).max_length(Some(60)).pattern(Some(NAME_PATTERN));
        ObjectBuilder::new()
            .property_names(Some(text().pattern(Some(LANGUAGE_PATTERN))))
            .additional_properties(Some(name))
            .max_properties(Some(20))
            .description(Some("Names by ISO 639 language code, such as `{\"de\": \"Urlaub\"}`; at most 20."))
            .into()
    }
}

impl ToSchema for LeaveTypeNames {}

/// Type of leave that employees can request once a policy grants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveType {
    /// Code that policies, accounts and requests refer to. It never changes.
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
    pub code: String,
    /// Name in languages that `names` does not contain.
    pub name: String,
    /// Names by ISO 639 language code, such as `{"de": "Urlaub"}`.
    #[serde(default)]
    #[schema(value_type = LeaveTypeNames, required = true)]
    pub names: BTreeMap<String, String>,
    /// Whether the employer pays for this leave.
    pub paid: bool,
    /// Colour in calendars, such as `#2e7d32`; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<String>,
    /// Time at which the leave type was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Time of the deletion. The API never returns a deleted object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub deleted_at: Option<Timestamp>,
}

impl LeaveType {
    /// Whether the text is the code or a name of this type, in upper or lower case.
    pub fn has_code_or_name(&self, text: &str) -> bool {
        let wanted = text.trim().to_lowercase();
        self.code == wanted
            || self.name.to_lowercase() == wanted
            || self.names.values().any(|n| n.to_lowercase() == wanted)
    }

    /// Copy of the leave type that is marked as deleted.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

/// Leave type with this code, else the first with this name in any language, in upper or lower case.
pub fn find_leave_type<'a>(types: &'a [LeaveType], text: &str) -> Option<&'a LeaveType> {
    let code = types.iter().find(|known| known.code == text.trim().to_lowercase());
    code.or_else(|| types.iter().find(|known| known.has_code_or_name(text)))
}

/// Likely code of a leave type with this name: `annual-leave` for `Annual leave`.
pub fn guess_leave_type_code(text: &str) -> String {
    let words = text.trim().to_lowercase();
    words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leave_type(code: &str, name: &str, german: &str) -> LeaveType {
        let at = Timestamp::UNIX_EPOCH;
        LeaveType {
            code: code.to_owned(),
            name: name.to_owned(),
            names: BTreeMap::from([("de".to_owned(), german.to_owned())]),
            paid: true,
            color: None,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        }
    }

    #[test]
    fn leave_type_is_found_by_code_and_by_every_name() {
        let types = [leave_type("annual", "Annual leave", "Urlaub"), leave_type("sick", "Annual", "Krank")];
        for (text, code) in [
            ("annual", Some("annual")),
            ("Annual", Some("annual")),
            (" ANNUAL LEAVE ", Some("annual")),
            ("urlaub", Some("annual")),
            ("krank", Some("sick")),
            ("", None),
            ("ann", None),
        ] {
            assert_eq!(find_leave_type(&types, text).map(|found| found.code.as_str()), code, "{text:?}");
        }
    }

    #[test]
    fn names_become_codes() {
        for (text, code) in [("Annual", "annual"), (" Annual  leave!", "annual-leave"), ("", ""), ("été", "t")] {
            assert_eq!(guess_leave_type_code(text), code);
        }
    }
}
