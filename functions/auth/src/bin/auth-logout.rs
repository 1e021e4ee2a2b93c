//! The function `auth-logout`.

fn main() {
    auth::api::auth_logout::serve();
}
