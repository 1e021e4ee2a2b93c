//! Runner of scheduled jobs; see [`job!`](crate::job!).

use std::sync::Arc;

use kernel::{Origin, Result};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::{
    BoxFuture, InitError, Shell,
    log::{self, LogContext},
    metrics::{self, Unit},
    runtime,
};

/// Handler of one execution of a job. The value is the input of the schedule; the result is a summary for the log.
pub type Handler = Arc<dyn Fn(Origin, Value) -> BoxFuture<'static, Result<Value>> + Send + Sync>;

/// Runs a job as a Lambda function; returns only at shutdown.
pub fn serve(function: &'static str, build: fn(&Shell) -> std::result::Result<Handler, InitError>) {
    runtime::start(function, move |shell| {
        Box::pin(async move {
            let handler = build(&shell)?;
            let service = service_fn(move |event: LambdaEvent<Value>| {
                let (handler, shell) = (Arc::clone(&handler), shell.clone());
                async move {
                    let request_id = event.context.request_id.clone();
                    let origin = shell.system_origin(function, &request_id);
                    log::set_context(LogContext {
                        request_id: Some(request_id),
                        user_id: Some(origin.actor.to_string()),
                    });
                    let started = origin.at;
                    let outcome = handler(origin, event.payload).await;
                    let duration_ms = shell.now().duration_since(started).as_millis() as i64;
                    let failed = i64::from(outcome.is_err());
                    metrics::emit(function, started, &[("runs", Unit::Count, 1), ("failures", Unit::Count, failed)]);
                    match outcome {
                        Ok(summary) => {
                            tracing::info!(status = "success", duration_ms, "job finished: {summary}");
                            Ok(summary)
                        }
                        Err(error) => {
                            let detail = error.log_detail().unwrap_or_default();
                            tracing::error!(status = "failed", duration_ms, "job failed: {error} ({detail})");
                            Err(lambda_runtime::Error::from(error.to_string()))
                        }
                    }
                }
            });
            lambda_runtime::run(service).await
        })
    });
}
