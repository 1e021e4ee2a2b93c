//! The daily posting of accruals, through its queue: once, however often it runs.

use std::time::Duration;

use muster::scenario::{client::Person, eventually};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome};

/// The dispatcher, its queue and the workers.
const POSTED_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test]
async fn what_is_due_is_posted_once_however_often_the_job_runs() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    run(&cloud).await;
    let look = async || Ok(Some(posted(&cloud, &people.employee).await?).filter(|posted| !posted.is_empty()));
    let first = eventually("accruals", POSTED_WITHIN, look).await?;
    assert!(
        first.iter().all(|line| line["amount"]["minutes"] == json!(1200)),
        "a twelfth of 30 days of 480 minutes: {first:#?}"
    );

    run(&cloud).await;
    run(&cloud).await;
    let other = cloud.flow_people().await?;
    // The job finds a person once leave has heard of them.
    let look = async || {
        run(&cloud).await;
        Ok(Some(posted(&cloud, &other.employee).await?).filter(|posted| !posted.is_empty()))
    };
    eventually("the accruals of somebody who came later", POSTED_WITHIN, look).await?;
    assert_eq!(posted(&cloud, &people.employee).await?, first, "not one entry more");
    Ok(())
}

async fn run(cloud: &Cloud) {
    let invoked = cloud.invoke("leave-job-accrue", &json!({})).await;
    assert_eq!(invoked.error, None, "{}", invoked.payload);
}

/// What is posted of somebody's annual leave, by their own explanation.
async fn posted(cloud: &Cloud, who: &Person) -> Outcome<Vec<Value>> {
    let today = cloud.origin().at.strftime("%Y-%m-%d").to_string();
    let path = format!("/api/v1/leave-balances/{}/explain?leave_type=annual&as_of={today}", who.id);
    let answer = cloud.get(path).by(who).send().await?;
    let lines = answer.body["lines"].as_array().cloned().unwrap_or_default();
    Ok(lines.into_iter().filter(|line| line["posted"] == true && line["kind"] == "accrual").collect())
}
