//! The function `auth-openid-configuration`.

fn main() {
    auth::api::auth_openid_configuration::serve();
}
