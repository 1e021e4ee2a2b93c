//! `GET /api/v1/leave-delegations/{delegation_id}`.

fn main() {
    leave::api::leave_delegations::get::serve();
}
