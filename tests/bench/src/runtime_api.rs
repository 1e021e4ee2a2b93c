//! The Lambda Runtime API (version 2018-06-01), for one function at a time.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
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

/// A function that says nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often we look whether the process is still there.
const GLANCE: Duration = Duration::from_millis(50);

/// What a function calls.
#[derive(Debug)]
pub(crate) enum Call {
    /// `GET /next`: it waits for work, which goes into the channel.
    Next(oneshot::Sender<Value>),
    /// It has answered.
    Answer(Bytes),
    /// It has failed, at init or at work.
    Failure(Bytes),
}

type Calls = mpsc::UnboundedSender<(Instant, Call)>;

/// The server.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    calls: mpsc::UnboundedReceiver<(Instant, Call)>,
}

impl RuntimeApi {
    /// Starts it on a port of its own.
    #[expect(clippy::disallowed_methods, reason = "the server lives beside the measuring, in one process")]
    pub(crate) async fn start() -> Result<Self> {
        let (sender, calls) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let base = "/2018-06-01/runtime";
        let router = Router::new()
            .route(&format!("{base}/invocation/next"), get(next))
            .route(&format!("{base}/invocation/{{id}}/response"), post(answer))
            .route(&format!("{base}/invocation/{{id}}/error"), post(failure_at_work))
            .route(&format!("{base}/init/error"), post(failure))
            .with_state(sender);
        // Without Nagle, as the platform: otherwise each answer waits for a delayed ACK.
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, calls })
    }

    /// The function's next call and when it came.
    pub(crate) async fn call(&mut self, function: &mut Running) -> Result<(Instant, Call)> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(call) = tokio::time::timeout(GLANCE, self.calls.recv()).await {
                return call.ok_or_else(|| "the Runtime API has ended".into());
            }
            function.still_there()?;
        }
        Err(format!("it was silent for {PATIENCE:?}\n{}", function.said()).into())
    }

    /// Forgets what the last function may have called before it was ended.
    pub(crate) fn forget(&mut self) {
        while self.calls.try_recv().is_ok() {}
    }
}

async fn next(State(calls): State<Calls>) -> Response {
    let at = Instant::now();
    let (hand_over, work) = oneshot::channel();
    let asked = calls.send((at, Call::Next(hand_over)));
    match (asked, work.await) {
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

async fn answer(State(calls): State<Calls>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    told(&calls, Call::Answer(body))
}

async fn failure_at_work(State(calls): State<Calls>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    told(&calls, Call::Failure(body))
}

async fn failure(State(calls): State<Calls>, body: Bytes) -> StatusCode {
    told(&calls, Call::Failure(body))
}

fn told(calls: &Calls, call: Call) -> StatusCode {
    match calls.send((Instant::now(), call)) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}
