//! Endpoints below `/leave-delegations`.

automod::dir!(pub(crate) "it/leave/leave_delegations");
