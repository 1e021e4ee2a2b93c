//! The function `auth-sessions-delete`.

fn main() {
    auth::api::auth::sessions::delete::serve();
}
