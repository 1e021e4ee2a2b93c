//! The daily posting of accruals through its queue.

use std::time::Duration;

use muster::scenario::{client::Person, eventually};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome};

/// Time limit of a posting run: dispatcher, queue and workers.
const POSTING_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn due_accruals_are_posted_once_by_repeated_runs() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    run(&cloud).await;
    let look = async || Ok(Some(posted(&cloud, &people.employee).await?).filter(|posted| !posted.is_empty()));
    let first = eventually("accruals", POSTING_TIMEOUT, look).await?;
    assert!(
        first.iter().all(|line| line["amount"]["minutes"] == json!(1200)),
        "each accrual must be a twelfth of 30 days of 480 minutes: {first:#?}"
    );

    run(&cloud).await;
    run(&cloud).await;
    let other = cloud.flow_people().await?;
    // The job finds an employee only after the leave service has processed the hiring event.
    let look = async || {
        run(&cloud).await;
        Ok(Some(posted(&cloud, &other.employee).await?).filter(|posted| !posted.is_empty()))
    };
    eventually("the accruals of an employee hired later", POSTING_TIMEOUT, look).await?;
    assert_eq!(posted(&cloud, &people.employee).await?, first, "repeated runs must not add entries");
    Ok(())
}

async fn run(cloud: &Cloud) {
    let invoked = cloud.invoke("leave-job-accrue", &json!({})).await;
    assert_eq!(invoked.error, None, "{}", invoked.payload);
}

/// Posted accruals of an employee's annual leave, from the explanation of the balance.
async fn posted(cloud: &Cloud, who: &Person) -> Outcome<Vec<Value>> {
    let today = cloud.origin().at.strftime("%Y-%m-%d").to_string();
    let path = format!("/api/v1/leave-balances/{}/explain?leave_type=annual&as_of={today}", who.id);
    let answer = cloud.get(path).by(who).send().await?;
    let lines = answer.body["lines"].as_array().cloned().unwrap_or_default();
    Ok(lines.into_iter().filter(|line| line["posted"] == true && line["kind"] == "accrual").collect())
}
