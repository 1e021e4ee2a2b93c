//! The function `notifications-on-employee`.

fn main() {
    notifications::on::employee::serve();
}
