//! Asking operations in process, each right after init and once more when warm, and counting what they ask of the database.

use access::Operation;
use axum::{Router, http::Method};
use directory::Person;
use jiff::SignedDuration;
use lambda::{InitError, Shell};
use serde_json::Value;
use testkit::{Answer, World};

use crate::{Result, calls::Counted};

/// Longer than anything is remembered.
const A_WHILE: SignedDuration = SignedDuration::from_mins(2);

/// How an endpoint is built.
pub(crate) type Build = fn(&Shell) -> std::result::Result<Router, InitError>;

/// A world with rules, and what was counted in it.
pub(crate) struct Counting {
    pub(crate) world: World,
    pub(crate) counted: Vec<Counted>,
}

impl Counting {
    /// Nothing yet.
    pub(crate) fn of(world: World) -> Self {
        world.calls.weigh();
        Self { world, counted: Vec::new() }
    }

    /// Asks right after init, and again at once.
    pub(crate) async fn twice(
        &mut self,
        operation: &'static Operation,
        build: Build,
        who: &Person,
        ask: impl Fn(usize) -> (String, Option<Value>),
    ) -> Result<()> {
        self.twice_after(operation, build, who, async |_: &World, _| Ok(()), ask).await
    }

    /// The same where something is to happen before each of the two, which does not count.
    pub(crate) async fn twice_after(
        &mut self,
        operation: &'static Operation,
        build: Build,
        who: &Person,
        before: impl AsyncFn(&World, usize) -> Result<()>,
        ask: impl Fn(usize) -> (String, Option<Value>),
    ) -> Result<()> {
        let app = self.fresh(operation, build).await?;
        for (number, state) in ["first", "warm"].into_iter().enumerate() {
            before(&self.world, number).await?;
            self.asked((operation, &app), state, who, ask(number)).await?;
        }
        Ok(())
    }

    /// Asks right after init only.
    pub(crate) async fn once(
        &mut self,
        operation: &'static Operation,
        build: Build,
        state: &'static str,
        who: &Person,
        ask: (String, Option<Value>),
    ) -> Result<()> {
        let app = self.fresh(operation, build).await?;
        self.asked((operation, &app), state, who, ask).await
    }

    /// An endpoint right after init, when nothing is remembered.
    async fn fresh(&self, operation: &'static Operation, build: Build) -> Result<Router> {
        let world = &self.world;
        let app = world.app(operation, build);
        world.clock.advance(A_WHILE);
        world.shell.keys.refresh(world.now()).await.map_err(|error| error.to_string())?;
        Ok(app)
    }

    async fn asked(
        &mut self,
        (operation, app): (&'static Operation, &Router),
        state: &'static str,
        who: &Person,
        (path, body): (String, Option<Value>),
    ) -> Result<()> {
        let world = &self.world;
        let method = Method::from_bytes(operation.method.as_str().as_bytes())?;
        let request = world.ask(app, method, path).by(who);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        world.calls.forget();
        let answer = request.await;
        let status = answer.status.as_u16();
        done(answer)?;
        self.counted.push(Counted::of(world, operation.name, state, status));
        Ok(())
    }
}

/// Insists on a success; answers the body.
pub(crate) fn done(answer: Answer) -> Result<Value> {
    if answer.status.is_success() { Ok(answer.body) } else { Err(format!("{}: {}", answer.status, answer.body).into()) }
}
