//! The function `auth-password-update`.

fn main() {
    auth::api::auth::password::update::serve();
}
