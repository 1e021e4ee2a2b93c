//! Endpoints below `/api/v1/compliance`.

pub mod calendars;
pub mod policies;
pub mod training;
pub mod violations;

automod::dir!(pub "src/api/compliance");
