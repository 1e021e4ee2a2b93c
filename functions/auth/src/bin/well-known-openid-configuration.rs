//! The function `well-known-openid-configuration`.

fn main() {
    auth::api::well_known_openid_configuration::serve();
}
