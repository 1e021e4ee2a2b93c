//! The function `leave-feeds-create`.

fn main() {
    leave::api::leave_feeds::create::serve();
}
