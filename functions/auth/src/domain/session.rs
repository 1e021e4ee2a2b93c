//! Sessions. A session is a chain of refresh tokens, of which only the latest is valid.
//!
//! A session ends 30 days after the login (NIST SP 800-63B-4), so that a stolen one cannot be refreshed for ever. It also ends
//! by a logout, a revocation, the use of an old token, a change of roles or status, and a new epoch of the credential, which
//! a new password brings.

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, SessionId};
use serde::{Deserialize, Serialize};

/// Content of a refresh token: employee, session and generation. Its text also has a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// Owner of the session; part of the token, so that one read finds the session.
    pub employee: EmployeeId,
    pub session: SessionId,
    /// 0 for the token of the login, plus 1 for each exchange.
    pub generation: u32,
}

impl RefreshToken {
    /// Input of the MAC. The first word separates it from other uses of the same key.
    pub fn mac_input(&self) -> String {
        format!("refresh|{}|{}|{}", self.employee, self.session, self.generation)
    }

    /// Token of the same session with the next generation.
    #[must_use]
    pub const fn successor(self) -> Self {
        Self { generation: self.generation.saturating_add(1), ..self }
    }
}

/// Lifetime of a session, counted from the login. A refresh does not extend it.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Time after an exchange in which a client that lost the answer may repeat it.
pub const REFRESH_RETRY_WINDOW: SignedDuration = SignedDuration::from_secs(10);
/// Time after a login in which another one with the same `Idempotency-Key` returns the same session.
pub const LOGIN_REPLAY_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Lifetime of an access token in seconds.
pub const ACCESS_TOKEN_LIFETIME_S: i64 = 15 * 60;

/// Stored session of an employee, valid or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub employee_id: EmployeeId,
    pub id: SessionId,
    /// Generation of the latest refresh token, the only valid one.
    pub generation: u32,
    /// Epoch of the credential at the login.
    pub epoch: u64,
    /// Role version of the person at the login.
    pub role_version: u64,
    /// Time of the login.
    pub created_at: Timestamp,
    /// Time at which the latest refresh token was issued: at the login, or at the last refresh.
    pub rotated_at: Timestamp,
    /// Time at which the session expires, 30 days after the login.
    pub ends_at: Timestamp,
    /// IP address of the last login or refresh.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_address: Option<String>,
    /// `User-Agent` of the last login or refresh.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// Time of the logout or revocation; `None` if there was none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
    /// Digest of the login name, if the login had an `Idempotency-Key`.
    #[serde(rename = "_fingerprint", skip_serializing_if = "Option::is_none", default)]
    pub fingerprint: Option<String>,
}

/// Epoch of a credential, with the one session of an earlier epoch that it does not end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialEpoch {
    /// Number that every session records at its login. A new password, a suspension, a termination and a change of
    /// access roles increment it.
    pub epoch: u64,
    /// Session in which the password was changed: it stays valid. `None` if the epoch ended all earlier sessions.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept_session: Option<SessionId>,
}

impl CredentialEpoch {
    /// Whether a session that began in `session_epoch` was not ended by a later epoch: it began in the current one, or
    /// is the kept session.
    pub fn keeps_session(&self, id: SessionId, session_epoch: u64) -> bool {
        session_epoch == self.epoch || self.kept_session == Some(id)
    }
}

/// Meaning of a refresh token that is not the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleToken {
    /// The session has expired or was revoked, or the token is not older than the current one.
    NotExchangeable,
    /// The previous token within [`REFRESH_RETRY_WINDOW`]: a client that lost the answer gets the same successor.
    Retry,
    /// An older token, or the previous one later, probably stolen. The session must end.
    Reuse,
}

impl Session {
    /// Latest refresh token of the session, the only valid one.
    pub const fn current_token(&self) -> RefreshToken {
        RefreshToken { employee: self.employee_id, session: self.id, generation: self.generation }
    }

    fn is_unexpired_and_unrevoked(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.ends_at
    }

    /// Whether the session is neither expired nor revoked, began with this role version of the person, and was not ended by
    /// this epoch of the credential.
    pub fn is_valid_for(&self, role_version: u64, epoch: &CredentialEpoch, now: Timestamp) -> bool {
        self.is_unexpired_and_unrevoked(now)
            && self.role_version == role_version
            && epoch.keeps_session(self.id, self.epoch)
    }

    /// Session whose latest refresh token is the next one, issued now.
    #[must_use]
    pub fn with_next_token(&self, now: Timestamp) -> Self {
        Self { generation: self.current_token().successor().generation, rotated_at: now, ..self.clone() }
    }

    /// Meaning of a refresh token of this session whose exchange was refused. Only the generation and the end of the session
    /// are checked, not its roles and epoch.
    pub fn classify_stale_token(&self, presented_generation: u32, now: Timestamp) -> StaleToken {
        if !self.is_unexpired_and_unrevoked(now) || presented_generation >= self.generation {
            return StaleToken::NotExchangeable;
        }
        let is_previous = presented_generation.saturating_add(1) == self.generation;
        let is_soon = now.duration_since(self.rotated_at) <= REFRESH_RETRY_WINDOW;
        if is_previous && is_soon { StaleToken::Retry } else { StaleToken::Reuse }
    }

    /// Whether a login with the same idempotency key returns this session: it is valid, and less than
    /// 24 hours old.
    pub fn may_replay_login(&self, role_version: u64, epoch: &CredentialEpoch, now: Timestamp) -> bool {
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
            ends_at: at(SESSION_LIFETIME.as_secs()),
            ip_address: None,
            user_agent: None,
            revoked_at: None,
            fingerprint: None,
        }
    }

    #[test]
    fn stale_tokens_are_classified_by_generation_and_time() {
        for (generation, presented, seconds_since, expected) in [
            (1, 0, 0, StaleToken::Retry),
            (1, 0, 10, StaleToken::Retry),
            (1, 0, 11, StaleToken::Reuse),
            (2, 0, 0, StaleToken::Reuse),
            (5, 4, 3, StaleToken::Retry),
            (5, 5, 0, StaleToken::NotExchangeable),
            (5, 6, 0, StaleToken::NotExchangeable),
        ] {
            let classified = session(generation, 1000).classify_stale_token(presented, at(1000 + seconds_since));
            assert_eq!(classified, expected, "{presented} of {generation} after {seconds_since} s");
        }
    }

    #[test]
    fn ended_sessions_report_no_reuse() {
        let revoked = Session { revoked_at: Some(at(1000)), ..session(3, 1000) };
        assert_eq!(revoked.classify_stale_token(0, at(1001)), StaleToken::NotExchangeable);
        assert_eq!(
            session(3, 1000).classify_stale_token(0, at(SESSION_LIFETIME.as_secs())),
            StaleToken::NotExchangeable
        );
    }

    #[test]
    fn new_epoch_ends_all_sessions_except_the_kept_one() {
        let (changer, other) = (SessionId::new(Uuid::from_u128(1)), SessionId::new(Uuid::from_u128(2)));
        let changed = CredentialEpoch { epoch: 5, kept_session: Some(changer) };
        assert!(changed.keeps_session(changer, 4));
        assert!(!changed.keeps_session(other, 4));
        assert!(changed.keeps_session(other, 5), "a login after the change is valid");
        assert!(
            !CredentialEpoch { epoch: 6, kept_session: None }.keeps_session(changer, 5),
            "a reset keeps no session"
        );
    }

    proptest! {
        #[test]
        fn only_the_previous_token_is_a_retry(generation: u32, presented: u32, seconds in 0i64..100) {
            if session(generation, 1000).classify_stale_token(presented, at(1000 + seconds)) == StaleToken::Retry {
                prop_assert_eq!(presented.checked_add(1), Some(generation));
                prop_assert!(seconds <= 10);
            }
        }
    }
}
