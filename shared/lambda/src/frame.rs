//! `endpoint!`, `consumer!` and `job!`: the frame of a function, so that its source is its handler.
//!
//! Each makes a plain, non-generic `serve()` in the service's library; the function's binary only calls it.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::Result;
use store::{CursorCipher, Race};

use crate::{InitError, Shell};

/// State that is built once, when the function starts.
pub trait FromShell: Sized {
    /// Builds the state.
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError>;
}

impl FromShell for Shell {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(shell.clone())
    }
}

/// State of the handlers of one service: its store, and the shell.
#[derive(Clone)]
pub struct Api<S> {
    /// The service's table.
    pub store: S,
    /// Clients, clock, ids, people and keys.
    pub shell: Shell,
}

impl<S: FromShell> FromShell for Api<S> {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: S::from_shell(shell)?, shell: shell.clone() })
    }
}

impl<S> Api<S> {
    /// Makes the attempt until its write wins, see [`store::backoff::until_won`].
    pub async fn until_won<T, F>(&self, at: Timestamp, attempt: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<Race<T>>>,
    {
        store::backoff::until_won(&*self.shell.ids, at, attempt).await
    }

    /// Makes attempts that go on from what the lost one before has found, see [`store::backoff::until_won_from`].
    pub async fn until_won_from<T, K, F>(&self, at: Timestamp, known: K, attempt: impl Fn(K) -> F) -> Result<T>
    where
        F: Future<Output = Result<std::result::Result<T, K>>>,
    {
        store::backoff::until_won_from(&*self.shell.ids, at, known, attempt).await
    }

    /// The key that cursors are sealed with.
    pub async fn cursor_cipher(&self, at: Timestamp) -> Result<Arc<CursorCipher>> {
        self.shell.keys.cursor_cipher(at).await
    }
}

/// `endpoint!(LEAVES_APPROVE, put(handle), Api)`: the row of the access table, the method and handler, the handler's state.
///
/// Makes `ENDPOINT` for the generated tests and the API document, `router` and `serve`.
#[macro_export]
macro_rules! endpoint {
    ($operation:ident, $method:ident($handle:ident), $state:ty) => {
        /// This endpoint, for the tests of all endpoints and for the API document.
        pub const ENDPOINT: $crate::http::Endpoint = $crate::http::Endpoint {
            operation: &::access::$operation,
            router,
            document: <Document as ::utoipa::OpenApi>::openapi,
        };

        #[derive(::utoipa::OpenApi)]
        #[openapi(paths($handle))]
        struct Document;

        /// The route of this endpoint alone.
        pub fn router(shell: &$crate::Shell) -> ::std::result::Result<::axum::Router, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            Ok(::axum::Router::new()
                .route(::access::$operation.path, ::axum::routing::$method($handle))
                .with_state(state))
        }

        /// Runs the endpoint.
        pub fn serve() {
            $crate::http::serve(&::access::$operation, router);
        }
    };
}

/// `consumer!("attendance-on-leave", events(handle), State)`: the function's name, how messages reach `handle`, its state.
///
/// - `events`: `async fn handle(state: State, origin: Origin, event: Event) -> Result<()>`, an event of the bus at a time.
/// - `work`: `async fn handle(state: State, work: T) -> Result<()>`, a piece of work at a time that one of our jobs has queued.
/// - `batch`: `async fn handle(state: State, batch: Vec<Delivery>) -> Vec<String>`, answers the ids of the messages that failed.
#[macro_export]
macro_rules! consumer {
    ($function:literal, $kind:ident($handle:ident), $state:ty) => {
        const FUNCTION: &str = $function;

        /// The handler, as the platform and the tests call it.
        pub fn build(shell: &$crate::Shell) -> ::std::result::Result<$crate::queue::BatchHandler, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            $crate::consumer!(@$kind shell, state, $handle)
        }

        /// Runs the consumer.
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
        Ok($crate::queue::per_message(move |work| $handle($state.clone(), work)))
    };
    (@batch $shell:ident, $state:ident, $handle:ident) => {
        Ok(::std::sync::Arc::new(move |batch| ::std::boxed::Box::pin($handle($state.clone(), batch))))
    };
}

/// `job!("leave-job-accrue", run, State)`: the function's name, `async fn run(state: State, origin: Origin, input: Value) -> Result<Value>`, its state.
#[macro_export]
macro_rules! job {
    ($function:literal, $run:ident, $state:ty) => {
        const FUNCTION: &str = $function;

        /// The job, as the platform and the tests call it.
        pub fn build(shell: &$crate::Shell) -> ::std::result::Result<$crate::job::Handler, $crate::InitError> {
            let state = <$state as $crate::FromShell>::from_shell(shell)?;
            Ok(::std::sync::Arc::new(move |origin, input| ::std::boxed::Box::pin($run(state.clone(), origin, input))))
        }

        /// Runs the job.
        pub fn serve() {
            $crate::job::serve(FUNCTION, build);
        }
    };
}
