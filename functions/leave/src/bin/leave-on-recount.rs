//! The function `leave-on-recount`.

fn main() {
    leave::on::recount::serve();
}
