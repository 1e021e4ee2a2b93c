//! The function `auth-logout`.

fn main() {
    auth::api::auth::logout::serve();
}
