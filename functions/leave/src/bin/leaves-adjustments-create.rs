//! The function `leaves-adjustments-create`.

fn main() {
    leave::api::leaves_adjustments_create::serve();
}
