//! Tests of the whole suite: one file per operation, `conformance`, `access`, `bad_input`, and `flows` against a running cloud.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::let_underscore_must_use,
    clippy::module_inception,
    reason = "a test reports failures by panics"
)]

/// Application of one operation's endpoint in a test world.
macro_rules! app {
    ($world:expr, $operation:ident) => {
        $crate::conformance::openapi::declared(
            $world.app(&access::$operation, fixtures::endpoint(&access::$operation).router),
            &access::$operation,
        )
    };
}

/// Organisation whose endpoints are compared with the API document.
async fn organisation() -> fixtures::Organisation {
    fixtures::Organisation::build_with(conformance::openapi::declared).await
}

mod access;
mod attendance;
mod audit;
mod auth;
mod bad_input;
mod compliance;
mod conformance;
mod employees;
mod flows;
mod leave;
mod notifications;
mod relay;
