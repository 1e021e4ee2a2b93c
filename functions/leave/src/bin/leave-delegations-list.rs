//! `GET /api/v1/leave-delegations`.

fn main() {
    leave::api::leave_delegations::list::serve();
}
