//! `muster republish`: publishes events again that did not reach the bus, from the failure queue while the table streams still
//! hold the changes, or from the event stamps of stored items. Consumers recognise an event by its id, so duplicates do no harm.

mod from_queue;
mod from_stamps;

use clap::Args;
use jiff::Timestamp;

use crate::cloud::Stack;

/// Arguments of `muster republish`.
#[derive(Debug, Args)]
pub(crate) struct Republish {
    #[command(flatten)]
    stack: Stack,
    /// Rebuild the last event of every item of this table: `auth`, `employees`, `compliance`, `leave`, `attendance`,
    /// `notifications` or a table name.
    ///
    /// An item stores only its last event, without the values before it. The events are marked `republished`.
    #[arg(long, value_name = "TABLE", required_unless_present = "from_queue", requires = "since")]
    table: Option<String>,
    /// Publish only events at or after this time, such as 2026-11-22T10:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,
    /// Publish only events before this time.
    #[arg(long, value_name = "INSTANT")]
    until: Option<Timestamp>,
    /// Publish the changes named by the relay's failure queue: its URL or `RelayFailures`.
    ///
    /// Each message names a range of a table stream. Streams keep changes for 24 hours. A message is deleted when its whole
    /// range is published.
    #[arg(long, value_name = "URL", conflicts_with = "table")]
    from_queue: Option<String>,
    /// Print the events without publishing them.
    #[arg(long)]
    dry_run: bool,
}

/// Publishes the events and returns the sentence to print.
pub(crate) async fn run(args: &Republish) -> Result<String, String> {
    let cloud = args.stack.load_cloud()?;
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
        (None, None) => Err("Enter `--table` with `--since`, or `--from-queue`.".to_owned()),
    }
}

/// Event bus, to which a dry run publishes nothing.
struct Target {
    bus: relay::Bus,
    dry_run: bool,
}

impl Target {
    /// Prints the entries and, unless this is a dry run, publishes them.
    async fn print_and_publish(&self, entries: &[relay::BusEntry]) -> Result<(), String> {
        for entry in entries {
            let stamp = &entry.event.stamp;
            println!("  {} {} {} {}", stamp.at, stamp.id, stamp.event, stamp.entity_id);
        }
        if self.dry_run {
            return Ok(());
        }
        let refused =
            |at: usize| format!("The event bus refused event {} of {}. Run the command again.", at + 1, entries.len());
        self.bus.publish(entries).await.map_err(refused)
    }

    fn published_or_would_publish(&self) -> &'static str {
        if self.dry_run { "Would publish" } else { "Published" }
    }
}
