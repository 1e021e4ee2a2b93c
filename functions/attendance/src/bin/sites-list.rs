//! `GET /api/v1/sites`.

fn main() {
    attendance::api::sites_list::serve();
}
