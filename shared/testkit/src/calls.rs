//! Recorder of database calls with their times and, on request, the consumed capacity. It can also simulate a crash.

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

/// Recorded call to DynamoDB.
#[derive(Debug, Clone)]
pub struct Call {
    /// Operation, such as `GetItem`.
    pub operation: String,
    /// Time at which the call was sent.
    pub began: Instant,
    /// Time at which the response was complete.
    pub ended: Instant,
    /// HTTP status of the response.
    pub status: u16,
    /// Consumed capacity in half units, the smallest unit; 0 without [`Calls::measure_capacity`].
    pub half_units: u64,
}

impl Call {
    /// Whether the call only reads.
    pub fn is_read(&self) -> bool {
        matches!(self.operation.as_str(), "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems")
    }
}

/// Recorded calls of one client that were answered, in the order of the responses. Clones share the record.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Recorder>);

#[derive(Debug, Default)]
struct Recorder {
    calls: Mutex<Vec<Call>>,
    measures_capacity: AtomicBool,
    crash: Mutex<Option<CrashPoint>>,
}

/// Position of a simulated crash.
#[derive(Debug, Clone, Copy)]
struct CrashPoint {
    /// Number of calls that are still answered before the crash.
    left: usize,
    /// Whether the last call is still applied by the database; its response is lost.
    last_call_applied: bool,
}

/// Effect of a call in a simulated crash.
enum CallEffect {
    Answered,
    ResponseLost,
    NotSent,
}

impl Calls {
    /// Configuration like this one, whose calls are recorded here.
    ///
    /// # Panics
    /// If the configuration has no HTTP client.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub fn instrument(&self, config: &SdkConfig) -> SdkConfig {
        let inner = config.http_client().expect("an HTTP client");
        config.to_builder().http_client(self.recording_client(inner)).build()
    }

    fn recording_client(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let recorder = self.clone();
        http_client_fn(move |settings, components| {
            let (inner, recorder) = (inner.http_connector(settings, components), recorder.clone());
            SharedHttpConnector::new(RecordingConnector { inner, recorder })
        })
    }

    /// Records the consumed capacity of all later calls.
    pub fn measure_capacity(&self) {
        self.0.measures_capacity.store(true, Ordering::Relaxed);
    }

    /// Simulates a crash at the call after `calls` more calls. That call is applied and its response lost, or it is not sent.
    /// All later calls fail until [`Calls::end_crash`].
    pub fn crash_after(&self, calls: usize, last_call_applied: bool) {
        *self.0.crash.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(CrashPoint { left: calls, last_call_applied });
    }

    /// Ends the simulated crash: later calls are answered again.
    pub fn end_crash(&self) {
        *self.0.crash.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Effect of the next call; counts the call.
    fn take_next_effect(&self) -> CallEffect {
        let mut crash = self.0.crash.lock().unwrap_or_else(PoisonError::into_inner);
        match crash.as_mut() {
            None => CallEffect::Answered,
            Some(CrashPoint { left, .. }) if *left > 0 => {
                *left -= 1;
                CallEffect::Answered
            }
            Some(CrashPoint { last_call_applied, .. }) => {
                if std::mem::take(last_call_applied) {
                    CallEffect::ResponseLost
                } else {
                    CallEffect::NotSent
                }
            }
        }
    }

    /// Removes the recorded calls.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Answered calls since the last [`Calls::clear`], in the order of their responses.
    pub fn recorded(&self) -> Vec<Call> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Number of round trips: the longest chain of calls of which each began after the end of the one before.
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
struct RecordingConnector {
    inner: SharedHttpConnector,
    recorder: Calls,
}

impl HttpConnector for RecordingConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let measures_capacity = self.recorder.0.measures_capacity.load(Ordering::Relaxed);
        if measures_capacity {
            ask_for_capacity(&mut request);
        }
        let (recorder, began, effect) = (self.recorder.clone(), Instant::now(), self.recorder.take_next_effect());
        let crashed = || ConnectorError::io("simulated crash".into());
        if let CallEffect::NotSent = effect {
            return HttpConnectorFuture::ready(Err(crashed()));
        }
        let answered = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answered.await?;
            if let CallEffect::ResponseLost = effect {
                return Err(crashed());
            }
            let half_units = if measures_capacity { read_half_units(&mut response).await? } else { 0 };
            let status = response.status().as_u16();
            recorder.lock().push(Call { operation, began, ended: Instant::now(), status, half_units });
            Ok(response)
        })
    }
}

/// Adds the demand for the consumed capacity to a request to DynamoDB.
fn ask_for_capacity(request: &mut HttpRequest) {
    let body = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let Some(Value::Object(mut input)) = body else { return };
    input.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    let body = Value::Object(input).to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

/// Reads the consumed capacity from a response, and restores its body.
async fn read_half_units(response: &mut HttpResponse) -> Result<u64, ConnectorError> {
    let body = ByteStream::new(response.take_body()).collect().await;
    let bytes = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    *response.body_mut() = SdkBody::from(bytes);
    Ok(consumed_half_units(&answer))
}

/// Consumed capacity in a response of DynamoDB, in half units, summed over its tables; 0 if the response has none.
pub fn consumed_half_units(answer: &Value) -> u64 {
    let capacity = answer.get("ConsumedCapacity").cloned().unwrap_or_default();
    let tables = capacity.as_array().cloned().unwrap_or_else(|| vec![capacity]);
    tables.iter().filter_map(|table| parse_half_units(table.get("CapacityUnits")?)).sum()
}

/// Number of half units: 5 for `2.5`.
fn parse_half_units(number: &Value) -> Option<u64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    Some(whole.parse::<u64>().ok()?.saturating_mul(2).saturating_add(u64::from(part.starts_with('5'))))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn overlapping_calls_are_one_round_trip() {
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
        for (capacity, expected) in [(json!(0.5), 1), (json!(1.0), 2), (json!(2.5), 5), (json!(4), 8)] {
            assert_eq!(parse_half_units(&capacity), Some(expected));
            assert_eq!(consumed_half_units(&json!({"ConsumedCapacity": [{"CapacityUnits": capacity}]})), expected);
        }
        assert_eq!(consumed_half_units(&json!({})), 0);
    }
}
