//! `GET /api/v1/rosters`.

fn main() {
    attendance::api::rosters::list::serve();
}
