//! The function `leave-feeds-calendar`.

fn main() {
    leave::api::leave_feeds::calendar::serve();
}
