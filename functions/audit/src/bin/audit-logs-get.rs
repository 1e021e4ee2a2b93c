//! Reads one audit record.

fn main() {
    audit::api::audit_logs::get::serve();
}
