//! The function `leave-balances-get`.

fn main() {
    leave::api::leave_balances::get::serve();
}
