//! Exports audit records as a file.

fn main() {
    audit::api::audit_logs_export::serve();
}
