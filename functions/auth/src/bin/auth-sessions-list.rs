//! The function `auth-sessions-list`.

fn main() {
    auth::api::auth::sessions::list::serve();
}
