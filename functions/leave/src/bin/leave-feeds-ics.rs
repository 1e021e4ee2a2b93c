//! The function `leave-feeds-ics`.

fn main() {
    leave::api::leave_feeds_ics::serve();
}
