//! The function `leaves-encashments-create`.

fn main() {
    leave::api::leaves::encashments::create::serve();
}
