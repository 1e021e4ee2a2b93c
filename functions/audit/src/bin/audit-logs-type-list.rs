//! Everything of one type.

fn main() {
    audit::api::audit_logs_type_list::serve();
}
