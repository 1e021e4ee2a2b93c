//! The function `auth-password-reset`.

fn main() {
    auth::api::auth_password_reset::serve();
}
