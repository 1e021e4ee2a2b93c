//! `DELETE /api/v1/sites/{site}`.

fn main() {
    attendance::api::sites::delete::serve();
}
