//! The function `attendance-on-employee`.

fn main() {
    attendance::on::employee::serve();
}
