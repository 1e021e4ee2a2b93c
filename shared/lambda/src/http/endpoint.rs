//! Middleware around every handler: origin, admission, problem bodies, log line, metrics and safe headers.

use access::{AccessRule, AdmissionTiming, Operation};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use kernel::{Actor, Error, Language, Origin, RequestId};
use lambda_http::request::RequestContext;

use super::{
    Problem,
    caller::{PublicCaller, VerifiedToken},
    problem,
};
use crate::{
    InitError, Shell,
    log::{self, LogContext},
    metrics::{self, Unit},
    runtime,
};

/// Maximum length of a recorded `User-Agent`, in bytes.
const USER_AGENT_BYTES_MAX: usize = 256;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Endpoint as registered by [`endpoint!`](crate::endpoint).
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Row of the access table.
    pub operation: &'static Operation,
    /// Builds the router with the route of this endpoint alone.
    pub router: fn(&Shell) -> Result<Router, InitError>,
    /// Makes the OpenAPI document of this endpoint alone.
    pub document: fn() -> utoipa::openapi::OpenApi,
}

/// Runs one endpoint as a Lambda function; returns only at shutdown.
pub fn serve(operation: &'static Operation, router: fn(&Shell) -> Result<Router, InitError>) {
    runtime::start(operation.name, move |shell| {
        Box::pin(async move {
            let app = app(&shell, operation, router)?;
            // Loads the keys and opens the connection. If it fails, the first request tries again.
            if let Err(error) = shell.keys.refresh(shell.now()).await {
                tracing::warn!(status = "failed", "init: {}", error.log_detail().unwrap_or_default());
            }
            lambda_http::run(app).await
        })
    });
}

/// Router of an endpoint with its middleware, as the Lambda runtime calls it. Tests call it in process.
pub fn app(
    shell: &Shell,
    operation: &'static Operation,
    router: fn(&Shell) -> Result<Router, InitError>,
) -> Result<Router, InitError> {
    let endpoint = EndpointState { shell: shell.clone(), operation };
    Ok(router(shell)?.layer(from_fn_with_state(endpoint, answer_in_language)))
}

#[derive(Clone)]
struct EndpointState {
    shell: Shell,
    operation: &'static Operation,
}

/// Answers a request in the language that its `Accept-Language` prefers.
async fn answer_in_language(State(endpoint): State<EndpointState>, request: Request, next: Next) -> Response {
    let ranges = request.headers().get(header::ACCEPT_LANGUAGE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Language::from_accept_language(&ranges.unwrap_or_default()).scope(handle_request(endpoint, request, next)).await
}

/// Admits the caller, runs the handler, completes the response, and records the request.
async fn handle_request(endpoint: EndpointState, mut request: Request, next: Next) -> Response {
    let operation = endpoint.operation;
    let origin = origin_of(&endpoint.shell, &request);
    let (started, request_id) = (origin.at, origin.request_id.clone());
    log::set_context(LogContext { request_id: Some(request_id.to_string()), user_id: None });

    let admitted = match operation.access {
        AccessRule::Public => {
            request.extensions_mut().insert(PublicCaller::new(origin));
            Ok(())
        }
        AccessRule::Granted(_) => verify_and_admit(&endpoint, origin, &mut request).await,
    };
    let response = match admitted {
        Ok(()) => next.run(request).await,
        Err(error) => axum::response::IntoResponse::into_response(Problem(error)),
    };
    let response = complete_response(response, &request_id);
    record_request(&endpoint.shell, operation, started, response.status());
    response
}

/// Verifies the token, and admits the caller unless the access table leaves the admission to the handler.
async fn verify_and_admit(endpoint: &EndpointState, origin: Origin, request: &mut Request) -> Result<(), Error> {
    let token = VerifiedToken::verify(&endpoint.shell, endpoint.operation, request.headers(), origin).await?;
    match endpoint.operation.admission {
        AdmissionTiming::BeforeHandler => drop(request.extensions_mut().insert(token.admit().await?)),
        AdmissionTiming::InHandler => drop(request.extensions_mut().insert(token)),
    }
    Ok(())
}

/// Writes and logs problems, and sets the headers that every response has.
fn complete_response(answer: Response, request_id: &RequestId) -> Response {
    let error = match answer.extensions().get::<Problem>() {
        Some(Problem(error)) => Some(error.clone()),
        None => {
            let bare = answer.status().is_client_error() || answer.status().is_server_error();
            bare.then(|| problem::error_of_status(answer.status()))
        }
    };
    let mut response = match error {
        Some(error) => {
            log_problem(&error);
            problem::problem_response(&error, request_id.as_str())
        }
        None => answer,
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Logs the log detail of an error: at the level of errors if it is retryable, otherwise at debug level.
fn log_problem(error: &Error) {
    let detail = error.log_detail().unwrap_or_default();
    if error.is_retryable() {
        tracing::error!(status = "failed", code = error.code(), "{detail}");
    } else {
        tracing::debug!(status = "refused", code = error.code(), "{detail}");
    }
}

/// Writes the log line of a request and emits its metrics.
fn record_request(shell: &Shell, operation: &Operation, started: jiff::Timestamp, status: StatusCode) {
    let duration_ms = i64::try_from(shell.now().duration_since(started).as_millis()).unwrap_or(i64::MAX);
    let (refused, failed) = (status.is_client_error(), status.is_server_error());
    let outcome = if failed {
        "failed"
    } else if refused {
        "refused"
    } else {
        "success"
    };
    let (method, path) = (operation.method.as_str(), operation.path);
    tracing::info!(status = outcome, duration_ms, code = status.as_u16(), "{method} {path}");
    let one_if = i64::from;
    metrics::emit(
        operation.name,
        started,
        &[
            ("requests", Unit::Count, 1),
            ("errors_4xx", Unit::Count, one_if(refused)),
            ("errors_5xx", Unit::Count, one_if(failed)),
            ("throttled", Unit::Count, one_if(status == StatusCode::TOO_MANY_REQUESTS)),
            ("latency", Unit::Milliseconds, duration_ms),
        ],
    );
}

/// Origin of a request whose caller is not known yet.
fn origin_of(shell: &Shell, request: &Request) -> Origin {
    let at = shell.now();
    let gateway = request.extensions().get::<RequestContext>();
    let (gateway_id, ip_address) = match gateway {
        Some(RequestContext::ApiGatewayV2(context)) => (context.request_id.clone(), context.http.source_ip.clone()),
        _ => (None, None),
    };
    let client_request_id = header_text(request.headers(), &REQUEST_ID).map(|text| RequestId::sanitised(&text));
    let request_id = client_request_id.filter(|id| !id.as_str().is_empty()).unwrap_or_else(|| {
        let own = gateway_id.unwrap_or_else(|| format!("req_{}", shell.ids.uuid(at).simple()));
        RequestId::sanitised(&own)
    });
    let user_agent =
        header_text(request.headers(), &header::USER_AGENT).map(|text| truncate(&text, USER_AGENT_BYTES_MAX));
    Origin { actor: Actor::Unknown, at, request_id, ip_address, user_agent }
}

fn header_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn truncate(text: &str, bytes_max: usize) -> String {
    text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= bytes_max).map(|(_, c)| c).collect()
}
