//! `GET /api/v1/compliance/calendars/{site}`.

fn main() {
    compliance::api::compliance::calendars::get::serve();
}
