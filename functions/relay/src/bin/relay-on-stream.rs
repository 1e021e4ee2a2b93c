//! Publishes what the tables' streams show.

fn main() {
    relay::on::stream::serve()
}
