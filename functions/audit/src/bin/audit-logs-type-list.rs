//! `GET /api/v1/audit-logs/type/{log_type}`.

fn main() {
    audit::api::audit_logs::r#type::list::serve();
}
