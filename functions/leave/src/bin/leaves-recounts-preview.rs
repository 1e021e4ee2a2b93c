//! The function `leaves-recounts-preview`.

fn main() {
    leave::api::leaves::recounts::preview::serve();
}
