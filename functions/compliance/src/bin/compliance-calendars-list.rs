//! `GET /api/v1/compliance/calendars`.

fn main() {
    compliance::api::compliance::calendars::list::serve();
}
