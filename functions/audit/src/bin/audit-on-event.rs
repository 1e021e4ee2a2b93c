//! Records every event on the bus.

fn main() {
    audit::on::event::serve();
}
