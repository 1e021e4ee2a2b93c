//! The function `leave-credits-reject`.

fn main() {
    leave::api::leave_credits::reject::serve();
}
