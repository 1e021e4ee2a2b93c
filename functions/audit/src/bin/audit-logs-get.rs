//! `GET /api/v1/audit-logs/{audit_id}`.

fn main() {
    audit::api::audit_logs::get::serve();
}
