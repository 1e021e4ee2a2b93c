//! The endpoints, a file each.

pub mod well_known_jwks;
pub mod auth_login;
pub mod auth_logout;
pub mod auth_me;
pub mod well_known_openid_configuration;
pub mod auth_password_update;
pub mod auth_password_forgot;
pub mod auth_password_reset;
pub mod auth_refresh;
pub mod auth_sessions_delete;
pub mod auth_sessions_list;
