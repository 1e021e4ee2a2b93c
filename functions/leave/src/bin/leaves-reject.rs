//! `PUT /api/v1/leaves/{leave_id}/reject`.

fn main() {
    leave::api::leaves::reject::serve();
}
