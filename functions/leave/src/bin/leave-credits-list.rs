//! The function `leave-credits-list`.

fn main() {
    leave::api::leave_credits::list::serve();
}
