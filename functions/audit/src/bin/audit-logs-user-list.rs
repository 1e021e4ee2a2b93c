//! `GET /api/v1/audit-logs/user/{user_id}`.

fn main() {
    audit::api::audit_logs::user::list::serve();
}
