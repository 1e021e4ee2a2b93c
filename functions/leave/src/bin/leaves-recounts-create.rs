//! The function `leaves-recounts-create`.

fn main() {
    leave::api::leaves::recounts::create::serve();
}
