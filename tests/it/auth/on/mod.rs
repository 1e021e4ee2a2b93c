//! Consumers of the service.

automod::dir!(pub(crate) "it/auth/on");
