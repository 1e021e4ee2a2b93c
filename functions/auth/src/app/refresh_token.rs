//! Text form of refresh tokens: `rt_<employee>.<session>.<generation>.<mac>`. They are never stored; a check derives the MAC
//! again.

use access::mac::{self, Mac};
use kernel::{EmployeeId, SessionId};

use crate::domain::session::RefreshToken;

/// Prefix of every refresh token.
const PREFIX: &str = "rt_";
/// Longest refresh token in bytes: prefix, two ids of 32, a generation of 10, a MAC of 43 and three dots.
pub const LENGTH_MAX: usize = 3 + 32 + 32 + 10 + 43 + 3;

impl RefreshToken {
    /// Text of the refresh token with its MAC.
    pub fn encode(&self, mac: &Mac) -> String {
        let (employee, session) = (self.employee.uuid().simple(), self.session.uuid().simple());
        format!("{PREFIX}{employee}.{session}.{}.{}", self.generation, mac::encode(mac))
    }

    /// Parses a refresh token; `None` if it is malformed. The MAC is returned unchecked.
    pub fn parse(token: &str) -> Option<(Self, Mac)> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let mut parts = token.strip_prefix(PREFIX)?.split('.');
        let employee = format!("{}{}", EmployeeId::PREFIX, parts.next()?).parse().ok()?;
        let session = format!("{}{}", SessionId::PREFIX, parts.next()?).parse().ok()?;
        let generation = parse_canonical_decimal(parts.next()?)?;
        let mac = mac::decode(parts.next()?)?;
        parts.next().is_none().then_some((Self { employee, session, generation }, mac))
    }
}

/// Decimal number without sign and leading zeros, or `None`, so that each token has one spelling.
fn parse_canonical_decimal(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn token(employee: u128, session: u128, generation: u32) -> RefreshToken {
        RefreshToken {
            employee: EmployeeId::new(Uuid::from_u128(employee)),
            session: SessionId::new(Uuid::from_u128(session)),
            generation,
        }
    }

    proptest! {
        #[test]
        fn token_reads_back_as_written(employee: u128, session: u128, generation: u32, mac: Mac) {
            let token = token(employee, session, generation);
            prop_assert_eq!(RefreshToken::parse(&token.encode(&mac)), Some((token, mac)));
            prop_assert!(token.encode(&mac).len() <= LENGTH_MAX);
        }

        #[test]
        fn parser_accepts_one_spelling_per_token_and_never_panics(text in "(rt_)?[0-9a-f.+-]{0,130}") {
            if let Some((token, mac)) = RefreshToken::parse(&text) {
                prop_assert_eq!(token.encode(&mac), text);
            }
        }

        #[test]
        fn different_tokens_have_different_mac_inputs(a: (u128, u128, u32), b: (u128, u128, u32)) {
            let same = token(a.0, a.1, a.2).mac_input() == token(b.0, b.1, b.2).mac_input();
            prop_assert_eq!(same, a == b);
        }
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        let good = token(1, 2, 3).encode(&[7; 32]);
        assert!(RefreshToken::parse(&good).is_some());
        for bad in [
            String::new(),
            "rt_".to_owned(),
            good.replacen("rt_", "at_", 1),
            good.replacen(".3.", ".03.", 1),
            good.replacen(".3.", ".+3.", 1),
            good.replacen(".3.", ".-1.", 1),
            good.replacen(".3.", ".4294967296.", 1),
            format!("{good}."),
            format!("{good}.x"),
            good.to_uppercase(),
            good.get(..good.len() - 1).unwrap_or_default().to_owned(),
        ] {
            assert_eq!(RefreshToken::parse(&bad), None, "{bad}");
        }
    }
}
