//! The function `auth-on-employee`.

fn main() {
    auth::on::employee::serve();
}
