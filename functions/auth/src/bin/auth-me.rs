//! The function `auth-me`.

fn main() {
    auth::api::auth_me::serve();
}
