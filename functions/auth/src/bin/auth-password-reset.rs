//! The function `auth-password-reset`.

fn main() {
    auth::api::auth::password::reset::serve();
}
