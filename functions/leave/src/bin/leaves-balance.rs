//! `GET /api/v1/leaves/{leave_id}/balance`.

fn main() {
    leave::api::leaves::balance::serve();
}
