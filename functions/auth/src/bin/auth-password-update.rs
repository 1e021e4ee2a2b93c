//! The function `auth-password-update`.

fn main() {
    auth::api::auth_password_update::serve();
}
