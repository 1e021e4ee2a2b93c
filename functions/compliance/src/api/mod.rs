//! Endpoints, in folders that mirror their URLs.

pub mod compliance;
mod fields;
mod nested_json;
pub mod view;

use kernel::{EmployeeId, Kind, Result};
use lambda::http::Caller;

use crate::store::Records;

/// State of the handlers: the table `compliance` and the shell.
pub type Api = lambda::Api<Records>;

/// The people among these whom the caller still reaches; who reported to somebody may have moved on.
async fn in_reach(caller: &Caller, ids: impl Iterator<Item = EmployeeId>) -> Result<Vec<EmployeeId>> {
    let mut reached: Vec<EmployeeId> = Vec::new();
    let mut unreached: Vec<EmployeeId> = Vec::new();
    for id in ids {
        if reached.contains(&id) || unreached.contains(&id) {
            continue;
        }
        match caller.reach(id).await {
            Ok(_) => reached.push(id),
            Err(error) if error.kind() == Kind::NotFound => unreached.push(id),
            Err(error) => return Err(error),
        }
    }
    Ok(reached)
}
