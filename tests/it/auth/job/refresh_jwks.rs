//! `auth-job-refresh-jwks`, with an identity provider that may be down, slow, broken or hostile.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{NEXT_SIGNING_KEY, SIGNING_KEY, World, world_with};

/// Response of the provider stub. The last one repeats.
#[derive(Clone)]
enum ProviderBehaviour {
    Keys(Value),
    Text(String),
    Down,
    Slow,
}

#[derive(Clone)]
struct Provider {
    url: String,
    behaviours: Arc<Mutex<VecDeque<ProviderBehaviour>>>,
    asked: Arc<Mutex<u32>>,
}

impl Provider {
    async fn new(behaviours: impl IntoIterator<Item = ProviderBehaviour>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let behaviours = Arc::new(Mutex::new(behaviours.into_iter().collect()));
        let provider = Self { url, behaviours, asked: Arc::default() };
        let router = Router::new().route("/jwks", get(answer)).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn set_behaviour(&self, behaviour: ProviderBehaviour) {
        *self.behaviours.lock().unwrap() = VecDeque::from([behaviour]);
    }

    fn asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }

    async fn world(&self) -> World {
        world_with(&[
            ("JWKS_URL", &self.url),
            ("EXTERNAL_ISSUER", "https://idp.example"),
            ("EXTERNAL_AUDIENCE", "muster"),
        ])
        .await
    }
}

async fn answer(State(provider): State<Provider>) -> Response {
    *provider.asked.lock().unwrap() += 1;
    let behaviour = {
        let mut behaviours = provider.behaviours.lock().unwrap();
        if behaviours.len() > 1 { behaviours.pop_front().unwrap() } else { behaviours.front().unwrap().clone() }
    };
    match behaviour {
        ProviderBehaviour::Keys(keys) => axum::Json(keys).into_response(),
        ProviderBehaviour::Text(text) => text.into_response(),
        ProviderBehaviour::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        ProviderBehaviour::Slow => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}

fn key(kid: &str) -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": URL_SAFE_NO_PAD.encode([0x9f; 256]), "e": "AQAB"})
}

fn good() -> ProviderBehaviour {
    ProviderBehaviour::Keys(json!({"keys": [key("outside-1"), key("outside-2")]}))
}

async fn run(world: &World) -> Value {
    let job = ::auth::job::refresh_jwks::build(&world.shell).unwrap();
    job(world.shell.system_origin("auth-job-refresh-jwks", "req_job"), json!({})).await.unwrap()
}

/// Published key ids with whether they are own keys, own ones first.
async fn published(world: &World) -> Vec<(String, bool)> {
    world.shell.keys.refresh(world.now()).await.unwrap();
    let set = world.shell.keys.key_set(world.now()).await.unwrap();
    set.keys.iter().map(|key| (key.kid.clone(), key.internal)).collect()
}

fn own_keys() -> Vec<(String, bool)> {
    vec![(SIGNING_KEY.to_owned(), true), (NEXT_SIGNING_KEY.to_owned(), true)]
}

fn all() -> Vec<(String, bool)> {
    [own_keys(), vec![("outside-1".to_owned(), false), ("outside-2".to_owned(), false)]].concat()
}

async fn item(world: &World, pk: &str) -> Option<store::Item> {
    world.list_items("AUTH_TABLE").await.into_iter().find(|item| store::string_attribute(item, "pk") == Some(pk))
}

#[tokio::test]
async fn first_run_publishes_kms_keys_and_later_runs_keep_them() {
    let world = world_with(&[]).await;
    let expected = testkit::key_set();
    let name = world.table_name("AUTH_TABLE");
    let key = item(&world, "KEYS").await.unwrap();
    let remove = world.dynamo.client.delete_item().table_name(name);
    remove.key("pk", key["pk"].clone()).key("sk", key["sk"].clone()).send().await.unwrap();

    assert_eq!(run(&world).await["changed"], json!(true));
    let first = item(&world, "KEYS").await.unwrap();
    world.shell.keys.refresh(world.now()).await.unwrap();
    assert_eq!(
        *world.shell.keys.key_set(world.now()).await.unwrap(),
        expected,
        "modulus and exponent are those of KMS"
    );
    assert_eq!(
        store::string_attribute(&first, "_cursor_key").unwrap().len(),
        44,
        "the cursor key has 32 bytes in base64"
    );

    assert_eq!(run(&world).await["changed"], json!(false));
    assert_eq!(item(&world, "KEYS").await.unwrap(), first, "an unchanged key set is not written");
    assert_eq!(world.published_types("AUTH_TABLE").await, Vec::<String>::new());
}

#[tokio::test]
async fn external_keys_are_merged_and_the_cursor_key_stays() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    let before = item(&world, "KEYS").await.unwrap();
    let summary = run(&world).await;
    assert_eq!((&summary["outside"], &summary["outside_keys"]), (&json!(2), &json!("fresh")));
    assert_eq!(published(&world).await, all());
    assert_eq!(item(&world, "KEYS").await.unwrap()["_cursor_key"], before["_cursor_key"]);
}

#[tokio::test]
async fn external_keys_with_own_ids_or_other_types_are_ignored() {
    let imposter = json!({"keys": [key(SIGNING_KEY), {"kty": "oct", "kid": "x", "k": "AAAA"}, "nonsense",
        {"kty": "RSA", "kid": "small", "n": URL_SAFE_NO_PAD.encode([0x9f; 64]), "e": "AQAB"}, key("outside-1")]});
    let provider = Provider::new([ProviderBehaviour::Keys(imposter)]).await;
    let world = provider.world().await;
    run(&world).await;
    assert_eq!(published(&world).await, [own_keys(), vec![("outside-1".to_owned(), false)]].concat());
    let expected = testkit::key_set();
    let set = world.shell.keys.key_set(world.now()).await.unwrap();
    assert_eq!(set.keys[0], expected.keys[0], "the own key is unchanged");
}

#[tokio::test]
async fn provider_failures_keep_the_last_good_keys() {
    for behaviour in [
        ProviderBehaviour::Down,
        ProviderBehaviour::Text("<html>maintenance</html>".to_owned()),
        ProviderBehaviour::Text("x".repeat(1_000_000)),
        ProviderBehaviour::Keys(json!({"keys": []})),
        ProviderBehaviour::Keys(json!({"keys": [{"kty": "EC", "kid": "e"}]})),
        ProviderBehaviour::Keys(json!([1, 2])),
    ] {
        let provider = Provider::new([good()]).await;
        let world = provider.world().await;
        run(&world).await;
        provider.set_behaviour(behaviour);
        let summary = run(&world).await;
        assert_eq!(
            (&summary["outside_keys"], &summary["failures"]),
            (&json!("kept"), &json!(3)),
            "three attempts fail"
        );
        assert_eq!((&summary["changed"], &summary["breaker"]), (&json!(false), &json!("closed")));
        assert_eq!(published(&world).await, all());
    }
}

#[tokio::test]
async fn slow_provider_costs_three_seconds_per_attempt() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    run(&world).await;
    provider.set_behaviour(ProviderBehaviour::Slow);
    let started = std::time::Instant::now();
    let summary = run(&world).await;
    assert_eq!(summary["outside_keys"], json!("kept"));
    assert!(started.elapsed() < Duration::from_secs(12), "{:?}", started.elapsed());
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn failed_fetch_is_retried_in_the_same_run() {
    let provider = Provider::new([ProviderBehaviour::Down, ProviderBehaviour::Text("{".to_owned()), good()]).await;
    let world = provider.world().await;
    let summary = run(&world).await;
    assert_eq!((&summary["outside_keys"], &summary["failures"]), (&json!("fresh"), &json!(2)));
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn breaker_opens_after_five_failures_and_probes_after_five_minutes() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    run(&world).await;
    let calls = |before: u32| provider.asked() - before;
    provider.set_behaviour(ProviderBehaviour::Down);
    let before = provider.asked();
    run(&world).await;
    assert_eq!(run(&world).await["breaker"], json!("open"));
    assert_eq!(calls(before), 5, "three attempts, then two");
    assert_eq!(run(&world).await["outside_keys"], json!("kept"));
    assert_eq!(calls(before), 5, "an open breaker allows no call");

    world.clock.advance(SignedDuration::from_secs(300));
    assert_eq!(run(&world).await["breaker"], json!("open"), "one failure opens a half-open breaker");
    assert_eq!(calls(before), 6);
    world.clock.advance(SignedDuration::from_secs(300));
    provider.set_behaviour(good());
    assert_eq!(run(&world).await["breaker"], json!("closed"));
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn run_without_kms_fails_and_keeps_the_keys() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    run(&world).await;
    world.cloud.fail_calls("TrentService.GetPublicKey");
    let job = ::auth::job::refresh_jwks::build(&world.shell).unwrap();
    let failed = job(world.shell.system_origin("auth-job-refresh-jwks", "req_job"), json!({})).await;
    assert!(failed.unwrap_err().is_retryable());
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn incomplete_or_insecure_provider_settings_are_rejected() {
    for (variables, named) in [
        (vec![("JWKS_URL", "https://idp.example/jwks")], "EXTERNAL_ISSUER"),
        (
            vec![("JWKS_URL", "https://idp.example/jwks"), ("EXTERNAL_ISSUER", "https://idp.example")],
            "EXTERNAL_AUDIENCE",
        ),
        (vec![("JWKS_URL", "http://idp.example/jwks"), ("EXTERNAL_ISSUER", "x"), ("EXTERNAL_AUDIENCE", "y")], "https"),
        (
            vec![("JWKS_URL", "http://localhost.evil.example/"), ("EXTERNAL_ISSUER", "x"), ("EXTERNAL_AUDIENCE", "y")],
            "https",
        ),
        (
            vec![
                ("JWKS_URL", "https://idp.example/"),
                ("EXTERNAL_ISSUER", testkit::ISSUER),
                ("EXTERNAL_AUDIENCE", "y"),
            ],
            "ISSUER",
        ),
    ] {
        let world = world_with(&variables).await;
        let error = ::auth::job::refresh_jwks::build(&world.shell).err().expect(named);
        assert!(error.to_string().contains(named), "{error}");
    }
}
