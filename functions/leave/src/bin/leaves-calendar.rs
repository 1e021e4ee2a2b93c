//! The function `leaves-calendar`.

fn main() {
    leave::api::leaves::calendar::serve();
}
