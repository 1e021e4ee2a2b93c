//! `GET /api/v1/notifications/trace`.

fn main() {
    notifications::api::notifications_trace_list::serve();
}
