//! A session: one family of refresh tokens, of which only the latest is good.
//!
//! It ends thirty days after the login whatever happens (NIST SP 800-63B-4: sign in again at least every thirty days), so a
//! stolen family cannot be kept alive for ever. It also ends with a logout, when it is revoked, when a token of its past is
//! used, when the person's roles or status change, and when the credential's epoch moves on (a new password).

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, SessionId};
use serde::{Deserialize, Serialize};

/// Which link of which family a refresh token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose session it is; part of the token so that the session is found with one read.
    pub employee: EmployeeId,
    /// The session, that is, the family.
    pub session: SessionId,
    /// 0 for the token of the login, one more with every exchange.
    pub generation: u32,
}

impl RefreshToken {
    /// What the MAC covers. The first word keeps it apart from everything else under the same key.
    pub fn signed_text(&self) -> String {
        format!("refresh|{}|{}|{}", self.employee, self.session, self.generation)
    }

    /// The link that takes this one's place.
    #[must_use]
    pub const fn successor(self) -> Self {
        Self { generation: self.generation.saturating_add(1), ..self }
    }
}

/// A session's life, counted from the login.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A client that lost the answer may ask again for this long.
pub const REFRESH_RETRY_WINDOW: SignedDuration = SignedDuration::from_secs(10);
/// An `Idempotency-Key` of a login is remembered for this long.
pub const LOGIN_REPLAY_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// An access token's life in seconds.
pub const ACCESS_LIFETIME_S: i64 = 15 * 60;

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub employee_id: EmployeeId,
    pub id: SessionId,
    /// Which token of the family is the good one.
    pub generation: u32,
    /// The credential's epoch at the login.
    pub epoch: u64,
    /// The person's role version at the login.
    pub role_version: u64,
    /// When somebody signed in.
    pub created_at: Timestamp,
    /// When the good token was issued.
    pub rotated_at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// From where it was used last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_address: Option<String>,
    /// With what it was used last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// When it was ended before its time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
    /// A digest of the login name, where the login carried an `Idempotency-Key`.
    #[serde(rename = "_fingerprint", skip_serializing_if = "Option::is_none", default)]
    pub fingerprint: Option<String>,
}

/// What of a credential decides about sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialEpoch {
    /// Sessions of another epoch are over...
    pub epoch: u64,
    /// ...but for the one in which the password was changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept_session: Option<SessionId>,
}

impl CredentialEpoch {
    /// Whether a session of that epoch goes on.
    pub fn includes(&self, id: SessionId, epoch: u64) -> bool {
        epoch == self.epoch || self.kept_session == Some(id)
    }
}

/// What a refresh token that is not the good one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleToken {
    /// The session is over, or never was: nothing to do.
    SessionEnded,
    /// A client that lost the answer asks again: it gets the same successor.
    Retry,
    /// A token of the past: somebody has copied it. The family must end.
    Reuse,
}

impl Session {
    /// The token that is good now.
    pub const fn link(&self) -> RefreshToken {
        RefreshToken { employee: self.employee_id, session: self.id, generation: self.generation }
    }

    /// Whether the session itself goes on, whatever has become of its person.
    fn is_unexpired(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.ends_at
    }

    /// Whether the session goes on for a person of this role version and a credential of this epoch.
    pub fn is_valid_for(&self, role_version: u64, epoch: &CredentialEpoch, now: Timestamp) -> bool {
        self.is_unexpired(now) && self.role_version == role_version && epoch.includes(self.id, self.epoch)
    }

    /// The session with its next token, issued now.
    #[must_use]
    pub fn rotate(&self, now: Timestamp) -> Self {
        Self { generation: self.link().successor().generation, rotated_at: now, ..self.clone() }
    }

    /// Judges a token of this family whose exchange was refused.
    pub fn classify_stale_token(&self, presented: u32, now: Timestamp) -> StaleToken {
        if !self.is_unexpired(now) || presented >= self.generation {
            return StaleToken::SessionEnded;
        }
        let previous = presented.saturating_add(1) == self.generation;
        let soon = now.duration_since(self.rotated_at) <= REFRESH_RETRY_WINDOW;
        if previous && soon { StaleToken::Retry } else { StaleToken::Reuse }
    }

    /// Whether a login with the same key may be answered with this session again.
    pub fn can_replay_login(&self, role_version: u64, epoch: &CredentialEpoch, now: Timestamp) -> bool {
        self.is_valid_for(role_version, epoch, now) && now.duration_since(self.created_at) < LOGIN_REPLAY_WINDOW
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn session(generation: u32, rotated_s: i64) -> Session {
        Session {
            employee_id: EmployeeId::new(Uuid::from_u128(1)),
            id: SessionId::new(Uuid::from_u128(2)),
            generation,
            epoch: 0,
            role_version: 1,
            created_at: at(0),
            rotated_at: at(rotated_s),
            ends_at: at(LIFETIME.as_secs()),
            ip_address: None,
            user_agent: None,
            revoked_at: None,
            fingerprint: None,
        }
    }

    #[test]
    fn the_table_of_refused_tokens() {
        for (generation, presented, seconds_since, expected) in [
            (1, 0, 0, StaleToken::Retry),
            (1, 0, 10, StaleToken::Retry),
            (1, 0, 11, StaleToken::Reuse),
            (2, 0, 0, StaleToken::Reuse),
            (5, 4, 3, StaleToken::Retry),
            (5, 5, 0, StaleToken::SessionEnded),
            (5, 6, 0, StaleToken::SessionEnded),
        ] {
            let judged = session(generation, 1000).classify_stale_token(presented, at(1000 + seconds_since));
            assert_eq!(judged, expected, "{presented} of {generation} after {seconds_since} s");
        }
    }

    #[test]
    fn a_session_that_is_over_revokes_nothing_more() {
        let revoked = Session { revoked_at: Some(at(1000)), ..session(3, 1000) };
        assert_eq!(revoked.classify_stale_token(0, at(1001)), StaleToken::SessionEnded);
        assert_eq!(session(3, 1000).classify_stale_token(0, at(LIFETIME.as_secs())), StaleToken::SessionEnded);
    }

    #[test]
    fn a_new_epoch_ends_every_session_but_the_one_that_began_it() {
        let (changer, other) = (SessionId::new(Uuid::from_u128(1)), SessionId::new(Uuid::from_u128(2)));
        let changed = CredentialEpoch { epoch: 5, kept_session: Some(changer) };
        assert!(changed.includes(changer, 4));
        assert!(!changed.includes(other, 4));
        assert!(changed.includes(other, 5), "a login after the change");
        assert!(!CredentialEpoch { epoch: 6, kept_session: None }.includes(changer, 5), "a reset keeps nobody");
    }

    proptest! {
        #[test]
        fn only_the_token_just_before_is_ever_retried(generation: u32, presented: u32, seconds in 0i64..100) {
            if session(generation, 1000).classify_stale_token(presented, at(1000 + seconds)) == StaleToken::Retry {
                prop_assert_eq!(presented.checked_add(1), Some(generation));
                prop_assert!(seconds <= 10);
            }
        }
    }
}
