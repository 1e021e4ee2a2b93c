//! `GET /api/v1/audit-logs/export`.

fn main() {
    audit::api::audit_logs::export::serve();
}
