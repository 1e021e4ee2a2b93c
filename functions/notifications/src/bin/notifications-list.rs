//! `GET /api/v1/notifications/{user_id}`.

fn main() {
    notifications::api::notifications_list::serve();
}
