//! The function `leave-feeds-list`.

fn main() {
    leave::api::leave_feeds_list::serve();
}
