//! The function `attendance-on-leave`.

fn main() {
    attendance::on::leave::serve();
}
