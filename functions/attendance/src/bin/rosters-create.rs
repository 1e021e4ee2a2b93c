//! `POST /api/v1/rosters`.

fn main() {
    attendance::api::rosters::create::serve();
}
