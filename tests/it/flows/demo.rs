//! What `make demo` plays, on a cloud of its own: the flows of the seed documents over HTTP, with the seed's own bodies.

use super::{cloud::Cloud, operator::muster, team::REMEMBERED};

#[tokio::test]
async fn the_demo_plays_twice_and_shows_what_followed() {
    if Cloud::from_env().is_none() {
        return;
    }
    muster(&["seed", "--employees", "30"]).expect("seeded");
    // Other flows have used the functions before there were these rules.
    tokio::time::sleep(REMEMBERED).await;
    for _ in 0..2 {
        let played = muster(&["demo"]).unwrap_or_else(|complaint| panic!("{complaint}"));
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
            "Flow 4: the overnight run over",
            "operator: attendance-job-dispatch",
            "incomplete, in",
            "half_leave, in",
            "absent, in null",
            "attendance_processed",
            "inbox of Felix Roth",
            "mail to Felix Roth",
            "register of violations",
            "Felix Roth: POST /api/v1/attendance-corrections",
            "Everything is as the seed says",
        ] {
            assert!(played.contains(line), "no `{line}` in:\n{played}");
        }
    }
}
