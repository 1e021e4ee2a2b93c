//! The token of a password reset, as `auth` reads it: `rst_<reset id>.<mac>`.
//!
//! Never stored and on no bus: derived at the moment of sending from the id in the event, by the key that `auth` verifies
//! with. The flow's tests hold the two services together.

use access::mac::{self, Mac};
use kernel::ResetId;

/// For how long `auth` believes the token, in minutes.
pub const LIFETIME_MIN: i64 = 30;

/// What the MAC of a reset token covers.
pub fn signed_text(id: ResetId) -> String {
    format!("reset|{id}")
}

/// The token that goes into the mail.
pub fn token(id: ResetId, mac: &Mac) -> String {
    format!("rst_{}.{}", id.uuid().simple(), mac::encode(mac))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_token_is_spelled_as_auth_reads_it() {
        let id = ResetId::new(Uuid::from_u128(0x018f_6b0e_4a3b_7c21_a5d4_c3b2_a1f0_e9d8));
        assert_eq!(signed_text(id), "reset|reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
        assert_eq!(token(id, &[0; 32]), format!("rst_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8.{}", "A".repeat(43)));
    }
}
