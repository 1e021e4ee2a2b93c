//! Asking operations in process, each right after init and once more when warm, and counting what they ask of the database.

use access::Operation;
use axum::{Router, http::Method};
use directory::{Directory, Person};
use lambda::KeyRing;
use serde_json::Value;
pub(crate) use stage::Build;
use testkit::{Answer, Ask, World};

use crate::{Result, calls::Counted};

/// An endpoint right after init, when nothing but the published keys is known.
pub(crate) async fn fresh(world: &World, operation: &'static Operation, build: Build) -> Result<Router> {
    let told = |error: lambda::InitError| error.to_string();
    let mut shell = world.shell.clone();
    shell.directory = Directory::new(shell.table("EMPLOYEES_TABLE").map_err(told)?);
    shell.keys = KeyRing::new(shell.table("AUTH_TABLE").map_err(told)?);
    shell.keys.refresh(shell.now()).await.map_err(|error| error.to_string())?;
    lambda::http::app(&shell, operation, build).map_err(|error| error.to_string().into())
}

/// Asks, and counts what that asks of the database. It must succeed.
pub(crate) async fn counted(world: &World, operation: &Operation, state: &str, ask: Ask<'_>) -> Result<Counted> {
    world.calls.forget();
    let answer = ask.await;
    let counted = Counted::of(world, operation.name, state, answer.status.as_u16());
    done(answer).map_err(|error| format!("{}: {error}", operation.name))?;
    Ok(counted)
}

/// A request by somebody.
pub(crate) fn ask<'a>(
    world: &'a World,
    (operation, app): (&Operation, &'a Router),
    who: &Person,
    body: &Value,
) -> Result<Ask<'a>> {
    let method = Method::from_bytes(operation.method.as_str().as_bytes())?;
    Ok(world.ask(app, method, operation.path).by(who).json(body))
}

/// Insists on a success; answers the body.
pub(crate) fn done(answer: Answer) -> Result<Value> {
    if answer.status.is_success() { Ok(answer.body) } else { Err(format!("{}: {}", answer.status, answer.body).into()) }
}
