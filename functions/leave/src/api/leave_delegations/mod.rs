//! Endpoints below `/api/v1/leave-delegations`.

automod::dir!(pub "src/api/leave_delegations");
