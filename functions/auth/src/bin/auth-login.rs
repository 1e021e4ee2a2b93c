//! The function `auth-login`.

fn main() {
    auth::api::auth::login::serve();
}
