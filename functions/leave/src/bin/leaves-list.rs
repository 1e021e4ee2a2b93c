//! `GET /api/v1/leaves`.

fn main() {
    leave::api::leaves_list::serve();
}
