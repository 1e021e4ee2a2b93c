//! Every endpoint, as `lambda::endpoint!` registers it: what the generated tests drive.

use access::Operation;
use axum::Router;
use lambda::{InitError, Shell, http::Endpoint};

/// Builds the router of one endpoint.
pub type Build = fn(&Shell) -> Result<Router, InitError>;

/// All endpoints of all services.
pub const ENDPOINTS: &[Endpoint] = include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));

/// The endpoint of one operation.
///
/// # Panics
/// When no source registers the operation.
pub fn endpoint(operation: &Operation) -> &'static Endpoint {
    ENDPOINTS
        .iter()
        .find(|endpoint| endpoint.operation == operation)
        .unwrap_or_else(|| panic!("{}: no `lambda::endpoint!` names it", operation.name))
}

#[cfg(test)]
mod tests {
    use access::OPERATIONS;

    use super::*;

    #[test]
    fn every_row_of_the_access_table_has_one_endpoint() {
        let names = |rows: &mut dyn Iterator<Item = &'static str>| {
            let mut names: Vec<_> = rows.collect();
            names.sort_unstable();
            names
        };
        assert_eq!(
            names(&mut ENDPOINTS.iter().map(|endpoint| endpoint.operation.name)),
            names(&mut OPERATIONS.iter().map(|row| row.name)),
            "an operation is served by one `lambda::endpoint!` in functions/<service>/src/api/",
        );
    }
}
