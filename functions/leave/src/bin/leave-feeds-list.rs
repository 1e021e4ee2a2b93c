//! The function `leave-feeds-list`.

fn main() {
    leave::api::leave_feeds::list::serve();
}
