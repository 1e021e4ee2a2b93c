//! Leave types: what kinds of leave there are, and what they are called.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A leave type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveType {
    /// Code, a slug: what policies, accounts and requests name. Never changes.
    pub code: String,
    /// Name.
    pub name: String,
    /// Name by language: `{"de": "Urlaub"}`.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Whether it is paid.
    pub paid: bool,
    /// How calendars show it: `#2e7d32`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub color: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was removed. Nobody can ask for it any more; what was asked for stays.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
}

impl LeaveType {
    /// Whether somebody who writes this means this type: by code or by a name, whatever the case.
    pub fn matches(&self, text: &str) -> bool {
        let said = text.trim().to_lowercase();
        self.code == said || self.name.to_lowercase() == said || self.names.values().any(|n| n.to_lowercase() == said)
    }

    /// The type as it is remembered once removed.
    #[must_use]
    pub fn removed(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

/// The type that a text means, codes before names.
pub fn find_leave_type<'a>(types: &'a [LeaveType], text: &str) -> Option<&'a LeaveType> {
    let code = types.iter().find(|known| known.code == text.trim().to_lowercase());
    code.or_else(|| types.iter().find(|known| known.matches(text)))
}

/// The code that a text looks like: `Annual leave` becomes `annual-leave`.
pub fn to_code(text: &str) -> String {
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
    fn a_type_is_known_by_its_code_and_by_every_name() {
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
    fn a_text_looks_like_a_code() {
        for (text, code) in [("Annual", "annual"), (" Annual  leave!", "annual-leave"), ("", ""), ("été", "t")] {
            assert_eq!(to_code(text), code);
        }
    }
}
