//! The function `well-known-openid-configuration`.

fn main() {
    auth::api::well_known::openid_configuration::serve();
}
