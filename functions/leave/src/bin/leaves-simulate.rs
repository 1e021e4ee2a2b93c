//! The function `leaves-simulate`.

fn main() {
    leave::api::leaves_simulate::serve();
}
