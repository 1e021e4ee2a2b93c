//! Text form of message authentication codes in tokens: 32 bytes as base64url, with one spelling per code.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// HMAC-SHA-256: a message authentication code of 32 bytes.
pub type Mac = [u8; 32];

/// Base64url text of a code: 43 characters without padding.
pub fn encode(mac: &Mac) -> String {
    URL_SAFE_NO_PAD.encode(mac)
}

/// Inverse of [`encode`]; `None` for any other text, also for another spelling of the same bytes.
pub fn decode(text: &str) -> Option<Mac> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn macs_round_trip_through_text(mac: Mac) {
            prop_assert_eq!(decode(&encode(&mac)), Some(mac));
        }

        #[test]
        fn each_mac_has_one_spelling(text in "[A-Za-z0-9_-]{43}") {
            if let Some(mac) = decode(&text) {
                prop_assert_eq!(encode(&mac), text);
            }
        }
    }

    #[test]
    fn other_lengths_and_alphabets_are_rejected() {
        for text in ["", "AAAA", &"A".repeat(44), &"+".repeat(43), &format!("{}=", "A".repeat(43))] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
