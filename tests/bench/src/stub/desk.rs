//! The desk at which every request is taken, looked up, handed on, written down and answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{StatusCode, request, response},
    response::{IntoResponse, Response},
};
use testkit::Call;

use super::{
    behind::{Behind, Whom},
    book::{Book, name},
    undo::Undo,
    weigh,
};
use crate::Result;

/// Longer than it takes to open all the connections that are opened at a time.
const TIME: Duration = Duration::from_millis(50);

/// What a request needs. Clones are the same desk.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) behind: Behind,
    pub(crate) book: Book,
    pub(crate) undo: Undo,
    /// Whether every answer takes its time.
    pub(crate) slow: Arc<AtomicBool>,
}

impl Desk {
    pub(crate) fn new(behind: Behind) -> Self {
        Self { behind, book: Book::default(), undo: Undo::default(), slow: Arc::default() }
    }

    async fn taken(&self, request: Request) -> Result<Response> {
        let began = Instant::now();
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await?;
        let (whom, operation) = name(head.method.as_str(), &head.headers, &body);
        let (head, half_units, answer) = match whom {
            Whom::Dynamo => self.weighed(&operation, &head, &body).await?,
            other => {
                let (head, answer) = self.behind.ask(other, &head, body).await?;
                (head, 0, answer)
            }
        };
        if self.slow.load(Ordering::Relaxed) {
            tokio::time::sleep(TIME).await;
        }
        let status = head.status.as_u16();
        self.book.write(Call { operation, began, ended: Instant::now(), status, half_units });
        Ok(Response::from_parts(head, Body::from(answer)))
    }

    /// Asks the database; answers what that consumed, too.
    async fn weighed(
        &self,
        operation: &str,
        head: &request::Parts,
        body: &[u8],
    ) -> Result<(response::Parts, u64, Bytes)> {
        let input = serde_json::from_slice(body)?;
        self.undo.keep(&self.behind, operation, &input).await?;
        let (input, asked) = weigh::ask(operation, input);
        let (mut head, answer) = self.behind.ask(Whom::Dynamo, head, Bytes::from(input.to_string())).await?;
        let (half_units, answer) = weigh::take(answer, asked);
        // They are of the answer as it was.
        for gone in ["content-length", "x-amz-crc32"] {
            head.headers.remove(gone);
        }
        Ok((head, half_units, answer))
    }
}

/// Answers whatever it is.
pub(crate) async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    match desk.taken(request).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
