//! Records what another system did.

fn main() {
    audit::api::audit_logs::create::serve();
}
