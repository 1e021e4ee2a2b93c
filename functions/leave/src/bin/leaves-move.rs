//! `POST /api/v1/leaves/{leave_id}/move`.

fn main() {
    leave::api::leaves::move_::serve();
}
