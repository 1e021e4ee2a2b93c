//! `PUT /api/v1/leaves/{leave_id}/reject`.

fn main() {
    leave::api::leaves_reject::serve();
}
