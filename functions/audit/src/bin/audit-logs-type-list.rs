//! Everything of one type.

fn main() {
    audit::api::audit_logs::r#type::list::serve();
}
