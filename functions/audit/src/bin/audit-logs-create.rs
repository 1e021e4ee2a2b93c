//! `POST /api/v1/audit-logs`.

fn main() {
    audit::api::audit_logs::create::serve();
}
