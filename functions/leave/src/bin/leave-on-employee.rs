//! The function `leave-on-employee`.

fn main() {
    leave::on::employee::serve();
}
