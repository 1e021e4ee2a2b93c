//! `POST /api/v1/compliance/calendars/{site}/import`.

fn main() {
    compliance::api::compliance::calendars::import::serve();
}
