//! The function `leave-credits-approve`.

fn main() {
    leave::api::leave_credits::approve::serve();
}
