//! Tokens of calendar feeds: `feed_<id>.<mac>`. They are derived on demand and stored in no table and no event.

use access::mac::{self, Mac};
use kernel::FeedId;

/// Input of the MAC of a feed. The prefix separates it from other uses of the same key.
pub fn feed_mac_input(id: FeedId) -> String {
    format!("feed|{id}")
}

/// Token of a feed: the secret part of its path.
pub fn format_feed_token(id: FeedId, mac: &Mac) -> String {
    format!("{id}.{}", mac::encode(mac))
}

/// Parses a token without verifying its MAC; `None` if it is malformed.
pub fn parse_feed_token(token: &str) -> Option<(FeedId, Mac)> {
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
        fn tokens_round_trip(bits: u128, mac: Mac) {
            let id = FeedId::new(Uuid::from_u128(bits));
            prop_assert_eq!(parse_feed_token(&format_feed_token(id, &mac)), Some((id, mac)));
        }

        #[test]
        fn parser_never_panics_and_accepts_one_spelling_per_token(text in "(feed_)?[0-9a-zA-Z_.-]{0,90}") {
            if let Some((id, mac)) = parse_feed_token(&text) {
                prop_assert_eq!(format_feed_token(id, &mac), text);
            }
        }
    }
}
