//! Identifiers with a prefix of their type, such as `emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8`; they sort by time of creation.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::Uuid;

use crate::messages;

/// Parse error of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// Expected prefix, with its underscore.
    pub expected: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an id of the form `{}` followed by 32 lower-case hex digits", self.expected)
    }
}

impl std::error::Error for InvalidId {}

fn parse_uuid_after(prefix: &'static str, text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { expected: prefix };
    let hex = text.strip_prefix(prefix).ok_or_else(|| invalid.clone())?;
    let canonical = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !canonical {
        return Err(invalid);
    }
    Uuid::try_parse(hex).map_err(|_| invalid)
}

macro_rules! id_types {
    ($($name:ident = $prefix:literal, $meaning:literal;)*) => {$(
        #[doc = concat!($meaning, ".")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Prefix of every id of this type, with its underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Id from a UUID. New ids take a UUID of version 7 from an [`IdGenerator`](crate::IdGenerator), so that they sort by time.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// UUID without the prefix.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_uuid_after($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|InvalidId { expected }| de::Error::custom(messages::id_form(expected).localized()))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($meaning, ": `", $prefix, "` and 32 lower-case hexadecimal digits.")))
                    .pattern(Some(concat!("^", $prefix, "[0-9a-f]{32}$")))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )*

    /// OpenAPI schemas of all id types, each with the name of its type.
    pub fn id_schemas() -> Vec<(&'static str, RefOr<Schema>)> {
        vec![$((stringify!($name), <$name as PartialSchema>::schema()),)*]
    }
    };
}

id_types! {
    EmployeeId = "emp_", "Id of an employee";
    DepartmentId = "dep_", "Id of a department";
    JobRoleId = "job_", "Id of a job role (a title with a grade, not an access role)";
    SessionId = "sess_", "Id of a session, from the login to its end";
    ResetId = "reset_", "Id of a request to reset a forgotten password";
    EventId = "evt_", "Id of an event";
    AuditId = "audit_", "Id of an audit record";
    ExportId = "export_", "Id of an export of audit records";
    PolicyId = "pol_", "Id of a policy, the same for all its versions";
    ViolationId = "viol_", "Id of a policy violation";
    TrainingId = "train_", "Id of a training assigned to an employee";
    LeaveId = "leave_", "Id of a leave request";
    CreditId = "cred_", "Id of the compensatory credit for one employee's work on a day off";
    DelegationId = "deleg_", "Id of a delegation of leave decisions";
    FeedId = "feed_", "Id of a calendar feed";
    NotificationId = "notif_", "Id of a notification";
    BulkId = "bulk_", "Id of a bulk message";
    SubscriptionId = "push_", "Id of a browser's push subscription";
    AttendanceId = "att_", "Id of an attendance day of one employee";
    PunchId = "punch_", "Id of a punch (check-in, check-out, break start or break end)";
    CorrectionId = "corr_", "Id of an attendance correction";
    RosterId = "roster_", "Id of a roster";
    AssignmentId = "shift_", "Id of a shift assignment";
    RunId = "run_", "Id of an attendance run";
}

impl EventId {
    /// Id of the nth further event, counted from 1, of the write whose lead event has this id. Deterministic, so that a
    /// republished event keeps its id.
    #[must_use]
    pub const fn of_further_event(self, nth: u8) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() ^ nth as u128))
    }
}

/// Id of a request in logs, events and audit records. It comes from the caller (`X-Request-Id`) or from
/// the platform, or is a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(String);

impl RequestId {
    /// Maximum length in bytes; the rest of a longer id is cut.
    pub const BYTES_MAX: usize = 64;

    /// Id from an untrusted text: keeps ASCII letters, digits, `_`, `-`, `=` and `.`, at most [`Self::BYTES_MAX`] of them.
    /// It is empty if the text has none of these.
    pub fn sanitised(text: &str) -> Self {
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '=' | '.');
        Self(text.chars().filter(safe).take(Self::BYTES_MAX).collect())
    }

    /// Text of the id, as it is logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_round_trip_through_text_and_json(bits: u128) {
            let id = EmployeeId::new(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<EmployeeId>(), Ok(id));
            prop_assert_eq!(serde_json::from_str::<EmployeeId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        }

        #[test]
        fn parser_accepts_only_its_own_output(text in ".{0,60}") {
            if let Ok(id) = text.parse::<EmployeeId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn ids_of_another_type_or_spelling_are_rejected() {
        let department = DepartmentId::new(Uuid::nil()).to_string();
        assert_eq!(department.parse::<EmployeeId>(), Err(InvalidId { expected: "emp_" }));
        assert!("emp_".parse::<EmployeeId>().is_err());
        assert!("emp_018F6B0E4A3B7C21A5D4C3B2A1F0E9D8".parse::<EmployeeId>().is_err(), "one spelling per id");
        assert!("emp_018f6b0e-4a3b-7c21-a5d4-c3b2a1f0e9d8".parse::<EmployeeId>().is_err(), "one spelling per id");
    }

    #[test]
    fn sanitised_request_id_cannot_break_a_log_line() {
        assert_eq!(RequestId::sanitised("req_1\n{\"level\":\"ERROR\"}").as_str(), "req_1levelERROR");
        assert_eq!(RequestId::sanitised(&"a".repeat(500)).as_str().len(), RequestId::BYTES_MAX);
    }
}
