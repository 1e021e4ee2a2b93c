//! Proves that a record is part of a sealed hour.

fn main() {
    audit::api::audit_logs::proof::serve();
}
