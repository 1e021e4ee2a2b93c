//! The function `leave-credits-get`.

fn main() {
    leave::api::leave_credits::get::serve();
}
