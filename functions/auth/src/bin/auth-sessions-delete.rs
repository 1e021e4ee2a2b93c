//! The function `auth-sessions-delete`.

fn main() {
    auth::api::auth_sessions_delete::serve();
}
