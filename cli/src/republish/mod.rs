//! `muster republish`: publishes again what the bus never got, from the failure queue while the streams still have it,
//! or from the stamps that the items carry. Consumers know an event by its id, so too many do no harm.

mod from_queue;
mod from_stamps;

use clap::Args;
use jiff::Timestamp;

use crate::cloud::Stack;

/// What is published again.
#[derive(Debug, Args)]
pub(crate) struct Republish {
    #[command(flatten)]
    stack: Stack,
    /// Rebuild the last event of every item of this table: `auth`, `employees`, `compliance`, `leave`, `notifications`, or
    /// a table's name. Only the last one is known, and not what stood before it; the events are marked `republished`.
    #[arg(long, value_name = "TABLE", required_unless_present = "from_queue", requires = "since")]
    table: Option<String>,
    /// Only events from this instant on.
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,
    /// Only events before this instant.
    #[arg(long, value_name = "INSTANT")]
    until: Option<Timestamp>,
    /// Read the relay's failure queue (its URL, or `RelayFailures`) and the named ranges of the streams, which are kept
    /// for 24 hours. A message is removed once all of its range is published.
    #[arg(long, value_name = "URL", conflicts_with = "table")]
    from_queue: Option<String>,
    /// Only say what would be published.
    #[arg(long)]
    dry_run: bool,
}

/// Publishes; answers the sentence to print.
pub(crate) async fn run(args: &Republish) -> Result<String, String> {
    let cloud = args.stack.load()?;
    let target = Target {
        bus: relay::Bus::new(aws_sdk_eventbridge::Client::new(&cloud.aws), cloud.output("Bus")?),
        dry_run: args.dry_run,
    };
    match (&args.from_queue, &args.table) {
        (Some(queue), _) => from_queue::run(&cloud, queue, &target).await,
        (None, Some(table)) => {
            let until = args.until.unwrap_or(Timestamp::MAX);
            let since = args.since.unwrap_or(Timestamp::MIN);
            from_stamps::run(&cloud, table, since..until, &target).await
        }
        (None, None) => Err("Name a table or a queue.".to_owned()),
    }
}

/// Where events go.
struct Target {
    bus: relay::Bus,
    dry_run: bool,
}

impl Target {
    /// Publishes, or only tells.
    async fn publish(&self, entries: &[relay::BusEntry]) -> Result<(), String> {
        for entry in entries {
            let stamp = &entry.event.stamp;
            println!("  {} {} {} {}", stamp.at, stamp.id, stamp.event, stamp.entity_id);
        }
        if self.dry_run {
            return Ok(());
        }
        let refused = |at: usize| format!("The bus refused event {} of {}; try again.", at + 1, entries.len());
        self.bus.publish(entries).await.map_err(refused)
    }

    fn verb(&self) -> &'static str {
        if self.dry_run { "would be published" } else { "published" }
    }
}
