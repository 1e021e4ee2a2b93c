//! Stub of a browser and its push service (RFC 8030, 8188, 8291 and 8292).

use std::sync::{Arc, Mutex};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hmac,
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Shared secret of browser and sender.
const AUTH: [u8; 16] = [7; 16];

/// Push service with one browser.
#[derive(Clone)]
pub(crate) struct Browser {
    /// URL to which messages are sent.
    pub(crate) endpoint: String,
    key: Arc<PrivateKey>,
    status: Arc<Mutex<StatusCode>>,
    messages: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

impl Browser {
    /// Starts the push service.
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let browser = Self {
            endpoint: format!("http://{}/send/abc", listener.local_addr().unwrap()),
            key: Arc::new(PrivateKey::generate(&ECDH_P256).unwrap()),
            status: Arc::new(Mutex::new(StatusCode::CREATED)),
            messages: Arc::default(),
        };
        let router = Router::new().route("/send/abc", post(receive)).with_state(browser.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        browser
    }

    /// Sets the status of all further answers.
    pub(crate) fn set_status(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// Subscription as the browser returns it.
    pub(crate) fn subscription(&self) -> Value {
        let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(self.public_key()), "auth": URL_SAFE_NO_PAD.encode(AUTH)});
        json!({"endpoint": self.endpoint, "expirationTime": null, "keys": keys})
    }

    /// Number of messages received.
    pub(crate) fn received(&self) -> usize {
        self.messages.lock().unwrap().len()
    }

    /// Decrypted messages, and the headers of the last one.
    pub(crate) fn read(&self) -> (Vec<Value>, HeaderMap) {
        let received = self.messages.lock().unwrap();
        let messages = received.iter().map(|(_, body)| serde_json::from_slice(&self.decrypt(body)).unwrap()).collect();
        (messages, received.last().unwrap().0.clone())
    }

    fn decrypt(&self, body: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        assert_eq!(rest[4], 65, "the sender's key");
        let (theirs, sealed) = rest[5..].split_at(65);
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let secret = agree(&self.key, peer, (), |secret| Ok(secret.to_vec())).unwrap();
        let info = [b"WebPush: info\0".as_slice(), &self.public_key(), theirs].concat();
        let ikm = derive(&AUTH, &secret, &info);
        let key = derive(salt, &ikm, b"Content-Encoding: aes128gcm\0");
        let nonce = derive(salt, &ikm, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).unwrap();
        let mut sealed = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        text.strip_suffix(&[2]).unwrap().to_vec()
    }
}

/// HKDF (RFC 5869) for at most 32 bytes.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Vec<u8> {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret);
    let key = hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref());
    hmac::sign(&key, &[info, &[1]].concat()).as_ref().to_vec()
}

/// Verifies a header `Authorization: vapid t=.., k=..` and returns its key and claims.
pub(crate) fn vapid(header: &str) -> (String, Value) {
    let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let (text, signed) = token.rsplit_once('.').unwrap();
    let point = URL_SAFE_NO_PAD.decode(key).unwrap();
    let signed = URL_SAFE_NO_PAD.decode(signed).unwrap();
    signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text.as_bytes(), &signed).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(text.split_once('.').unwrap().1).unwrap();
    (key.to_owned(), serde_json::from_slice(&claims).unwrap())
}

async fn receive(State(browser): State<Browser>, headers: HeaderMap, body: Bytes) -> StatusCode {
    browser.messages.lock().unwrap().push((headers, body));
    *browser.status.lock().unwrap()
}
