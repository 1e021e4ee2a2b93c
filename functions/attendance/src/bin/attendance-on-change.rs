//! The function `attendance-on-change`.

fn main() {
    attendance::on::change::serve();
}
