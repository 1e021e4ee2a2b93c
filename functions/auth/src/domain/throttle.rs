//! How often something may be tried: counters in fixed windows, per account and per address.

use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;

/// How many tries there are in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleRule {
    /// Part of the counter's key: counters of different rules do not meet.
    pub name: &'static str,
    /// Tries in one window; the next one is refused.
    pub tries_max: u32,
    /// Length of a window in seconds.
    pub window_s: i64,
}

/// Ten in a quarter of an hour: somebody who mistypes is not stopped, and a machine gets 960 guesses a day, far fewer than
/// the ten thousand passwords that the blocklist has taken away. A success clears it.
pub const LOGIN_ACCOUNT: ThrottleRule = ThrottleRule { name: "login-acct", tries_max: 10, window_s: 900 };
/// A hundred wrong ones in a quarter of an hour: one machine trying one password against every account stops after a
/// hundred accounts, while a right one is given back, so a works of a thousand people behind one address signs in at the
/// begin of the shift.
pub const LOGIN_ADDRESS: ThrottleRule = ThrottleRule { name: "login-ip", tries_max: 100, window_s: 900 };
/// Guessing the current password with somebody's open browser: as strict as signing in.
pub const CHANGE_ACCOUNT: ThrottleRule = ThrottleRule { name: "change-acct", tries_max: 10, window_s: 900 };
/// Three mails an hour: enough to find one in the spam folder, too few to bother anybody.
pub const FORGOT_ACCOUNT: ThrottleRule = ThrottleRule { name: "forgot-acct", tries_max: 3, window_s: 3600 };
/// Thirty an hour from one address: an office on the Monday after the holidays.
pub const FORGOT_ADDRESS: ThrottleRule = ThrottleRule { name: "forgot-ip", tries_max: 30, window_s: 3600 };
/// A reset token has 256 bits: this only keeps strangers from making us compute.
pub const RESET_ADDRESS: ThrottleRule = ThrottleRule { name: "reset-ip", tries_max: 30, window_s: 3600 };

/// One window of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleWindow {
    /// First second.
    pub start_s: i64,
    /// First second after it.
    pub end_s: i64,
}

impl ThrottleRule {
    /// The window that holds this instant.
    pub fn window(&self, now: Timestamp) -> ThrottleWindow {
        let now_s = now.as_second();
        let start_s = now_s - now_s.rem_euclid(self.window_s);
        ThrottleWindow { start_s, end_s: start_s + self.window_s }
    }
}

impl ThrottleWindow {
    /// Whole seconds until the next window, at least one.
    pub fn retry_after_s(&self, now: Timestamp) -> u32 {
        u32::try_from(self.end_s.saturating_sub(now.as_second()).max(1)).unwrap_or(u32::MAX)
    }
}

/// An account as it was named, found or not: a digest, since people type passwords into the wrong field.
pub fn account_key(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, name.trim().to_lowercase().as_bytes()))
}

/// An address as it counts: IPv4 as it is, IPv6 by its /64, which is what one connection is given.
pub fn address_key(ip: Option<&str>) -> String {
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
        fn every_instant_lies_in_its_window_and_the_wait_ends_with_it(second in -1_000_000_000i64..4_000_000_000) {
            let now = Timestamp::from_second(second).unwrap();
            let window = LOGIN_ACCOUNT.window(now);
            prop_assert!(window.start_s <= second && second < window.end_s);
            prop_assert_eq!(window.end_s - window.start_s, LOGIN_ACCOUNT.window_s);
            let wait = window.retry_after_s(now);
            prop_assert!((1..=900).contains(&wait));
            let next = LOGIN_ACCOUNT.window(Timestamp::from_second(second + i64::from(wait)).unwrap());
            prop_assert_eq!(next.start_s, window.end_s);
        }

        #[test]
        fn no_text_makes_an_address_panic(text in ".{0,50}") {
            prop_assert!(address_key(Some(&text)).len() < 64);
        }
    }

    #[test]
    fn an_account_is_one_however_it_is_typed_and_cannot_be_read() {
        assert_eq!(account_key(" Ada@Example.com"), account_key("ada@example.com"));
        assert_ne!(account_key("ada@example.com"), account_key("bob@example.com"));
        assert!(!account_key("ada@example.com").contains("ada"));
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one_address() {
        assert_eq!(address_key(Some("2001:db8:1:2::1")), address_key(Some("2001:db8:1:2:ffff::9")));
        assert_ne!(address_key(Some("2001:db8:1:2::1")), address_key(Some("2001:db8:1:3::1")));
        assert_eq!(address_key(Some("::ffff:192.0.2.1")), "192.0.2.1");
        assert_eq!(address_key(None), address_key(Some("not an address")));
    }
}
