//! `GET /api/v1/sites`.

fn main() {
    attendance::api::sites::list::serve();
}
