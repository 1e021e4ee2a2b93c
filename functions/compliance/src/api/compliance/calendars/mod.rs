//! Endpoints below `/api/v1/compliance/calendars`.

automod::dir!(pub "src/api/compliance/calendars");
