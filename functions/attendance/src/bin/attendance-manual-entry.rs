//! `POST /api/v1/attendance/manual-entry`.

fn main() {
    attendance::api::attendance_manual_entry::serve();
}
