//! The function `leave-feeds-calendar`.

fn main() {
    leave::api::leave_feeds_calendar::serve();
}
