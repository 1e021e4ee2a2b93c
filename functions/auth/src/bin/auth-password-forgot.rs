//! The function `auth-password-forgot`.

fn main() {
    auth::api::auth::password::forgot::serve();
}
