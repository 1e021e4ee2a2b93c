//! The function `auth-sessions-list`.

fn main() {
    auth::api::auth_sessions_list::serve();
}
