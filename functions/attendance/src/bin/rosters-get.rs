//! `GET /api/v1/rosters/{roster_id}`.

fn main() {
    attendance::api::rosters::get::serve();
}
