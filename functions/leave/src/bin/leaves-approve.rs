//! `PUT /api/v1/leaves/{leave_id}/approve`.

fn main() {
    leave::api::leaves::approve::serve();
}
