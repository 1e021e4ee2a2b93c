//! What one person did.

fn main() {
    audit::api::audit_logs::user::list::serve();
}
