//! The function `notifications-on-event`.

fn main() {
    notifications::on::event::serve();
}
