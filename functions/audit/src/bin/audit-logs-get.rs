//! Reads one audit record.

fn main() {
    audit::api::audit_logs_get::serve();
}
