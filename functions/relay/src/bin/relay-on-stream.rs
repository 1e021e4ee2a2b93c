//! The function `relay-on-stream`.

fn main() {
    relay::on::stream::serve()
}
