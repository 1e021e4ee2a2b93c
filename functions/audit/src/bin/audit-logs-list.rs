//! Searches the audit trail.

fn main() {
    audit::api::audit_logs::list::serve();
}
