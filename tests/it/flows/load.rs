//! `muster load` for a few seconds: every accepted write is stored exactly once.

use serde_json::Value;

use super::{cloud::Cloud, operator::muster, team::CACHE_EXPIRY};

/// Number of requests, enough to contain every kind.
const REQUESTS: u64 = 64;

#[tokio::test]
async fn every_accepted_write_is_stored_and_audited_once() {
    if Cloud::from_env().is_none() {
        return;
    }
    let seeded = muster(&["seed", "--employees", "30"]).expect("seeded");
    if !seeded.contains("New: 0 employees") {
        // Functions that other flows used may still cache the state without these rules.
        tokio::time::sleep(CACHE_EXPIRY).await;
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a path");
    let output = muster(&["load", "--rate", "8", "--seconds", "8", "--people", "4", "--json", path]);
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    assert!(output.contains("accepted writes are in the tables exactly once"), "{output}");

    let figures = std::fs::read_to_string(path).expect("the figures");
    let figures: Value = serde_json::from_str(&figures).expect("JSON");
    let count = |name: &str| figures[name].as_u64().unwrap_or_else(|| panic!("no {name}: {figures}"));
    for name in ["missing_in_tables", "duplicates_in_tables", "missing_in_trail", "duplicates_in_trail"] {
        assert_eq!(count(name), 0, "{name}");
    }
    assert_eq!(figures["all"]["requests"], REQUESTS);
    assert_eq!(figures["all"]["refused"], 0);
    // A quarter of the requests are punches, and each is audited.
    assert!(
        count("writes_recorded") >= REQUESTS / 5 && count("writes_accepted") > count("writes_recorded"),
        "{figures}"
    );
    for kind in figures["kinds"].as_array().expect("kinds") {
        assert!(kind["max_ms"].as_u64() >= kind["p50_ms"].as_u64(), "{kind}");
    }
}
