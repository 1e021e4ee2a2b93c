//! Records what another system did.

fn main() {
    audit::api::audit_logs_create::serve();
}
