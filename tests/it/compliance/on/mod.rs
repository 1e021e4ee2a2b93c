//! Consumers of the service.

automod::dir!(pub(crate) "it/compliance/on");
