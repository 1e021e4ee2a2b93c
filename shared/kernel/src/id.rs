//! Prefixed, time-sortable identifiers: `emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The prefix that was expected, with its underscore.
    pub expected: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an id of the form `{}` followed by 32 lower-case hex digits", self.expected)
    }
}

impl std::error::Error for InvalidId {}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { expected: prefix };
    let hex = text.strip_prefix(prefix).ok_or_else(|| invalid.clone())?;
    let canonical = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !canonical {
        return Err(invalid);
    }
    Uuid::try_parse(hex).map_err(|_| invalid)
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a UUID that the edge has made (version 7, so that ids sort by time).
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID.
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
                parse(text, $prefix).map(Self)
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
                text.parse().map_err(de::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(concat!("^", $prefix, "[0-9a-f]{32}$")))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )*

    /// Schemas of all id types, by the name of the type.
    pub fn id_schemas() -> Vec<(&'static str, RefOr<Schema>)> {
        vec![$((stringify!($name), <$name as PartialSchema>::schema()),)*]
    }
    };
}

id_types! {
    /// A person employed by the organisation.
    EmployeeId = "emp_";
    /// A department of the organisation.
    DepartmentId = "dep_";
    /// A job role (a title with a grade), not an access role.
    JobRoleId = "job_";
    /// A signed-in session: one family of refresh tokens.
    SessionId = "sess_";
    /// A request to set a forgotten password.
    ResetId = "reset_";
    /// One domain event.
    EventId = "evt_";
    /// One record of the audit trail.
    AuditId = "audit_";
    /// One export of audit records.
    ExportId = "export_";
    /// A policy, through all its versions.
    PolicyId = "pol_";
    /// A breach of a policy.
    ViolationId = "viol_";
    /// A training that somebody has to do.
    TrainingId = "train_";
    /// A request for leave.
    LeaveId = "leave_";
    /// A right to decide in somebody's place.
    DelegationId = "deleg_";
    /// A secret link to a calendar.
    FeedId = "feed_";
    /// A notification to one person.
    NotificationId = "notif_";
    /// A message to many.
    BulkId = "bulk_";
    /// A browser that takes push messages.
    SubscriptionId = "push_";
    /// A person's day of attendance.
    AttendanceId = "att_";
    /// One punch: somebody came, went, or took a break.
    PunchId = "punch_";
    /// A request to put a day's punches right.
    CorrectionId = "corr_";
    /// A rotation of shifts.
    RosterId = "roster_";
    /// Who works which roster or shifts, from when until when.
    AssignmentId = "shift_";
    /// A run over days of attendance.
    RunId = "run_";
}

impl EventId {
    /// The id of the nth thing that one write says besides its first: the same whenever it is asked, and like no other.
    #[must_use]
    pub const fn nth_secondary(self, nth: u8) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() ^ nth as u128))
    }
}

/// The id that follows one request through logs, events and audit records; given by the platform or the caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(String);

impl RequestId {
    /// At most this many bytes of what a caller sends are kept.
    pub const BYTES_MAX: usize = 64;

    /// Keeps only what is safe in a log line: letters, digits, `_`, `-`, `=`, `.`; cut to [`Self::BYTES_MAX`].
    pub fn sanitised(text: &str) -> Self {
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '=' | '.');
        Self(text.chars().filter(safe).take(Self::BYTES_MAX).collect())
    }

    /// The id as text.
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
        fn an_id_reads_back_as_it_was_written(bits: u128) {
            let id = EmployeeId::new(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<EmployeeId>(), Ok(id));
            prop_assert_eq!(serde_json::from_str::<EmployeeId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            if let Ok(id) = text.parse::<EmployeeId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let department = DepartmentId::new(Uuid::nil()).to_string();
        assert_eq!(department.parse::<EmployeeId>(), Err(InvalidId { expected: "emp_" }));
        assert!("emp_".parse::<EmployeeId>().is_err());
        assert!("emp_018F6B0E4A3B7C21A5D4C3B2A1F0E9D8".parse::<EmployeeId>().is_err(), "one spelling per id");
        assert!("emp_018f6b0e-4a3b-7c21-a5d4-c3b2a1f0e9d8".parse::<EmployeeId>().is_err(), "one spelling per id");
    }

    #[test]
    fn a_request_id_cannot_break_a_log_line() {
        assert_eq!(RequestId::sanitised("req_1\n{\"level\":\"ERROR\"}").as_str(), "req_1levelERROR");
        assert_eq!(RequestId::sanitised(&"a".repeat(500)).as_str().len(), RequestId::BYTES_MAX);
    }
}
