//! The function `auth-password-forgot`.

fn main() {
    auth::api::auth_password_forgot::serve();
}
