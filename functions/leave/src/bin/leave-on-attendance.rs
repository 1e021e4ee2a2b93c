//! The function `leave-on-attendance`.

fn main() {
    leave::on::attendance::serve();
}
