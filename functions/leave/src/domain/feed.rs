//! Calendar links: `feed_<id>.<mac>`. Neither the table nor any event holds one; a calendar program shows it to derive it again.

use access::mac::{self, Mac};
use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, FeedId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose absences a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// The owner's own.
    Own,
    /// Those of the people who report to the owner.
    Team,
    /// Those of a department.
    Department,
}

/// A calendar link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Id.
    pub id: FeedId,
    /// Whose it is: it shows what they may see on the day it is read.
    pub employee_id: EmployeeId,
    /// Whose absences it shows.
    pub scope: Shows,
    /// Which department's, for [`Shows::Department`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
}

/// What the code of a link covers. The first word keeps it apart from everything else under the same key.
pub fn signed_text(id: FeedId) -> String {
    format!("feed|{id}")
}

/// The secret part of a link.
pub fn token(id: FeedId, mac: &Mac) -> String {
    format!("{id}.{}", mac::encode(mac))
}

/// Reads a token. The code is not checked yet.
pub fn parse(token: &str) -> Option<(FeedId, Mac)> {
    let (id, mac) = token.split_once('.')?;
    Some((id.parse().ok()?, mac::decode(mac)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_token_reads_back_as_it_was_written(bits: u128, mac: Mac) {
            let id = FeedId::new(Uuid::from_u128(bits));
            prop_assert_eq!(parse(&token(id, &mac)), Some((id, mac)));
        }

        #[test]
        fn no_text_makes_the_parser_panic_and_each_token_has_one_spelling(text in "(feed_)?[0-9a-zA-Z_.-]{0,90}") {
            if let Some((id, mac)) = parse(&text) {
                prop_assert_eq!(token(id, &mac), text);
            }
        }
    }
}
