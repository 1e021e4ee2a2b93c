//! Lambda Runtime API (version 2018-06-01) for one function at a time.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};

use crate::{Result, process::Running};

/// Longest time between two calls of a function.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Interval between two checks of the process.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Call of a function to the Runtime API.
#[derive(Debug)]
pub(crate) enum Call {
    /// `GET /next`, with the channel for the event.
    Next(oneshot::Sender<Value>),
    /// Response to an event.
    Answer(Bytes),
    /// Error at init or in the handling of an event.
    Failure(Bytes),
}

type Calls = mpsc::UnboundedSender<(Instant, Call)>;

/// Server of the Runtime API.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    calls: mpsc::UnboundedReceiver<(Instant, Call)>,
}

impl RuntimeApi {
    /// Starts the server on a free port.
    #[expect(clippy::disallowed_methods, reason = "the server runs in the measuring process")]
    pub(crate) async fn start() -> Result<Self> {
        let (sender, calls) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let base = "/2018-06-01/runtime";
        let router = Router::new()
            .route(&format!("{base}/invocation/next"), get(next))
            .route(&format!("{base}/invocation/{{id}}/response"), post(answer))
            .route(&format!("{base}/invocation/{{id}}/error"), post(failure))
            .route(&format!("{base}/init/error"), post(failure))
            .with_state(sender);
        // Nagle's algorithm is off, as on the platform, because responses would wait for a delayed ACK.
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, calls })
    }

    /// Waits for the next call of a function and returns it with its time.
    pub(crate) async fn next_call(&mut self, function: &mut Running) -> Result<(Instant, Call)> {
        let began = Instant::now();
        while began.elapsed() < TIMEOUT {
            if let Ok(call) = tokio::time::timeout(CHECK_INTERVAL, self.calls.recv()).await {
                return call.ok_or_else(|| "the Runtime API has ended".into());
            }
            function.check_alive()?;
        }
        Err(format!("the function made no call within {TIMEOUT:?}\n{}", function.log_tail()).into())
    }

    /// Discards the calls of an ended function.
    pub(crate) fn discard_calls(&mut self) {
        while self.calls.try_recv().is_ok() {}
    }
}

async fn next(State(calls): State<Calls>) -> Response {
    let at = Instant::now();
    let (sender, event) = oneshot::channel();
    let sent = calls.send((at, Call::Next(sender)));
    match (sent, event.await) {
        (Ok(()), Ok(event)) => (invocation_headers(), event.to_string()).into_response(),
        _ => StatusCode::GONE.into_response(),
    }
}

fn invocation_headers() -> HeaderMap {
    [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:bench"),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"),
    ]
    .into_iter()
    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
    .collect()
}

async fn answer(State(calls): State<Calls>, body: Bytes) -> StatusCode {
    send_call(&calls, Call::Answer(body))
}

async fn failure(State(calls): State<Calls>, body: Bytes) -> StatusCode {
    send_call(&calls, Call::Failure(body))
}

fn send_call(calls: &Calls, call: Call) -> StatusCode {
    match calls.send((Instant::now(), call)) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}
