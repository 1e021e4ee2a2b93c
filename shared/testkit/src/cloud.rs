//! A small cloud beside the database: KMS with real keys; a bus, a bucket, a mailbox, telephones and queues that remember.
//! One endpoint for all.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{
    digest,
    encoding::AsDer,
    hmac,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use aws_types::SdkConfig;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    dynamo::sdk_config,
    keys::{NEXT_SIGNING_KEY, SIGNING_KEY, keys},
    outgoing::{self, Mail, OutgoingMessages, Queued},
};

/// KMS key for keyed digests (HMAC-SHA256).
pub const MAC_KEY: &str = "11111111-0000-4000-8000-000000000003";
/// KMS key that signs audit seals (ECDSA P-256).
pub const SEAL_KEY: &str = "11111111-0000-4000-8000-000000000004";

/// One object in the bucket stub.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its bytes.
    pub body: Vec<u8>,
    /// The headers that it was put with, lower case.
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct StubState {
    events: Vec<Value>,
    refused_entries: usize,
    broken: Vec<String>,
    script: Vec<(String, u16, Value)>,
    objects: BTreeMap<String, Object>,
    calls: Vec<String>,
    post: OutgoingMessages,
    silent: Vec<String>,
}

/// The stubs of one test.
#[derive(Debug, Clone)]
pub struct StubCloud {
    /// Where they listen.
    pub endpoint: String,
    memory: Arc<Mutex<StubState>>,
}

/// Starts the stubs in this process. They end with the test.
///
/// # Panics
/// When no port can be had.
#[expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test helper; the server lives beside the test")]
pub async fn cloud() -> StubCloud {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let cloud = StubCloud { endpoint, memory: Arc::default() };
    let router = Router::new().fallback(answer).with_state(cloud.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
    cloud
}

impl StubCloud {
    /// The configuration for any client of these stubs.
    pub fn config(&self) -> SdkConfig {
        sdk_config(&self.endpoint)
    }

    /// Every entry that the bus has taken, with `Source`, `DetailType`, `Detail` (parsed), `Resources`, `EventBusName`.
    pub fn events(&self) -> Vec<Value> {
        self.memory().events.clone()
    }

    /// The bus refuses the next so many entries, one by one, as it does when it is throttled.
    pub fn refuse_entries(&self, entries: usize) {
        self.memory().refused_entries = entries;
    }

    /// Every mail that SES has taken, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.memory().post.mails.clone()
    }

    /// Every text message that SNS has taken: number and text.
    pub fn texts(&self) -> Vec<(String, String)> {
        self.memory().post.texts.clone()
    }

    /// Takes the messages out of all queues, in order.
    pub fn take_queued(&self) -> Vec<Queued> {
        std::mem::take(&mut self.memory().post.queued)
    }

    /// Every call whose target begins so is done, and never answered, until [`Cloud::mend`].
    pub fn drop_responses(&self, target: &str) {
        self.memory().silent.push(target.to_owned());
    }

    /// Every call whose target begins so (`TrentService.Sign`, `AWSEvents`, `S3`, `SES`, `SNS`, `AmazonSQS`) is answered with
    /// 500 until [`Cloud::mend`].
    pub fn fail_calls(&self, target: &str) {
        self.memory().broken.push(target.to_owned());
    }

    /// The next call with this target gets this answer, whatever it asks; several are given in their order. SES and SNS refuse by
    /// `code` and `message`.
    pub fn answer_next(&self, target: &str, status: u16, body: Value) {
        self.memory().script.push((target.to_owned(), status, body));
    }

    /// Everything works again.
    pub fn recover(&self) {
        let mut memory = self.memory();
        memory.broken.clear();
        memory.silent.clear();
    }

    /// The targets of all calls so far, in order.
    pub fn calls(&self) -> Vec<String> {
        self.memory().calls.clone()
    }

    /// An object by `bucket/key`.
    pub fn object(&self, path: &str) -> Option<Object> {
        self.memory().objects.get(path).cloned()
    }

    /// The paths (`bucket/key`) of all objects, sorted.
    pub fn objects(&self) -> Vec<String> {
        self.memory().objects.keys().cloned().collect()
    }

    fn memory(&self) -> MutexGuard<'_, StubState> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(cloud): State<StubCloud>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).map(str::to_owned);
    let query = outgoing::query_name(&headers, &body);
    let name = target.clone().or_else(|| query.clone()).unwrap_or_else(|| format!("S3.{method}"));
    {
        let mut memory = cloud.memory();
        memory.calls.push(name.clone());
        if memory.broken.iter().any(|broken| name.starts_with(broken.as_str())) {
            return (StatusCode::INTERNAL_SERVER_ERROR, [("x-amzn-errortype", "InternalFailure")], "{}")
                .into_response();
        }
        if let Some(at) = memory.script.iter().position(|(target, _, _)| *target == name) {
            let (_, status, body) = memory.script.remove(at);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if query.is_some() {
                let said = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                return outgoing::xml_refusal(status, &said("code"), &said("message"));
            }
            return (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response();
        }
    }
    if let Some(query) = query {
        let taken = outgoing::query(&query, &body, &mut cloud.memory().post);
        let silent = cloud.memory().silent.iter().any(|silent| query.starts_with(silent.as_str()));
        if silent {
            tokio::time::sleep(outgoing::NEVER).await;
        }
        return taken;
    }
    let Some(target) = target else { return bucket(&cloud, &method, &uri, &headers, &body) };
    let input: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answered = match target.as_str() {
        "TrentService.Sign" => sign(&input),
        "TrentService.GetPublicKey" => public_key(&input),
        "TrentService.GenerateMac" => generate_mac(&input),
        "TrentService.VerifyMac" => verify_mac(&input),
        "AWSEvents.PutEvents" => Ok(put_events(&cloud, &input)),
        "AmazonSQS.SendMessage" | "AmazonSQS.SendMessageBatch" => {
            Ok(outgoing::send_messages(&input, &mut cloud.memory().post))
        }
        _ => Err("UnknownOperationException"),
    };
    let (status, body) = match answered {
        Ok(body) => (StatusCode::OK, body),
        Err(kind) => (StatusCode::BAD_REQUEST, json!({"__type": kind, "message": kind})),
    };
    (status, [("content-type", "application/x-amz-json-1.1")], body.to_string()).into_response()
}

type Answer = Result<Value, &'static str>;

/// The key id at the end of an id, an ARN or an alias.
fn key_id(input: &Value) -> &str {
    let id = input.get("KeyId").and_then(Value::as_str).unwrap_or_default();
    id.rsplit('/').next().unwrap_or_default()
}

fn bytes(input: &Value, name: &str) -> Result<Vec<u8>, &'static str> {
    let text = input.get(name).and_then(Value::as_str).ok_or("ValidationException")?;
    STANDARD.decode(text).map_err(|_| "ValidationException")
}

fn rsa(id: &str) -> Option<&'static RsaKeyPair> {
    match id {
        SIGNING_KEY => Some(&keys().signing),
        NEXT_SIGNING_KEY => Some(&keys().next),
        _ => None,
    }
}

fn sign(input: &Value) -> Answer {
    let message = bytes(input, "Message")?;
    let algorithm = input.get("SigningAlgorithm").and_then(Value::as_str).unwrap_or_default();
    let digested = input.get("MessageType").and_then(Value::as_str) == Some("DIGEST");
    let digest = if digested {
        digest::Digest::import_less_safe(&message, &digest::SHA256).map_err(|_| "ValidationException")?
    } else if message.len() > 4096 {
        return Err("ValidationException");
    } else {
        digest::digest(&digest::SHA256, &message)
    };
    let signature = match (key_id(input), algorithm) {
        (SEAL_KEY, "ECDSA_SHA_256") => {
            keys().seal.sign_digest(&digest).map_err(|_| "KMSInternalException")?.as_ref().to_vec()
        }
        (id, "RSASSA_PKCS1_V1_5_SHA_256") => {
            let key = rsa(id).ok_or("NotFoundException")?;
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).map_err(|_| "KMSInternalException")?;
            signature
        }
        (SEAL_KEY | SIGNING_KEY | NEXT_SIGNING_KEY | MAC_KEY, _) => return Err("InvalidKeyUsageException"),
        _ => return Err("NotFoundException"),
    };
    Ok(json!({"KeyId": arn(key_id(input)), "Signature": STANDARD.encode(signature), "SigningAlgorithm": algorithm}))
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:000000000000:key/{id}")
}

fn public_key(input: &Value) -> Answer {
    let failed = |_| "KMSInternalException";
    let (der, spec, algorithms) = match key_id(input) {
        SEAL_KEY => {
            let der = keys().seal.public_key().as_der().map_err(failed)?.as_ref().to_vec();
            (der, "ECC_NIST_P256", json!(["ECDSA_SHA_256"]))
        }
        id => {
            let key = rsa(id).ok_or("NotFoundException")?;
            let der = key.public_key().as_der().map_err(failed)?.as_ref().to_vec();
            (der, "RSA_2048", json!(["RSASSA_PKCS1_V1_5_SHA_256"]))
        }
    };
    Ok(json!({
        "KeyId": arn(key_id(input)),
        "PublicKey": STANDARD.encode(der),
        "KeySpec": spec,
        "CustomerMasterKeySpec": spec,
        "KeyUsage": "SIGN_VERIFY",
        "SigningAlgorithms": algorithms,
    }))
}

fn generate_mac(input: &Value) -> Answer {
    if key_id(input) != MAC_KEY {
        return Err("NotFoundException");
    }
    let tag = hmac::sign(&keys().mac, &bytes(input, "Message")?);
    Ok(json!({"KeyId": arn(MAC_KEY), "Mac": STANDARD.encode(tag.as_ref()), "MacAlgorithm": "HMAC_SHA_256"}))
}

fn verify_mac(input: &Value) -> Answer {
    if key_id(input) != MAC_KEY {
        return Err("NotFoundException");
    }
    hmac::verify(&keys().mac, &bytes(input, "Message")?, &bytes(input, "Mac")?)
        .map_err(|_| "KMSInvalidMacException")?;
    Ok(json!({"KeyId": arn(MAC_KEY), "MacValid": true, "MacAlgorithm": "HMAC_SHA_256"}))
}

/// Takes entries in order; those to be refused are answered with an error code each, as the real bus does.
fn put_events(cloud: &StubCloud, input: &Value) -> Value {
    let mut memory = cloud.memory();
    let entries = input.get("Entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut answers = Vec::new();
    let mut failed = 0_usize;
    for mut entry in entries {
        if memory.refused_entries > 0 {
            memory.refused_entries -= 1;
            failed += 1;
            answers.push(json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}));
            continue;
        }
        let detail = entry.get("Detail").and_then(Value::as_str).map(serde_json::from_str::<Value>);
        if let (Some(Ok(detail)), Some(slot)) = (detail, entry.get_mut("Detail")) {
            *slot = detail;
        }
        answers.push(json!({"EventId": format!("{:08}", memory.events.len())}));
        memory.events.push(entry);
    }
    json!({"FailedEntryCount": failed, "Entries": answers})
}

fn bucket(cloud: &StubCloud, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    let mut memory = cloud.memory();
    if *method == Method::PUT {
        let conditional = headers.get("if-none-match").is_some_and(|value| value == "*");
        if conditional && memory.objects.contains_key(&path) {
            return xml_error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        let known = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let object = Object { body: body.to_vec(), headers: headers.iter().filter_map(known).collect() };
        memory.objects.insert(path, object);
        return (StatusCode::OK, [("etag", "\"test\"")]).into_response();
    }
    if uri.query().is_some_and(|query| query.contains("list-type=2")) {
        return list(&memory, &path, uri.query().unwrap_or_default());
    }
    match memory.objects.get(&path) {
        Some(object) => (StatusCode::OK, object.body.clone()).into_response(),
        None => xml_error(StatusCode::NOT_FOUND, "NoSuchKey"),
    }
}

fn list(memory: &StubState, bucket: &str, query: &str) -> Response {
    let parameter = |name: &str| {
        let prefix = format!("{name}=");
        query.split('&').find_map(|part| part.strip_prefix(&prefix)).map(|text| text.replace("%2F", "/"))
    };
    let prefix = parameter("prefix").unwrap_or_default();
    let after = parameter("start-after").unwrap_or_default();
    let bucket = bucket.trim_end_matches('/');
    let root = format!("{bucket}/");
    let found = memory.objects.iter().filter_map(|(path, object)| Some((path.strip_prefix(&root)?, object)));
    let contents: String = found
        .filter(|(key, _)| key.starts_with(&prefix) && *key > after.as_str())
        .map(|(key, object)| format!("<Contents><Key>{key}</Key><Size>{}</Size></Contents>", object.body.len()))
        .collect();
    let body =
        format!("<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>");
    (StatusCode::OK, [("content-type", "application/xml")], body).into_response()
}

fn xml_error(status: StatusCode, code: &str) -> Response {
    let body = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [("content-type", "application/xml")], body).into_response()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    #[test]
    fn what_the_stub_signs_verifies_under_the_key_it_publishes() {
        let input = json!({"KeyId": SIGNING_KEY, "Message": STANDARD.encode("text"), "MessageType": "RAW",
            "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"});
        let signature = bytes(&sign(&input).unwrap(), "Signature").unwrap();
        let key = bytes(&public_key(&input).unwrap(), "PublicKey").unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(b"text", &signature).unwrap();
    }
}
