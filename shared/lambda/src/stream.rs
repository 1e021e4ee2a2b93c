//! Runner of stream consumers: records of a DynamoDB stream in order. The first failure stops the batch.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::json;

use crate::{
    BoxFuture, InitError, Shell,
    log::{self, LogContext},
    runtime,
};

/// Handler of records in order. It returns the sequence number of the first failed record, if any; that record and all after
/// it are delivered again.
pub type Handler = Arc<dyn Fn(Vec<EventRecord>) -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// Runs a stream consumer as a Lambda function; returns only at shutdown.
pub fn serve(function: &'static str, build: fn(&Shell) -> Result<Handler, InitError>) {
    runtime::start(function, move |shell| {
        Box::pin(async move {
            let handler = build(&shell)?;
            let service = service_fn(move |event: LambdaEvent<StreamEvent>| {
                let (handler, shell) = (Arc::clone(&handler), shell.clone());
                async move {
                    log::set_context(LogContext { request_id: Some(event.context.request_id.clone()), user_id: None });
                    let (started, records) = (shell.now(), event.payload.records.len());
                    let failed = handler(event.payload.records).await;
                    let duration_ms = shell.now().duration_since(started).as_millis() as i64;
                    let status = if failed.is_none() { "success" } else { "failed" };
                    tracing::info!(status, duration_ms, records, "batch handled");
                    let failures: Vec<_> = failed.iter().map(|at| json!({"itemIdentifier": at})).collect();
                    Ok::<_, lambda_runtime::Error>(json!({"batchItemFailures": failures}))
                }
            });
            lambda_runtime::run(service).await
        })
    });
}
