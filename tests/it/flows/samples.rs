//! The sample events in `events/`, made for `sam local invoke` and `cargo lambda invoke`, also work with the deployed functions.

use std::path::Path;

use access::OPERATIONS;
use serde_json::Value;

use super::cloud::Cloud;

#[tokio::test]
async fn every_endpoint_handles_its_sample_event() {
    let Some(cloud) = Cloud::from_env() else { return };
    let mut wrong = Vec::new();
    for operation in OPERATIONS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../events/{}.json", operation.name));
        let sample: Value = match std::fs::read_to_string(&file).map(|text| serde_json::from_str(&text)) {
            Ok(Ok(sample)) => sample,
            other => {
                wrong.push(format!("{}: events/{0}.json is missing or invalid: {other:?}", operation.name));
                continue;
            }
        };
        let invoked = cloud.invoke(operation.name, &sample).await;
        let status = invoked.payload["statusCode"].as_u64().unwrap_or_default();
        eprintln!("{}: {status}", operation.name);
        if invoked.error.is_some() || !(200..500).contains(&status) {
            wrong.push(format!("{}: {:?} {}", operation.name, invoked.error, invoked.payload));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
