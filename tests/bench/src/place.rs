//! Where functions are measured: a world with a stub before it.

use aws_sdk_dynamodb::types::StreamSpecification;
use testkit::{World, table_shapes};

use crate::{Result, invocation, stub::Stub};

/// One of them. The world lives as long as whoever has made it keeps it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) stub: Stub,
    /// What its functions find in their environment.
    pub(crate) variables: Vec<(String, String)>,
}

impl Place {
    /// Puts a stub before a world.
    pub(crate) async fn before(world: &World) -> Result<Self> {
        let stub = Stub::start(&world.dynamo.endpoint, &world.cloud.endpoint).await?;
        Ok(Self { stub, variables: invocation::variables(world) })
    }
}

/// Ends a world's streams. With a stream this database looks through every record of it at each write, which the real one does not: the figures would
/// be its own.
pub(crate) async fn without_streams(world: &World) -> Result<()> {
    for shape in table_shapes() {
        let off = StreamSpecification::builder().stream_enabled(false).build()?;
        let table = world.table_name(&shape.variable());
        world.dynamo.client.update_table().table_name(table).stream_specification(off).send().await?;
    }
    Ok(())
}
