//! The function `auth-password-change`.

fn main() {
    auth::api::auth_password_change::serve();
}
