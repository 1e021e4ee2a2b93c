//! `GET /api/v1/compliance/calendars/{site}`.

fn main() {
    compliance::api::compliance_calendars_get::serve();
}
