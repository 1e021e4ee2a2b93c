//! The function `audit-on-event`.

fn main() {
    audit::on::event::serve();
}
