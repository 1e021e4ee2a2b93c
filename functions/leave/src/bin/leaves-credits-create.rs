//! The function `leaves-credits-create`.

fn main() {
    leave::api::leaves::credits::create::serve();
}
