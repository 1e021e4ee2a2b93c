//! The function `leave-balances-preview-terms`.

fn main() {
    leave::api::leave_balances::preview_terms::serve();
}
