//! Stubs of KMS (with real keys), EventBridge, S3, SES, SNS and SQS behind one endpoint. They record what they receive.

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

/// KMS key for message authentication codes (HMAC-SHA256).
pub const MAC_KEY: &str = "11111111-0000-4000-8000-000000000003";
/// KMS key that signs audit seals (ECDSA P-256).
pub const SEAL_KEY: &str = "11111111-0000-4000-8000-000000000004";

/// Object in the stub of S3.
#[derive(Debug, Clone)]
pub struct Object {
    /// Content of the object.
    pub body: Vec<u8>,
    /// Request headers of the upload, with lower-case names.
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct StubState {
    events: Vec<Value>,
    refused_entries: usize,
    failing: Vec<String>,
    script: Vec<(String, u16, Value)>,
    objects: BTreeMap<String, Object>,
    calls: Vec<String>,
    outgoing: OutgoingMessages,
    dropped_responses: Vec<String>,
}

/// Stubs of one test. Clones share their state.
#[derive(Debug, Clone)]
pub struct StubCloud {
    /// Endpoint of all stubs: `http://127.0.0.1:<port>`.
    pub endpoint: String,
    state: Arc<Mutex<StubState>>,
}

/// Starts the stubs in this process. They end with the test.
///
/// # Panics
/// If no port is free.
#[expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test helper; the server lives beside the test")]
pub async fn cloud() -> StubCloud {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let cloud = StubCloud { endpoint, state: Arc::default() };
    let router = Router::new().fallback(answer).with_state(cloud.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
    cloud
}

impl StubCloud {
    /// Configuration for a client of these stubs.
    pub fn config(&self) -> SdkConfig {
        sdk_config(&self.endpoint)
    }

    /// Entries accepted by the event bus, with `Source`, `DetailType`, `Detail` (parsed), `Resources` and `EventBusName`.
    pub fn events(&self) -> Vec<Value> {
        self.state().events.clone()
    }

    /// Refuses the next `count` entries for the event bus, and accepts the others of a request, as EventBridge does when it
    /// throttles.
    pub fn refuse_next_events(&self, count: usize) {
        self.state().refused_entries = count;
    }

    /// Mails accepted by SES, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.state().outgoing.mails.clone()
    }

    /// Text messages accepted by SNS in order, each with its telephone number and text.
    pub fn text_messages(&self) -> Vec<(String, String)> {
        self.state().outgoing.texts.clone()
    }

    /// Removes and returns the messages of all queues, in order.
    pub fn take_queued(&self) -> Vec<Queued> {
        std::mem::take(&mut self.state().outgoing.queued)
    }

    /// Applies calls to SES and SNS whose target has this prefix, but never responds, until [`StubCloud::recover`].
    pub fn drop_responses(&self, target_prefix: &str) {
        self.state().dropped_responses.push(target_prefix.to_owned());
    }

    /// Responds with 500 to calls whose target has this prefix (`TrentService.Sign`, `AWSEvents`, `S3`, `SES`, `SNS`,
    /// `AmazonSQS`), until [`StubCloud::recover`].
    pub fn fail_calls(&self, target_prefix: &str) {
        self.state().failing.push(target_prefix.to_owned());
    }

    /// Scripts the response to the next call with exactly this target. Several responses are used in order. For SES and SNS the
    /// response is an error, whose `code` and `message` are in the body.
    pub fn answer_next(&self, target: &str, status: u16, body: Value) {
        self.state().script.push((target.to_owned(), status, body));
    }

    /// Ends the outages of [`StubCloud::fail_calls`] and [`StubCloud::drop_responses`].
    pub fn recover(&self) {
        let mut state = self.state();
        state.failing.clear();
        state.dropped_responses.clear();
    }

    /// Targets of all calls so far, in order, such as `TrentService.Sign` or `S3.PUT`.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Object with the path `bucket/key`; `None` if it was never stored.
    pub fn object(&self, path: &str) -> Option<Object> {
        self.state().objects.get(path).cloned()
    }

    /// Paths (`bucket/key`) of all objects, sorted.
    pub fn object_paths(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, StubState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a call to any of the stubs.
async fn answer(State(cloud): State<StubCloud>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).map(str::to_owned);
    let query = outgoing::query_target(&headers, &body);
    let name = target.clone().or_else(|| query.clone()).unwrap_or_else(|| format!("S3.{method}"));
    {
        let mut state = cloud.state();
        state.calls.push(name.clone());
        if state.failing.iter().any(|prefix| name.starts_with(prefix.as_str())) {
            return (StatusCode::INTERNAL_SERVER_ERROR, [("x-amzn-errortype", "InternalFailure")], "{}")
                .into_response();
        }
        if let Some(at) = state.script.iter().position(|(target, _, _)| *target == name) {
            let (_, status, body) = state.script.remove(at);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if query.is_some() {
                let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                return outgoing::xml_error_response(status, &text("code"), &text("message"));
            }
            return (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response();
        }
    }
    if let Some(query) = query {
        let response = outgoing::answer_query(&query, &body, &mut cloud.state().outgoing);
        let is_dropped = cloud.state().dropped_responses.iter().any(|prefix| query.starts_with(prefix.as_str()));
        if is_dropped {
            tokio::time::sleep(outgoing::NEVER).await;
        }
        return response;
    }
    let Some(target) = target else { return answer_s3(&cloud, &method, &uri, &headers, &body) };
    let input: Value = serde_json::from_slice(&body).unwrap_or_default();
    let result = match target.as_str() {
        "TrentService.Sign" => sign(&input),
        "TrentService.GetPublicKey" => public_key(&input),
        "TrentService.GenerateMac" => generate_mac(&input),
        "TrentService.VerifyMac" => verify_mac(&input),
        "AWSEvents.PutEvents" => Ok(put_events(&cloud, &input)),
        "AmazonSQS.SendMessage" | "AmazonSQS.SendMessageBatch" => {
            Ok(outgoing::record_queue_messages(&input, &mut cloud.state().outgoing))
        }
        _ => Err("UnknownOperationException"),
    };
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(kind) => (StatusCode::BAD_REQUEST, json!({"__type": kind, "message": kind})),
    };
    (status, [("content-type", "application/x-amz-json-1.1")], body.to_string()).into_response()
}

type KmsResult = Result<Value, &'static str>;

/// Key id at the end of an id, an ARN or an alias.
fn key_id(input: &Value) -> &str {
    let id = input.get("KeyId").and_then(Value::as_str).unwrap_or_default();
    id.rsplit('/').next().unwrap_or_default()
}

/// Bytes of a base64 member of a KMS request.
fn decode_bytes(input: &Value, name: &str) -> Result<Vec<u8>, &'static str> {
    let text = input.get(name).and_then(Value::as_str).ok_or("ValidationException")?;
    STANDARD.decode(text).map_err(|_| "ValidationException")
}

/// RSA key with this KMS key id.
fn rsa_key(id: &str) -> Option<&'static RsaKeyPair> {
    match id {
        SIGNING_KEY => Some(&keys().signing),
        NEXT_SIGNING_KEY => Some(&keys().next),
        _ => None,
    }
}

fn sign(input: &Value) -> KmsResult {
    let message = decode_bytes(input, "Message")?;
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
            let key = rsa_key(id).ok_or("NotFoundException")?;
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).map_err(|_| "KMSInternalException")?;
            signature
        }
        (SEAL_KEY | SIGNING_KEY | NEXT_SIGNING_KEY | MAC_KEY, _) => return Err("InvalidKeyUsageException"),
        _ => return Err("NotFoundException"),
    };
    Ok(json!({"KeyId": key_arn(key_id(input)), "Signature": STANDARD.encode(signature), "SigningAlgorithm": algorithm}))
}

fn key_arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:000000000000:key/{id}")
}

fn public_key(input: &Value) -> KmsResult {
    let failed = |_| "KMSInternalException";
    let (der, spec, algorithms) = match key_id(input) {
        SEAL_KEY => {
            let der = keys().seal.public_key().as_der().map_err(failed)?.as_ref().to_vec();
            (der, "ECC_NIST_P256", json!(["ECDSA_SHA_256"]))
        }
        id => {
            let key = rsa_key(id).ok_or("NotFoundException")?;
            let der = key.public_key().as_der().map_err(failed)?.as_ref().to_vec();
            (der, "RSA_2048", json!(["RSASSA_PKCS1_V1_5_SHA_256"]))
        }
    };
    Ok(json!({
        "KeyId": key_arn(key_id(input)),
        "PublicKey": STANDARD.encode(der),
        "KeySpec": spec,
        "CustomerMasterKeySpec": spec,
        "KeyUsage": "SIGN_VERIFY",
        "SigningAlgorithms": algorithms,
    }))
}

fn generate_mac(input: &Value) -> KmsResult {
    if key_id(input) != MAC_KEY {
        return Err("NotFoundException");
    }
    let tag = hmac::sign(&keys().mac, &decode_bytes(input, "Message")?);
    Ok(json!({"KeyId": key_arn(MAC_KEY), "Mac": STANDARD.encode(tag.as_ref()), "MacAlgorithm": "HMAC_SHA_256"}))
}

fn verify_mac(input: &Value) -> KmsResult {
    if key_id(input) != MAC_KEY {
        return Err("NotFoundException");
    }
    hmac::verify(&keys().mac, &decode_bytes(input, "Message")?, &decode_bytes(input, "Mac")?)
        .map_err(|_| "KMSInvalidMacException")?;
    Ok(json!({"KeyId": key_arn(MAC_KEY), "MacValid": true, "MacAlgorithm": "HMAC_SHA_256"}))
}

/// Accepts entries in order. A refused entry gets an error code of its own, as in EventBridge.
fn put_events(cloud: &StubCloud, input: &Value) -> Value {
    let mut state = cloud.state();
    let entries = input.get("Entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut answers = Vec::new();
    let mut failed = 0_usize;
    for mut entry in entries {
        if state.refused_entries > 0 {
            state.refused_entries -= 1;
            failed += 1;
            answers.push(json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}));
            continue;
        }
        let detail = entry.get("Detail").and_then(Value::as_str).map(serde_json::from_str::<Value>);
        if let (Some(Ok(detail)), Some(slot)) = (detail, entry.get_mut("Detail")) {
            *slot = detail;
        }
        answers.push(json!({"EventId": format!("{:08}", state.events.len())}));
        state.events.push(entry);
    }
    json!({"FailedEntryCount": failed, "Entries": answers})
}

fn answer_s3(cloud: &StubCloud, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    let mut state = cloud.state();
    if *method == Method::PUT {
        let conditional = headers.get("if-none-match").is_some_and(|value| value == "*");
        if conditional && state.objects.contains_key(&path) {
            return s3_error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        let known = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let object = Object { body: body.to_vec(), headers: headers.iter().filter_map(known).collect() };
        state.objects.insert(path, object);
        return (StatusCode::OK, [("etag", "\"test\"")]).into_response();
    }
    if uri.query().is_some_and(|query| query.contains("list-type=2")) {
        return list_objects(&state, &path, uri.query().unwrap_or_default());
    }
    match state.objects.get(&path) {
        Some(object) => (StatusCode::OK, object.body.clone()).into_response(),
        None => s3_error(StatusCode::NOT_FOUND, "NoSuchKey"),
    }
}

fn list_objects(state: &StubState, bucket: &str, query: &str) -> Response {
    let parameter = |name: &str| {
        let prefix = format!("{name}=");
        query.split('&').find_map(|part| part.strip_prefix(&prefix)).map(|text| text.replace("%2F", "/"))
    };
    let prefix = parameter("prefix").unwrap_or_default();
    let after = parameter("start-after").unwrap_or_default();
    let bucket = bucket.trim_end_matches('/');
    let root = format!("{bucket}/");
    let objects = state.objects.iter().filter_map(|(path, object)| Some((path.strip_prefix(&root)?, object)));
    let contents: String = objects
        .filter(|(key, _)| key.starts_with(&prefix) && *key > after.as_str())
        .map(|(key, object)| format!("<Contents><Key>{key}</Key><Size>{}</Size></Contents>", object.body.len()))
        .collect();
    let body =
        format!("<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>");
    (StatusCode::OK, [("content-type", "application/xml")], body).into_response()
}

fn s3_error(status: StatusCode, code: &str) -> Response {
    let body = format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [("content-type", "application/xml")], body).into_response()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    #[test]
    fn signatures_verify_with_the_published_key() {
        let input = json!({"KeyId": SIGNING_KEY, "Message": STANDARD.encode("text"), "MessageType": "RAW",
            "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"});
        let signature = decode_bytes(&sign(&input).unwrap(), "Signature").unwrap();
        let key = decode_bytes(&public_key(&input).unwrap(), "PublicKey").unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(b"text", &signature).unwrap();
    }
}
