//! `GET /api/v1/notifications/{user_id}`.

fn main() {
    notifications::api::notifications::list::serve();
}
