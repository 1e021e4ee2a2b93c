//! The function `leaves-credits-create`.

fn main() {
    leave::api::leaves_credits_create::serve();
}
