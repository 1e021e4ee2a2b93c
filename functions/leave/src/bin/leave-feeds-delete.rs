//! The function `leave-feeds-delete`.

fn main() {
    leave::api::leave_feeds::delete::serve();
}
