//! `GET /.well-known/openid-configuration`

use serde_json::json;
use testkit::{ISSUER, world, world_with};

const PATH: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn discovery_urls_use_the_host_of_the_request() {
    let world = world().await;
    let app = app!(world, WELL_KNOWN_OPENID_CONFIGURATION);
    let answer = world.get(&app, PATH).header("host", "api.example.com").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["issuer"], json!(ISSUER));
    assert_eq!(answer.body["jwks_uri"], json!("https://api.example.com/.well-known/jwks.json"));
    assert_eq!(answer.body["id_token_signing_alg_values_supported"], json!(["RS256"]));

    let odd = world.get(&app, PATH).header("host", "evil.example/?x=").await;
    assert_eq!(odd.body["jwks_uri"], json!("https://localhost/.well-known/jwks.json"));
}

#[tokio::test]
async fn discovery_urls_use_an_https_issuer() {
    let world = world_with(&[("ISSUER", "https://hr.example.com")]).await;
    let app = app!(world, WELL_KNOWN_OPENID_CONFIGURATION);
    let answer = world.get(&app, PATH).header("host", "elsewhere.example").await;
    assert_eq!(answer.body["jwks_uri"], json!("https://hr.example.com/.well-known/jwks.json"));
}
