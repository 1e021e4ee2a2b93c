//! The endpoints, a file each.

pub mod auth_jwks;
pub mod auth_login;
pub mod auth_logout;
pub mod auth_me;
pub mod auth_openid_configuration;
pub mod auth_password_change;
pub mod auth_password_forgot;
pub mod auth_password_reset;
pub mod auth_refresh;
pub mod auth_sessions_delete;
pub mod auth_sessions_list;
