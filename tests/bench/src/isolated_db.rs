//! Database in its own thread, so that its CPU is not included in measurements.

use std::{sync::Arc, thread};

use aws_sdk_dynamodb::types::StreamSpecification;
use lambda::{Environment, Shell};
use testkit::{TestDynamo, TestIds, World, sdk_config, table_shapes};
use tokio::sync::oneshot;

use crate::{Result, invocation};

/// World whose database runs in another thread until the process ends, without streams.
pub(crate) async fn isolated_world() -> Result<World> {
    let (ready, started) = oneshot::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let world = testkit::world().await;
            if ready.send(world.dynamo.endpoint.clone()).is_ok() {
                std::future::pending::<()>().await;
            }
        });
    });
    let (endpoint, mut world) = (started.await?, testkit::world().await);
    let environment: Environment = invocation::world_variables(&world).into_iter().collect();
    let aws = sdk_config(&endpoint);
    world.dynamo = TestDynamo { client: aws_sdk_dynamodb::Client::new(&aws), endpoint };
    world.shell = Shell::new(environment, aws, Arc::new(world.clock.clone()), TestIds::new())?;
    end_streams(&world).await?;
    Ok(world)
}

/// Disables the streams of all tables, because dynoxide, unlike DynamoDB, scans all records of a stream at each write.
pub(crate) async fn end_streams(world: &World) -> Result<()> {
    for shape in table_shapes() {
        let off = StreamSpecification::builder().stream_enabled(false).build()?;
        let table = world.table_name(&shape.environment_variable());
        world.dynamo.client.update_table().table_name(table).stream_specification(off).send().await?;
    }
    Ok(())
}
