//! `POST /api/v1/compliance/calendars/{site}/import`.

fn main() {
    compliance::api::compliance_calendars_import::serve();
}
