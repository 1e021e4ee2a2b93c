//! What one person did.

fn main() {
    audit::api::audit_logs_user_list::serve();
}
