//! `POST /api/v1/leaves/{leave_id}/cancel`.

fn main() {
    leave::api::leaves::cancel::serve();
}
