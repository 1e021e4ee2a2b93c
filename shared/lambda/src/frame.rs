//! `endpoint!`, `consumer!` and `job!`: the frame of a function, so that its source file contains only its handler.
//!
//! Each Lambda function is one source file with one of these macros and one handler. The macro generates a plain
//! `serve()` in the library of the service; the binary of the function only calls it. State is built once per process by
//! [`FromShell`].

use std::sync::Arc;

use jiff::Timestamp;
use kernel::Result;
use store::{CursorCipher, Race};

use crate::{InitError, Shell};

/// State of a handler, built once when the function starts.
pub trait FromShell: Sized {
    /// Builds the state from clients, environment, clock and ids of the shell.
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError>;
}

impl FromShell for Shell {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(shell.clone())
    }
}

/// Usual handler state of a service: its store and the shell.
#[derive(Clone)]
pub struct Api<S> {
    /// Store of the service.
    pub store: S,
    /// Clients, clock, ids, directory and published keys.
    pub shell: Shell,
}

impl<S: FromShell> FromShell for Api<S> {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: S::from_shell(shell)?, shell: shell.clone() })
    }
}

impl<S> Api<S> {
    /// Repeats an attempt until its write wins; see [`store::backoff::until_won`].
    pub async fn until_won<T, F>(&self, at: Timestamp, attempt: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<Race<T>>>,
    {
        store::backoff::until_won(&*self.shell.ids, at, attempt).await
    }

    /// Repeats an attempt that starts from the state of the lost one; see [`store::backoff::until_won_from`].
    pub async fn until_won_from<T, K, F>(&self, at: Timestamp, known: K, attempt: impl Fn(K) -> F) -> Result<T>
    where
        F: Future<Output = Result<std::result::Result<T, K>>>,
    {
        store::backoff::until_won_from(&*self.shell.ids, at, known, attempt).await
    }

    /// Cipher of list cursors, for handlers that do not use [`Paged`](crate::http::Paged).
    pub async fn cursor_cipher(&self, at: Timestamp) -> Result<Arc<CursorCipher>> {
        self.shell.keys.cursor_cipher(at).await
    }
}

/// Frame of an HTTP endpoint: the row of the access table, the HTTP method with the handler, and the handler's state.
///
/// ```ignore
/// lambda::endpoint!(DEPARTMENTS_GET, get(handle), Api);
///
/// /// Gets a department.
/// #[utoipa::path(get, path = "/api/v1/departments/{department_id}", operation_id = "departments-get", ..)]
/// pub async fn handle(State(api): State<Api>, caller: Caller, Path(id): Path<DepartmentId>)
///     -> Result<Versioned<DepartmentView>, Problem> { .. }
/// ```
///
/// The handler is an axum handler with a `#[utoipa::path]` attribute. Its arguments are the extractors of
/// [`lambda::http`](crate::http); its state implements [`FromShell`].
///
/// Generates:
/// - `ENDPOINT`, for the OpenAPI document and the tests of all endpoints;
/// - `router(&Shell)`, which tests call in process;
/// - `serve()`, which the binary of the function calls.
#[macro_export]
macro_rules! endpoint {
    ($operation:ident, $method:ident($handle:ident), $state:ty) => {
        /// Endpoint for the OpenAPI document and the tests of all endpoints.
        pub const ENDPOINT: $crate::http::Endpoint = $crate::http::Endpoint {
            operation: &::access::$operation,
            router,
            document: <Document as ::utoipa::OpenApi>::openapi,
        };

        #[derive(::utoipa::OpenApi)]
        #[openapi(paths($handle))]
        struct Document;

        /// Router with the route of this endpoint alone.
        pub fn router(shell: &$crate::Shell) -> ::std::result::Result<::axum::Router, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            Ok(::axum::Router::new()
                .route(::access::$operation.path, ::axum::routing::$method($handle))
                .with_state(state))
        }

        /// Runs the endpoint as a Lambda function.
        pub fn serve() {
            $crate::http::serve(&::access::$operation, router);
        }
    };
}

/// Frame of a queue consumer: the name of the function, the kind of its messages with the handler, and the handler's state.
///
/// ```ignore
/// lambda::consumer!("leave-on-employee", events(handle), Api);
///
/// async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> { .. }
/// ```
///
/// Kinds:
/// - `events`: one event of the bus at a time; `async fn handle(state, origin: Origin, event: Event) -> Result<()>`.
/// - `messages`: one JSON message at a time, queued by another function of the service;
///   `async fn handle(state, message: T) -> Result<()>`.
/// - `batch`: a whole batch; `async fn handle(state, batch: Vec<QueueMessage>) -> Vec<String>` returns the ids of the messages
///   that failed.
///
/// A failed message is delivered again, and moves to the dead-letter queue in the end. Messages can arrive more than once and
/// in any order, so handlers must be idempotent.
///
/// Generates `build(&Shell)`, which tests call in process, and `serve()`, which the binary of the function calls.
#[macro_export]
macro_rules! consumer {
    ($function:literal, $kind:ident($handle:ident), $state:ty) => {
        const FUNCTION: &str = $function;

        /// Handler of message batches, as the platform and the tests call it.
        pub fn build(shell: &$crate::Shell) -> ::std::result::Result<$crate::queue::BatchHandler, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            $crate::consumer!(@$kind shell, state, $handle)
        }

        /// Runs the consumer as a Lambda function.
        pub fn serve() {
            $crate::queue::serve(FUNCTION, build);
        }
    };
    (@events $shell:ident, $state:ident, $handle:ident) => {{
        let shell = $shell.clone();
        Ok($crate::queue::per_event(move |event: ::events::Event| {
            let origin = shell.system_origin(FUNCTION, event.stamp.request_id.as_str());
            $handle($state.clone(), origin, event)
        }))
    }};
    (@messages $shell:ident, $state:ident, $handle:ident) => {
        Ok($crate::queue::per_message(move |message| $handle($state.clone(), message)))
    };
    (@batch $shell:ident, $state:ident, $handle:ident) => {
        Ok(::std::sync::Arc::new(move |batch| ::std::boxed::Box::pin($handle($state.clone(), batch))))
    };
}

/// Frame of a scheduled job: the name of the function, its handler, and the handler's state.
///
/// ```ignore
/// lambda::job!("leave-job-accrue", run, PostingDispatcher);
///
/// async fn run(state: PostingDispatcher, origin: Origin, input: Value) -> Result<Value> { .. }
/// ```
///
/// `input` is the JSON of the schedule. The result is a summary for the log. A failed run is retried by the platform, so jobs
/// must be idempotent.
///
/// Generates `build(&Shell)`, which tests call in process, and `serve()`, which the binary of the function calls.
#[macro_export]
macro_rules! job {
    ($function:literal, $run:ident, $state:ty) => {
        const FUNCTION: &str = $function;

        /// Handler of job runs, as the platform and the tests call it.
        pub fn build(shell: &$crate::Shell) -> ::std::result::Result<$crate::job::Handler, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            Ok(::std::sync::Arc::new(move |origin, input| ::std::boxed::Box::pin($run(state.clone(), origin, input))))
        }

        /// Runs the job as a Lambda function.
        pub fn serve() {
            $crate::job::serve(FUNCTION, build);
        }
    };
}
