//! The function `auth-jwks`.

fn main() {
    auth::api::auth_jwks::serve();
}
