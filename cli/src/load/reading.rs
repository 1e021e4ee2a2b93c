//! Reading what there is afterwards, with patience: the stack may still be busy with what it was asked.

use std::time::Duration;

use serde_json::Value;

use crate::api::{Api, items, text};

/// So often one page is asked for.
const TRIES_MAX: u32 = 4;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);
/// No list is longer.
const PAGES_MAX: usize = 100;

/// One answer.
///
/// # Errors
/// What the last try came to.
pub(super) async fn read(api: &Api, token: &str, path: &str) -> Result<Value, String> {
    let mut tries = 1;
    loop {
        match api.ask("GET", path, token, None, 200).await {
            Err(_) if tries < TRIES_MAX => tokio::time::sleep(PAUSE).await,
            answer => return answer,
        }
        tries += 1;
    }
}

/// The entries of a list, page by page. The path has a query already.
///
/// # Errors
/// As [`read`]; a list that does not end.
pub(super) async fn list(api: &Api, token: &str, path: &str) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    for _ in 0..PAGES_MAX {
        let page = read(api, token, &format!("{path}{cursor}")).await?;
        all.extend(items(&page).cloned());
        match text(&page, "/next_cursor") {
            "" => return Ok(all),
            next => cursor = format!("&cursor={next}"),
        }
    }
    Err(format!("{path} has more than {PAGES_MAX} pages."))
}
