//! The function `leaves-calendar`.

fn main() {
    leave::api::leaves_calendar::serve();
}
