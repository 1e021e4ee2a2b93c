//! `GET /api/v1/compliance/calendars`.

fn main() {
    compliance::api::compliance_calendars_list::serve();
}
