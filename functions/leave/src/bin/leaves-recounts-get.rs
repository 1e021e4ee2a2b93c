//! The function `leaves-recounts-get`.

fn main() {
    leave::api::leaves::recounts::get::serve();
}
