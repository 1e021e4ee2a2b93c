//! The function `leaves-adjustments-create`.

fn main() {
    leave::api::leaves::adjustments::create::serve();
}
