//! `GET /api/v1/audit-logs/{audit_id}/proof`.

fn main() {
    audit::api::audit_logs::proof::serve();
}
