//! The function `leaves-recount`.

fn main() {
    leave::api::leaves_recount::serve();
}
