//! The function `compliance-on-event`.

fn main() {
    compliance::on::event::serve();
}
