//! Origin of a change: who made it, when and from where.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{EmployeeId, RequestId};

/// Author of a change: a person, a function of Muster, or unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Signed-in person.
    Person(EmployeeId),
    /// Function of Muster that acts by itself, written with its name: `system:audit-job-seal`.
    System(String),
    /// Anonymous request, or a change of the database outside the API.
    Unknown,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::System(name) => write!(f, "system:{name}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl FromStr for Actor {
    type Err = crate::InvalidId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("system:") {
            Some(name) => Ok(Self::System(name.to_owned())),
            None if text == "unknown" => Ok(Self::Unknown),
            None => text.parse().map(Self::Person),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Actor {
    fn schema() -> RefOr<Schema> {
        let description =
            "Person or function that acted: an employee id, `system:` with the name of a function, or `unknown`.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .pattern(Some("^(emp_[0-9a-f]{32}|system:[a-z0-9-]+|unknown)$"))
            .into()
    }
}

impl ToSchema for Actor {}

/// Actor, time, request and client of a change. Created once per request, message or job, and copied into the stamp of
/// every event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Person or function that makes the change; `Unknown` until the caller is admitted.
    pub actor: Actor,
    /// Start of the request, message or job, by the clock of the function.
    pub at: Timestamp,
    /// Id of the request in logs, events and audit records.
    pub request_id: RequestId,
    /// IP address of the caller, as seen by the gateway; none for a message or job.
    pub ip_address: Option<String>,
    /// `User-Agent` of the caller, cut to 256 bytes; none if it was not sent, and for a message or job.
    pub user_agent: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_round_trip_through_text() {
        let person = Actor::Person(EmployeeId::new(uuid::Uuid::from_u128(7)));
        for actor in [person, Actor::System("audit-job-seal".into()), Actor::Unknown] {
            assert_eq!(actor.to_string().parse::<Actor>().unwrap(), actor);
        }
        assert!("somebody".parse::<Actor>().is_err());
    }
}
