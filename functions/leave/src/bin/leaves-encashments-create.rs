//! The function `leaves-encashments-create`.

fn main() {
    leave::api::leaves_encashments_create::serve();
}
