//! Attempt limits: counters in fixed time windows, per account and per address.

use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;

/// Limit of attempts of one kind. Its windows follow each other without overlap, so that around the end of one up to twice
/// as many attempts pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleRule {
    /// Part of the counter key, which separates the counters of different rules.
    pub name: &'static str,
    /// Attempts in one window; the next one is refused.
    pub attempts_max: u32,
    /// Length of a window in seconds. Windows begin at its multiples since 1970.
    pub window_s: i64,
}

/// Logins per account: 10 in 15 minutes. A person who mistypes is not blocked, and a machine gets 960 guesses a day, far fewer
/// than the 10,000 blocked common passwords. A success clears the counter.
pub const LOGIN_ACCOUNT: ThrottleRule = ThrottleRule { name: "login-acct", attempts_max: 10, window_s: 900 };
/// Failed logins per address: 100 in 15 minutes. A machine that tries one password on every account is blocked after 100
/// accounts. Successful logins are refunded, so that a plant of 1,000 people behind one address can sign in at shift start.
pub const LOGIN_ADDRESS: ThrottleRule = ThrottleRule { name: "login-ip", attempts_max: 100, window_s: 900 };
/// Attempts to change a password, per person: 10 in 15 minutes, so that nobody guesses the current password in an open
/// browser. As strict as the login.
pub const CHANGE_ACCOUNT: ThrottleRule = ThrottleRule { name: "change-acct", attempts_max: 10, window_s: 900 };
/// Reset e-mails per person: 3 an hour. Further requests get the same answer, but no e-mail.
pub const FORGOT_ACCOUNT: ThrottleRule = ThrottleRule { name: "forgot-acct", attempts_max: 3, window_s: 3600 };
/// Requests of a reset e-mail per address: 30 an hour, enough for an office after the holidays.
pub const FORGOT_ADDRESS: ThrottleRule = ThrottleRule { name: "forgot-ip", attempts_max: 30, window_s: 3600 };
/// Attempts to set a password with a reset token, per address: 30 an hour. Tokens of 256 bits cannot be guessed; the
/// limit saves calls of KMS.
pub const RESET_ADDRESS: ThrottleRule = ThrottleRule { name: "reset-ip", attempts_max: 30, window_s: 3600 };

/// Time window of a rule, in seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleWindow {
    /// First second of the window.
    pub start_s: i64,
    /// First second after the window.
    pub end_s: i64,
}

impl ThrottleRule {
    /// Window that contains an instant.
    pub fn window_at(&self, now: Timestamp) -> ThrottleWindow {
        let now_s = now.as_second();
        let start_s = now_s - now_s.rem_euclid(self.window_s);
        ThrottleWindow { start_s, end_s: start_s + self.window_s }
    }
}

impl ThrottleWindow {
    /// Whole seconds until the next window, at least 1.
    pub fn retry_after_s(&self, now: Timestamp) -> u32 {
        u32::try_from(self.end_s.saturating_sub(now.as_second()).max(1)).unwrap_or(u32::MAX)
    }
}

/// Digest of a login name, known or not: the counter key of the account. Case and outer spaces do not count. The name
/// itself is not stored, because people type passwords into the wrong field.
pub fn login_name_digest(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, name.trim().to_lowercase().as_bytes()))
}

/// Counter key of an IP address: IPv4 unchanged, IPv6 by its /64 network, which one connection gets. A missing or
/// invalid address is `unknown`.
pub fn address_counter_key(ip: Option<&str>) -> String {
    match ip.and_then(|ip| ip.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn window_contains_its_instant_and_retry_after_ends_it(second in -1_000_000_000i64..4_000_000_000) {
            let now = Timestamp::from_second(second).unwrap();
            let window = LOGIN_ACCOUNT.window_at(now);
            prop_assert!(window.start_s <= second && second < window.end_s);
            prop_assert_eq!(window.end_s - window.start_s, LOGIN_ACCOUNT.window_s);
            let wait = window.retry_after_s(now);
            prop_assert!((1..=900).contains(&wait));
            let next = LOGIN_ACCOUNT.window_at(Timestamp::from_second(second + i64::from(wait)).unwrap());
            prop_assert_eq!(next.start_s, window.end_s);
        }

        #[test]
        fn address_key_is_short_for_any_text(text in ".{0,50}") {
            prop_assert!(address_counter_key(Some(&text)).len() < 64);
        }
    }

    #[test]
    fn account_key_ignores_case_and_hides_the_login() {
        assert_eq!(login_name_digest(" Ada@Example.com"), login_name_digest("ada@example.com"));
        assert_ne!(login_name_digest("ada@example.com"), login_name_digest("bob@example.com"));
        assert!(!login_name_digest("ada@example.com").contains("ada"));
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_counter() {
        assert_eq!(address_counter_key(Some("2001:db8:1:2::1")), address_counter_key(Some("2001:db8:1:2:ffff::9")));
        assert_ne!(address_counter_key(Some("2001:db8:1:2::1")), address_counter_key(Some("2001:db8:1:3::1")));
        assert_eq!(address_counter_key(Some("::ffff:192.0.2.1")), "192.0.2.1");
        assert_eq!(address_counter_key(None), address_counter_key(Some("not an address")));
    }
}
