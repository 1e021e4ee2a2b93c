//! The function `leaves-simulate`.

fn main() {
    leave::api::leaves::simulate::serve();
}
