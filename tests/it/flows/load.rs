//! What `make load` does, for a few seconds: nothing that was accepted is missing, and nothing is there twice.

use serde_json::Value;

use super::{cloud::Cloud, operator::muster, team::REMEMBERED};

/// Enough that every kind of request is among them.
const REQUESTS: u64 = 64;

#[tokio::test]
async fn every_accepted_write_is_in_the_tables_and_in_the_trail_once() {
    if Cloud::from_env().is_none() {
        return;
    }
    let seeded = muster(&["seed", "--employees", "30"]).expect("seeded");
    if !seeded.contains("new: 0 people") {
        // Other flows have used the functions before there were these rules.
        tokio::time::sleep(REMEMBERED).await;
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a path");
    let driven = muster(&["load", "--rate", "8", "--seconds", "8", "--people", "4", "--json", path]);
    let driven = driven.unwrap_or_else(|complaint| panic!("{complaint}"));
    assert!(driven.contains("accepted writes is in the tables once"), "{driven}");

    let figures = std::fs::read_to_string(path).expect("the figures");
    let figures: Value = serde_json::from_str(&figures).expect("JSON");
    let count = |name: &str| figures[name].as_u64().unwrap_or_else(|| panic!("no {name}: {figures}"));
    for none in ["missing_in_tables", "twice_in_tables", "missing_in_trail", "twice_in_trail"] {
        assert_eq!(count(none), 0, "{none}");
    }
    assert_eq!(figures["all"]["requests"], REQUESTS);
    assert_eq!(figures["all"]["refused"], 0);
    // A quarter of what is ordinary are punches, and each is recorded.
    assert!(
        count("writes_recorded") >= REQUESTS / 5 && count("writes_accepted") > count("writes_recorded"),
        "{figures}"
    );
    for kind in figures["kinds"].as_array().expect("kinds") {
        assert!(kind["max_ms"].as_u64() >= kind["p50_ms"].as_u64(), "{kind}");
    }
}
