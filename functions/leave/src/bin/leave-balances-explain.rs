//! The function `leave-balances-explain`.

fn main() {
    leave::api::leave_balances::explain::serve();
}
