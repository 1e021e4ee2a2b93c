//! The function `well-known-jwks`.

fn main() {
    auth::api::well_known::jwks::serve();
}
