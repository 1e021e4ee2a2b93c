//! The function `auth-login`.

fn main() {
    auth::api::auth_login::serve();
}
