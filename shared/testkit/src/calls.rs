//! What is asked of the database: every call with its time and, where wanted, the capacity it consumed.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use aws_types::SdkConfig;
use serde_json::{Value, json};

/// One call to DynamoDB.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GetItem`, `TransactWriteItems`.
    pub operation: String,
    /// When it was sent.
    pub began: Instant,
    /// When its answer was there.
    pub ended: Instant,
    /// HTTP status of the answer.
    pub status: u16,
    /// Consumed capacity in half units, the smallest that there is; 0 unless [`Calls::weigh`] was asked for.
    pub half_units: u64,
}

impl Call {
    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self.operation.as_str(), "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems")
    }
}

/// The calls of one client, in the order in which they were sent. Clones see the same calls.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    calls: Mutex<Vec<Call>>,
    weighed: AtomicBool,
    end: Mutex<Option<CrashPoint>>,
}

/// When a process ends.
#[derive(Debug, Clone, Copy)]
struct CrashPoint {
    /// After so many calls more.
    left: usize,
    /// Whether the call at which it ends still reaches the database; its answer reaches nobody.
    last_call_applied: bool,
}

/// What becomes of a call.
enum CallEffect {
    Answered,
    Unheard,
    Unsent,
}

impl Calls {
    /// The same configuration, its calls seen here.
    ///
    /// # Panics
    /// When the configuration has no HTTP client.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub fn instrument(&self, config: &SdkConfig) -> SdkConfig {
        let inner = config.http_client().expect("a client of HTTP");
        config.to_builder().http_client(self.watched(inner)).build()
    }

    fn watched(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let seen = self.clone();
        http_client_fn(move |settings, components| {
            let (inner, seen) = (inner.http_connector(settings, components), seen.clone());
            SharedHttpConnector::new(Watched { inner, seen })
        })
    }

    /// From now on the database tells what each call consumed.
    pub fn measure_capacity(&self) {
        self.0.weighed.store(true, Ordering::Relaxed);
    }

    /// The process ends at the call after so many: that one reaches the database and is not heard of, or does not reach it. All
    /// later ones fail, until [`Calls::begin_again`].
    pub fn crash_after(&self, calls: usize, reaches: bool) {
        *self.0.end.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(CrashPoint { left: calls, last_call_applied: reaches });
    }

    /// A new process: calls are answered again.
    pub fn restart(&self) {
        *self.0.end.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn fate(&self) -> CallEffect {
        let mut end = self.0.end.lock().unwrap_or_else(PoisonError::into_inner);
        match end.as_mut() {
            None => CallEffect::Answered,
            Some(CrashPoint { left, .. }) if *left > 0 => {
                *left -= 1;
                CallEffect::Answered
            }
            Some(CrashPoint { last_call_applied: reaches, .. }) => {
                if std::mem::take(reaches) {
                    CallEffect::Unheard
                } else {
                    CallEffect::Unsent
                }
            }
        }
    }

    /// Forgets what was seen.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Everything seen since then.
    pub fn recorded(&self) -> Vec<Call> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one waited for an answer: calls that overlap are one round trip.
pub fn round_trips<'a>(calls: impl IntoIterator<Item = &'a Call>) -> usize {
    let mut spans: Vec<_> = calls.into_iter().map(|call| (call.ended, call.began)).collect();
    spans.sort_unstable();
    let (mut until, mut waits) = (None, 0);
    for (ended, began) in spans {
        if until.is_none_or(|until| began >= until) {
            (until, waits) = (Some(ended), waits + 1);
        }
    }
    waits
}

#[derive(Debug)]
struct Watched {
    inner: SharedHttpConnector,
    seen: Calls,
}

impl HttpConnector for Watched {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let weighed = self.seen.0.weighed.load(Ordering::Relaxed);
        if weighed {
            ask_for_capacity(&mut request);
        }
        let (seen, began, fate) = (self.seen.clone(), Instant::now(), self.seen.fate());
        let ended = || ConnectorError::io("the process has ended".into());
        if let CallEffect::Unsent = fate {
            return HttpConnectorFuture::ready(Err(ended()));
        }
        let answered = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answered.await?;
            if let CallEffect::Unheard = fate {
                return Err(ended());
            }
            let half_units = if weighed { consumed(&mut response).await? } else { 0 };
            let status = response.status().as_u16();
            seen.lock().push(Call { operation, began, ended: Instant::now(), status, half_units });
            Ok(response)
        })
    }
}

fn ask_for_capacity(request: &mut HttpRequest) {
    let body = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let Some(Value::Object(mut input)) = body else { return };
    input.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    let body = Value::Object(input).to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

/// Reads what the answer says of capacity, and puts the answer back together.
async fn consumed(response: &mut HttpResponse) -> Result<u64, ConnectorError> {
    let body = ByteStream::new(response.take_body()).collect().await;
    let bytes = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    *response.body_mut() = SdkBody::from(bytes);
    Ok(half_units(&answer))
}

/// The capacity that an answer says was consumed, in half units; 0 where it says nothing of it.
pub fn half_units(answer: &Value) -> u64 {
    let told = answer.get("ConsumedCapacity").cloned().unwrap_or_default();
    let tables = told.as_array().cloned().unwrap_or_else(|| vec![told]);
    tables.iter().filter_map(|table| halves(table.get("CapacityUnits")?)).sum()
}

/// `2.5` as 5; the database counts in halves.
fn halves(number: &Value) -> Option<u64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    Some(whole.parse::<u64>().ok()?.saturating_mul(2).saturating_add(u64::from(part.starts_with('5'))))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn calls_that_overlap_are_one_round_trip() {
        let zero = Instant::now();
        let call = |began: u64, ended: u64| Call {
            operation: "GetItem".to_owned(),
            began: zero + Duration::from_millis(began),
            ended: zero + Duration::from_millis(ended),
            status: 200,
            half_units: 1,
        };
        assert_eq!(round_trips(&[]), 0);
        assert_eq!(round_trips(&[call(0, 5), call(1, 9), call(2, 3)]), 1, "all at once");
        assert_eq!(round_trips(&[call(0, 5), call(5, 9)]), 2, "one after the other");
        assert_eq!(round_trips(&[call(0, 9), call(1, 3), call(4, 8)]), 2, "the longest chain of waits");
    }

    #[test]
    fn capacity_is_counted_in_halves() {
        for (told, expected) in [(json!(0.5), 1), (json!(1.0), 2), (json!(2.5), 5), (json!(4), 8)] {
            assert_eq!(halves(&told), Some(expected));
            assert_eq!(half_units(&json!({"ConsumedCapacity": [{"CapacityUnits": told}]})), expected);
        }
        assert_eq!(half_units(&json!({})), 0);
    }
}
