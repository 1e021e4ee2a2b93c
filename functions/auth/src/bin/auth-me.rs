//! The function `auth-me`.

fn main() {
    auth::api::auth::me::serve();
}
