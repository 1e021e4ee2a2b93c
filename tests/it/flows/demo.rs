//! `muster demo` on a separate cloud: all five flows run twice and print their effects.

use super::{cloud::Cloud, operator::muster, team::CACHE_EXPIRY};

#[tokio::test]
async fn demo_runs_twice_and_prints_every_effect() {
    if Cloud::from_env().is_none() {
        return;
    }
    muster(&["seed", "--employees", "30"]).expect("seeded");
    // Functions that other flows used may still cache the state without these rules.
    tokio::time::sleep(CACHE_EXPIRY).await;
    for _ in 0..2 {
        let output = muster(&["demo"]).unwrap_or_else(|error| panic!("{error}"));
        for line in [
            "Flow 1: an employee creates a leave request",
            "Paul Neumann: POST /api/v1/compliance/validate",
            "Paul Neumann: POST /api/v1/leaves",
            "leave_request_created",
            "inbox of Jonas Krueger",
            "inbox of Hanna Vogel",
            "inbox of Paul Neumann",
            "mail to Jonas Krueger <jonas.krueger@muster.example>",
            "mail to Paul Neumann <paul.neumann@muster.example>",
            "Flow 2: an employee checks in",
            "Paul Neumann: POST /api/v1/attendance/check-in",
            "\"location\":\"Office\"",
            "attendance_check_in",
            "Mara Lorenz: POST /api/v1/attendance/check-in",
            "Flow 3: the manager approves the leave request",
            "{\"comments\":\"Approved\"}",
            "leave_request_approved",
            "Flow 4: the overnight run for",
            "operator: attendance-job-dispatch",
            "incomplete, in",
            "half_leave, in",
            "absent, in null",
            "attendance_processed",
            "inbox of Felix Roth",
            "mail to Felix Roth",
            "violation: ",
            "Felix Roth: POST /api/v1/attendance-corrections",
            "Flow 5: the shift plan and the contract change",
            "Lena Sommer: POST /api/v1/leaves/preview",
            "All five flows had the expected results",
        ] {
            assert!(output.contains(line), "the output must contain `{line}`:\n{output}");
        }
    }
}
