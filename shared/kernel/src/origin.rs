//! Who did something, and from where.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de};

use crate::{EmployeeId, RequestId};

/// Whoever caused a change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A signed-in person.
    Person(EmployeeId),
    /// A part of Muster acting by itself, named after its function: `system:audit-job-seal`.
    System(String),
    /// Nobody who could be told: an anonymous request, or a hand on the database.
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

/// Where a change comes from: made once at the edge, put into the stamp of every write of that request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// When, as the edge's clock said at the start of the request.
    pub at: Timestamp,
    /// Follows the request through logs, events and audit.
    pub request_id: RequestId,
    /// The caller's address, as the gateway saw it.
    pub ip_address: Option<String>,
    /// The caller's program, as it says itself; cut to 256 bytes at the edge.
    pub user_agent: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_reads_back_as_written() {
        let person = Actor::Person(EmployeeId::new(uuid::Uuid::from_u128(7)));
        for actor in [person, Actor::System("audit-job-seal".into()), Actor::Unknown] {
            assert_eq!(actor.to_string().parse::<Actor>().unwrap(), actor);
        }
        assert!("somebody".parse::<Actor>().is_err());
    }
}
