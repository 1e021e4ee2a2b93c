//! Endpoints below `/compliance`.

pub(crate) mod calendars;
pub(crate) mod policies;
pub(crate) mod training;
pub(crate) mod violations;

automod::dir!(pub(crate) "it/compliance/compliance");
