//! Every HTTP operation, asked by somebody who may and answered with success: what it asks of the database.

use access::OPERATIONS;
use access::{Method, Operation};
use lambda::http::Endpoint;
use stage::{Build, ENDPOINTS, Stage, restore};

use crate::{
    Result, attendance,
    calls::Counted,
    counting::{counted, fresh},
};

/// Operations that remember the day that they have just written, so that nobody asks them the same twice: `attendance` counts
/// them, one punch after the other.
const ONE_AFTER_THE_OTHER: [&str; 4] =
    ["attendance-check-in", "attendance-check-out", "attendance-break-start", "attendance-break-end"];

/// Counts what every operation asks, right after init and once more when warm.
pub(crate) async fn count() -> Result<Vec<Counted>> {
    let mut all = attendance::count().await?;
    let stage = Stage::set().await;
    stage.world.calls.weigh();
    for Endpoint { operation, router: build, .. } in
        ENDPOINTS.iter().filter(|endpoint| !ONE_AFTER_THE_OTHER.contains(&endpoint.operation.name))
    {
        all.extend(asked(&stage, operation, *build).await?);
    }
    all.sort_by_key(|one| OPERATIONS.iter().position(|row| row.name == one.operation));
    Ok(all)
}

/// Asks the same twice; what the first changed is undone before the second.
async fn asked(stage: &Stage, operation: &'static Operation, build: Build) -> Result<[Counted; 2]> {
    let request = stage.succeeding(operation).await;
    let app = fresh(&stage.world, operation, build).await?;
    if operation.method == Method::Get {
        let first = counted(&stage.world, operation, "first", stage.send(&app, &request)).await?;
        return Ok([first, counted(&stage.world, operation, "warm", stage.send(&app, &request)).await?]);
    }
    let before = stage.world.snapshot().await;
    let first = counted(&stage.world, operation, "first", stage.send(&app, &request)).await?;
    restore(&stage.world, &before).await;
    let warm = counted(&stage.world, operation, "warm", stage.send(&app, &request)).await?;
    restore(&stage.world, &before).await;
    Ok([first, warm])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::budget::check_calls;

    #[tokio::test]
    async fn every_operation_is_counted_and_keeps_its_budget() {
        let counted = count().await.unwrap();
        let names: BTreeSet<_> = counted.iter().map(|one| one.operation.as_str()).collect();
        assert_eq!(names, OPERATIONS.iter().map(|row| row.name).collect());
        let over = check_calls(&counted).unwrap();
        assert!(over.is_empty(), "over the budgets of tests/bench/budgets.toml:\n  - {}\n", over.join("\n  - "));
    }
}
