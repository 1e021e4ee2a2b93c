//! `auth-job-refresh-jwks`, with an identity provider that may be down, slow, talking nonsense or lying.

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

/// What the provider does next; the last one stays.
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
    moods: Arc<Mutex<VecDeque<ProviderBehaviour>>>,
    asked: Arc<Mutex<u32>>,
}

impl Provider {
    async fn new(moods: impl IntoIterator<Item = ProviderBehaviour>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let moods = Arc::new(Mutex::new(moods.into_iter().collect()));
        let provider = Self { url, moods, asked: Arc::default() };
        let router = Router::new().route("/jwks", get(answer)).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn set_behaviour(&self, mood: ProviderBehaviour) {
        *self.moods.lock().unwrap() = VecDeque::from([mood]);
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
    let mood = {
        let mut moods = provider.moods.lock().unwrap();
        if moods.len() > 1 { moods.pop_front().unwrap() } else { moods.front().unwrap().clone() }
    };
    match mood {
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

/// The published key ids, ours first.
async fn published(world: &World) -> Vec<(String, bool)> {
    world.shell.keys.refresh(world.now()).await.unwrap();
    let set = world.shell.keys.key_set(world.now()).await.unwrap();
    set.keys.iter().map(|key| (key.kid.clone(), key.internal)).collect()
}

fn ours() -> Vec<(String, bool)> {
    vec![(SIGNING_KEY.to_owned(), true), (NEXT_SIGNING_KEY.to_owned(), true)]
}

fn all() -> Vec<(String, bool)> {
    [ours(), vec![("outside-1".to_owned(), false), ("outside-2".to_owned(), false)]].concat()
}

async fn item(world: &World, pk: &str) -> Option<store::Item> {
    world.list_items("AUTH_TABLE").await.into_iter().find(|item| store::string_attribute(item, "pk") == Some(pk))
}

#[tokio::test]
async fn the_first_run_publishes_what_kms_has_with_a_new_cursor_key_and_later_ones_keep_it() {
    let world = world_with(&[]).await;
    let expected = testkit::key_set();
    let name = world.table_name("AUTH_TABLE");
    let key = item(&world, "KEYS").await.unwrap();
    let remove = world.dynamo.client.delete_item().table_name(name);
    remove.key("pk", key["pk"].clone()).key("sk", key["sk"].clone()).send().await.unwrap();

    assert_eq!(run(&world).await["changed"], json!(true));
    let first = item(&world, "KEYS").await.unwrap();
    world.shell.keys.refresh(world.now()).await.unwrap();
    assert_eq!(*world.shell.keys.key_set(world.now()).await.unwrap(), expected, "modulus and exponent as KMS has them");
    assert_eq!(store::string_attribute(&first, "_cursor_key").unwrap().len(), 44, "32 bytes in base64");

    assert_eq!(run(&world).await["changed"], json!(false));
    assert_eq!(item(&world, "KEYS").await.unwrap(), first, "nothing is written when nothing changed");
    assert_eq!(world.published_types("AUTH_TABLE").await, Vec::<String>::new());
}

#[tokio::test]
async fn outside_keys_are_merged_and_the_cursor_key_stays() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    let before = item(&world, "KEYS").await.unwrap();
    let summary = run(&world).await;
    assert_eq!((&summary["outside"], &summary["outside_keys"]), (&json!(2), &json!("fresh")));
    assert_eq!(published(&world).await, all());
    assert_eq!(item(&world, "KEYS").await.unwrap()["_cursor_key"], before["_cursor_key"]);
}

#[tokio::test]
async fn an_outside_key_can_neither_take_the_id_of_ours_nor_be_of_another_kind() {
    let imposter = json!({"keys": [key(SIGNING_KEY), {"kty": "oct", "kid": "x", "k": "AAAA"}, "nonsense",
        {"kty": "RSA", "kid": "small", "n": URL_SAFE_NO_PAD.encode([0x9f; 64]), "e": "AQAB"}, key("outside-1")]});
    let provider = Provider::new([ProviderBehaviour::Keys(imposter)]).await;
    let world = provider.world().await;
    run(&world).await;
    assert_eq!(published(&world).await, [ours(), vec![("outside-1".to_owned(), false)]].concat());
    let expected = testkit::key_set();
    let set = world.shell.keys.key_set(world.now()).await.unwrap();
    assert_eq!(set.keys[0], expected.keys[0], "our key is what it was");
}

#[tokio::test]
async fn a_provider_that_is_down_slow_or_talks_nonsense_loses_no_key() {
    for mood in [
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
        provider.set_behaviour(mood);
        let summary = run(&world).await;
        assert_eq!((&summary["outside_keys"], &summary["failures"]), (&json!("kept"), &json!(3)), "three tries");
        assert_eq!((&summary["changed"], &summary["breaker"]), (&json!(false), &json!("closed")));
        assert_eq!(published(&world).await, all());
    }
}

#[tokio::test]
async fn a_slow_provider_costs_three_seconds_a_try_and_no_key() {
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
async fn a_provider_that_stumbles_is_asked_again() {
    let provider = Provider::new([ProviderBehaviour::Down, ProviderBehaviour::Text("{".to_owned()), good()]).await;
    let world = provider.world().await;
    let summary = run(&world).await;
    assert_eq!((&summary["outside_keys"], &summary["failures"]), (&json!("fresh"), &json!(2)));
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn after_five_failures_nobody_calls_for_five_minutes_and_then_one_call_decides() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    run(&world).await;
    let calls = |before: u32| provider.asked() - before;
    provider.set_behaviour(ProviderBehaviour::Down);
    let before = provider.asked();
    run(&world).await;
    assert_eq!(run(&world).await["breaker"], json!("open"));
    assert_eq!(calls(before), 5, "three, then two");
    assert_eq!(run(&world).await["outside_keys"], json!("kept"));
    assert_eq!(calls(before), 5, "open: no call");

    world.clock.advance(SignedDuration::from_secs(300));
    assert_eq!(run(&world).await["breaker"], json!("open"), "half open: one failure is enough");
    assert_eq!(calls(before), 6);
    world.clock.advance(SignedDuration::from_secs(300));
    provider.set_behaviour(good());
    assert_eq!(run(&world).await["breaker"], json!("closed"));
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn without_kms_the_run_fails_and_the_keys_stay() {
    let provider = Provider::new([good()]).await;
    let world = provider.world().await;
    run(&world).await;
    world.cloud.fail_calls("TrentService.GetPublicKey");
    let job = ::auth::job::refresh_jwks::build(&world.shell).unwrap();
    let failed = job(world.shell.system_origin("auth-job-refresh-jwks", "req_job"), json!({})).await;
    assert!(failed.unwrap_err().retryable());
    assert_eq!(published(&world).await, all());
}

#[tokio::test]
async fn a_provider_must_be_named_wholly_and_safely() {
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
