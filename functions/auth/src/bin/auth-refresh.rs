//! The function `auth-refresh`.

fn main() {
    auth::api::auth::refresh::serve();
}
