//! The function `auth-refresh`.

fn main() {
    auth::api::auth_refresh::serve();
}
