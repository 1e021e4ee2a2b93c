//! The function `leave-on-request`.

fn main() {
    leave::on::request::serve();
}
