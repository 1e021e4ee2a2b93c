//! A database in a thread of its own, so that what is measured beside it is not its own work.

use std::{sync::Arc, thread};

use aws_sdk_dynamodb::types::StreamSpecification;
use lambda::{Environment, Shell};
use testkit::{FixedClock, People, TestMint, sdk_config, table_shapes};
use tokio::sync::oneshot;

use crate::Result;

/// What a function beside that database would have at hand, with a clock that stands still.
pub(crate) struct Apart {
    pub(crate) shell: Shell,
    pub(crate) client: aws_sdk_dynamodb::Client,
    /// Where it listens.
    pub(crate) endpoint: String,
    pub(crate) clock: FixedClock,
    pub(crate) people: People,
}

/// Starts a database. It ends with the process.
pub(crate) async fn apart() -> Result<Apart> {
    let (ready, started) = oneshot::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let world = testkit::world().await;
            // Where nobody waits any more, it is not needed.
            if ready.send((world.dynamo.endpoint.clone(), world.people.clone())).is_ok() {
                std::future::pending::<()>().await;
            }
        });
    });
    let (endpoint, people) = started.await?;
    let aws = sdk_config(&endpoint);
    let mut variables: Vec<(String, String)> =
        table_shapes().iter().map(|shape| (shape.variable(), shape.test_name())).collect();
    for name in ["ISSUER", "AUDIENCE", "SETTLE_QUEUE"] {
        variables.push((name.to_owned(), "bench".to_owned()));
    }
    let (environment, clock) = (variables.into_iter().collect::<Environment>(), FixedClock::default());
    let shell = Shell::new(environment, aws.clone(), Arc::new(clock.clone()), TestMint::new())?;
    let client = aws_sdk_dynamodb::Client::new(&aws);
    without_stream(&client, &shell.env("ATTENDANCE_TABLE")?).await?;
    Ok(Apart { shell, client, endpoint, clock, people })
}

/// With a stream this database looks through every record of it at each write, which the real one does not: the figures would be its own.
async fn without_stream(client: &aws_sdk_dynamodb::Client, table: &str) -> Result<()> {
    let off = StreamSpecification::builder().stream_enabled(false).build()?;
    client.update_table().table_name(table).stream_specification(off).send().await?;
    Ok(())
}
