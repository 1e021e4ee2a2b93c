//! The function `leaves-recount`.

fn main() {
    leave::api::leaves::recount::serve();
}
