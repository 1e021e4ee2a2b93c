//! `POST /api/v1/attendance/manual-entry`.

fn main() {
    attendance::api::attendance::manual_entry::serve();
}
