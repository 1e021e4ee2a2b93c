//! The function `auth-job-refresh-jwks`.

fn main() {
    auth::job::refresh_jwks::serve();
}
