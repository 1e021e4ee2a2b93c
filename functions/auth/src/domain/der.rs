//! DER reader for the modulus and the exponent of an RSA `SubjectPublicKeyInfo` (RFC 5280, RFC 8017).

/// Parse error: the bytes are not the DER of an RSA public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRsa;

/// RSA public key: modulus `n` and exponent `e`, big-endian, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaKey {
    pub n: Vec<u8>,
    pub e: Vec<u8>,
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// `AlgorithmIdentifier` of `rsaEncryption` (1.2.840.113549.1.1.1) with its NULL parameters, without the outer tag.
const RSA_ENCRYPTION: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Parses an RSA `SubjectPublicKeyInfo`.
///
/// # Errors
/// [`NotRsa`] for anything else, including trailing bytes.
pub fn parse_rsa_public_key(spki: &[u8]) -> Result<RsaKey, NotRsa> {
    let info = only_der_element(spki, SEQUENCE)?;
    let (algorithm, rest) = first_der_element(info, SEQUENCE)?;
    if algorithm != RSA_ENCRYPTION {
        return Err(NotRsa);
    }
    // The first byte of a bit string is the number of unused bits: none.
    let key = only_der_element(rest, BIT_STRING)?.strip_prefix(&[0]).ok_or(NotRsa)?;
    let (n, rest) = first_der_element(only_der_element(key, SEQUENCE)?, INTEGER)?;
    let e = only_der_element(rest, INTEGER)?;
    Ok(RsaKey { n: positive_magnitude(n)?, e: positive_magnitude(e)? })
}

/// Content of the only DER element of the input, which must have this tag.
fn only_der_element(input: &[u8], tag: u8) -> Result<&[u8], NotRsa> {
    let (content, rest) = first_der_element(input, tag)?;
    if rest.is_empty() { Ok(content) } else { Err(NotRsa) }
}

/// Content of the first DER element of the input, which must have this tag, and the rest of the input.
fn first_der_element(input: &[u8], tag: u8) -> Result<(&[u8], &[u8]), NotRsa> {
    let (&first, rest) = input.split_first().ok_or(NotRsa)?;
    let (&length, rest) = rest.split_first().ok_or(NotRsa)?;
    if first != tag {
        return Err(NotRsa);
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => {
            let (&low, rest) = rest.split_first().ok_or(NotRsa)?;
            (usize::from(low), rest)
        }
        0x82 => {
            let ([high, low], rest) = rest.split_first_chunk().ok_or(NotRsa)?;
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return Err(NotRsa),
    };
    rest.split_at_checked(length).ok_or(NotRsa)
}

/// Magnitude of a DER integer without its sign byte; an error if it is negative or empty.
fn positive_magnitude(integer: &[u8]) -> Result<Vec<u8>, NotRsa> {
    match integer {
        [] | [0x80..=0xff, ..] => Err(NotRsa),
        [0, magnitude @ ..] => Ok(magnitude.to_vec()),
        magnitude => Ok(magnitude.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        match content.len() {
            length @ 0..=0x7f => out.push(length as u8),
            length @ 0x80..=0xff => out.extend([0x81, length as u8]),
            length => out.extend([&[0x82][..], &(length as u16).to_be_bytes()].concat()),
        }
        out.extend(content);
        out
    }

    fn integer(magnitude: &[u8]) -> Vec<u8> {
        let sign: &[u8] = if magnitude[0] >= 0x80 { &[0] } else { &[] };
        tlv(INTEGER, &[sign, magnitude].concat())
    }

    fn spki(key: &RsaKey) -> Vec<u8> {
        let pair = tlv(SEQUENCE, &[integer(&key.n), integer(&key.e)].concat());
        let bits = tlv(BIT_STRING, &[&[0][..], &pair].concat());
        tlv(SEQUENCE, &[tlv(SEQUENCE, RSA_ENCRYPTION), bits].concat())
    }

    proptest! {
        #[test]
        fn key_reads_back_as_written(n in prop::collection::vec(any::<u8>(), 1..600), top in 1u8..) {
            let mut n = n;
            n[0] = top;
            let key = RsaKey { n, e: vec![1, 0, 1] };
            prop_assert_eq!(parse_rsa_public_key(&spki(&key)), Ok(key));
        }

        #[test]
        fn reader_accepts_any_bytes_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(key) = parse_rsa_public_key(&bytes) {
                prop_assert!(key.n.len() + key.e.len() < bytes.len());
            }
        }

        #[test]
        fn truncated_keys_and_trailing_bytes_are_rejected(cut in 0usize..290) {
            let whole = spki(&RsaKey { n: vec![0x9f; 256], e: vec![1, 0, 1] });
            prop_assert_eq!(parse_rsa_public_key(&whole[..cut.min(whole.len() - 1)]), Err(NotRsa));
            prop_assert_eq!(parse_rsa_public_key(&[&whole[..], &[0]].concat()), Err(NotRsa));
        }
    }

    #[test]
    fn other_algorithms_are_rejected() {
        let mut other = spki(&RsaKey { n: vec![0x9f; 256], e: vec![1, 0, 1] });
        let at = other.windows(2).position(|pair| pair == [0x01, 0x05]).unwrap();
        other[at] = 0x0a; // RSASSA-PSS
        assert_eq!(parse_rsa_public_key(&other), Err(NotRsa));
    }
}
