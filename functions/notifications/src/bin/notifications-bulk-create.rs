//! `POST /api/v1/notifications/bulk`.

fn main() {
    notifications::api::notifications::bulk::create::serve();
}
