//! SHA-256 digests, in JSON as 64 lower-case hex digits.

use std::{borrow::Cow, fmt, str::FromStr};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Text other than 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 lower-case hex digits")]
pub struct InvalidHash;

impl Hash {
    /// Hash of the concatenated parts.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        parts.iter().for_each(|part| context.update(part));
        Self::from_digest(&context.finish())
    }

    /// Hash of a finished digest. A digest of a different length becomes all zeros, which is the hash of no known text.
    pub fn from_digest(digest: &digest::Digest) -> Self {
        Self(digest.as_ref().try_into().unwrap_or_default())
    }

    /// Digest that consists of these bytes; nothing is hashed.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Value of a lower-case hex digit.
const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl FromStr for Hash {
    type Err = InvalidHash;
    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let mut bytes = Vec::with_capacity(32);
        for pair in text.as_bytes().chunks(2) {
            let &[high, low] = pair else { return Err(InvalidHash) };
            let (high, low) = nibble(high).zip(nibble(low)).ok_or(InvalidHash)?;
            bytes.push(high << 4 | low);
        }
        bytes.try_into().map(Self).map_err(|_| InvalidHash)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Hash {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9a-f]{64}$"))
            .description(Some("SHA-256 digest as 64 lower-case hexadecimal digits."))
            .into()
    }
}

impl ToSchema for Hash {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Sha256")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_round_trips_and_invalid_text_is_refused() {
        let hash = Hash::of(&[b"a", b"bc"]);
        // FIPS 180-4, the example "abc".
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        let upper = hash.to_string().to_uppercase();
        for text in ["", "ba", &upper, &"0".repeat(63), &"0".repeat(66), &"g".repeat(64)] {
            assert_eq!(text.parse::<Hash>(), Err(InvalidHash), "{text}");
        }
    }
}
