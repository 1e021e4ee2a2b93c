//! Exports audit records as a file.

fn main() {
    audit::api::audit_logs::export::serve();
}
