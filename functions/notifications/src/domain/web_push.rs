//! Web Push encryption for one browser (RFC 8291, encoded by RFC 8188) and the sender's token (RFC 8292, VAPID).
//!
//! Pure functions: salt and one-time key are arguments.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

/// Maximum length of a plaintext: push services accept 4096 bytes, less header (86), tag (16) and delimiter (1).
pub const PLAINTEXT_BYTES_MAX: usize = 4096 - 86 - 16 - 1;
/// Record size of the encoding; a message has one record.
const RECORD_BYTES: u32 = 4096;
/// Length of an uncompressed P-256 point.
const POINT_BYTES: usize = 65;
/// Lifetime of a VAPID token, in seconds; RFC 8292 allows at most 24 hours.
const TOKEN_LIFETIME_S: i64 = 12 * 60 * 60;

/// Keys of a browser's push subscription, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Public key of the browser: an uncompressed P-256 point.
    pub p256dh: Vec<u8>,
    /// Shared secret of 16 bytes.
    pub auth: Vec<u8>,
}

impl Keys {
    /// Decodes both keys from base64url, with or without padding.
    ///
    /// # Errors
    /// Name of the invalid key: `p256dh` or `auth`.
    pub fn decode(p256dh: &str, auth: &str) -> Result<Self, &'static str> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let p256dh =
            bytes(p256dh).filter(|point| point.len() == POINT_BYTES && point.first() == Some(&4)).ok_or("p256dh")?;
        aws_lc_rs::agreement::ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, &p256dh))
            .map_err(|_| "p256dh")?;
        let auth = bytes(auth).filter(|auth| auth.len() == 16).ok_or("auth")?;
        Ok(Self { p256dh, auth })
    }
}

/// Number of bytes to derive.
struct OutputLength(usize);

impl KeyType for OutputLength {
    fn len(&self) -> usize {
        self.0
    }
}

/// Bytes derived from a key with HKDF (RFC 5869).
fn hkdf_expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    key.expand(info, OutputLength(N)).ok()?.fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Content key and nonce, derived by both sides (RFC 8291, section 3.4).
fn derive_key_and_nonce(secret: &[u8], theirs: &Keys, ours: &[u8], salt: &[u8; 16]) -> Option<([u8; 16], [u8; 12])> {
    let shared = Salt::new(HKDF_SHA256, &theirs.auth).extract(secret);
    let ikm: [u8; 32] = hkdf_expand(&shared, &[b"WebPush: info\0", &theirs.p256dh, ours])?;
    let key = Salt::new(HKDF_SHA256, salt).extract(&ikm);
    Some((hkdf_expand(&key, &[b"Content-Encoding: aes128gcm\0"])?, hkdf_expand(&key, &[b"Content-Encoding: nonce\0"])?))
}

/// Encrypts a text for one browser. `one_time` and `salt` must not be reused. `None` if the text is too long or a key invalid.
pub fn encrypt(text: &[u8], theirs: &Keys, one_time: &PrivateKey, salt: &[u8; 16]) -> Option<Vec<u8>> {
    if text.len() > PLAINTEXT_BYTES_MAX {
        return None;
    }
    let ours = one_time.compute_public_key().ok()?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, &theirs.p256dh);
    let (key, nonce) =
        agree(one_time, peer, (), |secret| derive_key_and_nonce(secret, theirs, ours.as_ref(), salt).ok_or(())).ok()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    // The delimiter 2 marks the last record.
    let mut sealed = [text, &[2]].concat();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).ok()?;
    let length = u8::try_from(ours.as_ref().len()).ok()?;
    Some([&salt[..], &RECORD_BYTES.to_be_bytes(), &[length], ours.as_ref(), &sealed].concat())
}

/// Signed text of a VAPID token: its first two parts (RFC 8292). `subject` is the contact address for push services.
pub fn vapid_signing_input(origin: &str, subject: &str, now_s: i64) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"aud": origin, "exp": now_s.saturating_add(TOKEN_LIFETIME_S), "sub": subject});
    format!("{}.{}", part(json!({"typ": "JWT", "alg": "ES256"})), part(claims))
}

/// Raw 64-byte signature (RFC 7518) from the DER signature of KMS.
pub fn raw_signature_from_der(der: &[u8]) -> Option<[u8; 64]> {
    let mut rest = der.strip_prefix(&[0x30])?;
    let (&length, numbers) = rest.split_first()?;
    if usize::from(length) != numbers.len() {
        return None;
    }
    rest = numbers;
    let mut signature = [0; 64];
    for half in signature.chunks_exact_mut(32) {
        let (&length, after) = rest.strip_prefix(&[0x02])?.split_first()?;
        let (number, after) = after.split_at_checked(usize::from(length))?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        half.get_mut(32_usize.checked_sub(number.len())?..)?.copy_from_slice(number);
        rest = after;
    }
    rest.is_empty().then_some(signature)
}

/// Point of a P-256 public key in DER (RFC 5480), which has a fixed layout.
pub fn point_from_spki(spki: &[u8]) -> Option<[u8; POINT_BYTES]> {
    const PREFIX: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    spki.strip_prefix(&PREFIX)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, EcdsaKeyPair, KeyPair, UnparsedPublicKey as Verifier,
    };
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn private(text: &str) -> PrivateKey {
        PrivateKey::from_private_key(&ECDH_P256, &bytes(text)).unwrap()
    }

    fn open(message: &[u8], own: &PrivateKey, keys: &Keys) -> Vec<u8> {
        let (salt, rest) = message.split_at(16);
        let (head, rest) = rest.split_at(5);
        assert_eq!(head, [0, 0, 16, 0, 65]);
        let (theirs, sealed) = rest.split_at(65);
        let salt = salt.try_into().unwrap();
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let (key, nonce) =
            agree(own, peer, (), |secret| derive_key_and_nonce(secret, keys, theirs, salt).ok_or(())).unwrap();
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut sealed = sealed.to_vec();
        let text = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).unwrap();
        assert_eq!(text.last(), Some(&2));
        text[..text.len() - 1].to_vec()
    }

    #[test]
    fn example_of_rfc_8291_is_reproduced_byte_for_byte() {
        let keys = Keys::decode(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        let one_time = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = encrypt(text, &keys, &one_time, &salt).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(&sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
        let own = private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
        assert_eq!(open(&sealed, &own, &keys), text);
    }

    #[test]
    fn messages_fit_the_limit_of_push_services() {
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        let keys = Keys { p256dh: own.compute_public_key().unwrap().as_ref().to_vec(), auth: vec![7; 16] };
        let one_time = PrivateKey::generate(&ECDH_P256).unwrap();
        assert_eq!(encrypt(&[b'x'; PLAINTEXT_BYTES_MAX], &keys, &one_time, &[1; 16]).unwrap().len(), 4096);
        assert_eq!(encrypt(&[b'x'; PLAINTEXT_BYTES_MAX + 1], &keys, &one_time, &[1; 16]), None);
    }

    #[test]
    fn invalid_keys_are_refused_by_name() {
        let point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let off_the_curve = URL_SAFE_NO_PAD.encode([[4].as_slice(), &[1; 64]].concat());
        assert!(Keys::decode(&format!("{point}="), "BTBZMqHH6r4Tts7J_aSIgg==").is_ok());
        assert_eq!(Keys::decode(&off_the_curve, "BTBZMqHH6r4Tts7J_aSIgg"), Err("p256dh"));
        assert_eq!(Keys::decode("AAAA", "BTBZMqHH6r4Tts7J_aSIgg"), Err("p256dh"));
        assert_eq!(Keys::decode(point, "AAAA"), Err("auth"));
        assert_eq!(Keys::decode(point, "not base64!"), Err("auth"));
    }

    #[test]
    fn token_names_the_sender_and_verifies_with_the_public_key() {
        let text = vapid_signing_input("https://push.example", "mailto:hr@example.com", 1_000);
        let claims = bytes(text.split_once('.').unwrap().1);
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, json!({"aud": "https://push.example", "exp": 44_200, "sub": "mailto:hr@example.com"}));
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let spki =
            aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(key.public_key()).unwrap();
        let point = point_from_spki(spki.as_ref()).unwrap();
        for _ in 0..50 {
            let der = key.sign(&aws_lc_rs::rand::SystemRandom::new(), text.as_bytes()).unwrap();
            let signature = raw_signature_from_der(der.as_ref()).unwrap();
            Verifier::new(&ECDSA_P256_SHA256_FIXED, point).verify(text.as_bytes(), &signature).unwrap();
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(raw_signature_from_der(&bytes).is_none() || bytes.len() >= 8);
            prop_assert!(point_from_spki(&bytes).is_none() || bytes.len() == 91);
        }
    }
}
