//! The requests that somebody may decide now, whatever makes them an approver.
//!
//! Who decides follows from the way of each request and from who manages whom, so no index has the answer. All that waits is a
//! small part of all requests: it is walked by first day, and kept is what [`Approval::may_decide`] lets the caller decide.
//!
//! [`Approval::may_decide`]: policy::leave::Approval::may_decide

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kernel::{Page, Result};
use lambda::http::Caller;
use store::Pagination;

use super::request_context::{ApproverContext, managers_asked};
use crate::{
    api::Api,
    domain::request::Request,
    store::{RequestFilter, start_sort_key},
};

/// So many of what waits are read at a time.
const READ_AT_ONCE: usize = 200;
/// One page reads so often; whoever wants more sends its cursor.
const ROUNDS_MAX: usize = 5;
/// How many requests are looked at a time.
const LOOKUPS_AT_ONCE: usize = 16;

/// One page of what waits for the caller, soonest first.
pub(crate) async fn list_pending_for_approver(
    api: &Api,
    caller: &Caller,
    wanted: &RequestFilter,
    page: &Pagination,
) -> Result<Page<Request>> {
    let at = caller.origin().at;
    let mut after = page.position()?;
    let approver = ApproverContext::of(api, caller).await?;
    let mut items: Vec<Request> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let (read, next) = api.store.list_pending_requests(wanted, after.as_deref(), READ_AT_ONCE).await?;
        let looks = read.into_iter().map(|request| if_decidable(api, &approver, request, at));
        let mut looked = stream::iter(looks).buffered(LOOKUPS_AT_ONCE);
        while let Some(found) = looked.try_next().await? {
            let Some(request) = found else { continue };
            // One more than wanted, so that the last page carries no cursor.
            if let Some(last) = items.last().filter(|_| items.len() >= page.size()) {
                let next_cursor = Some(page.cursor_after(&start_sort_key(last.start_date, last.id))?);
                return Ok(Page { items, next_cursor });
            }
            items.push(request);
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    let next_cursor = after.map(|after| page.cursor_after(&after)).transpose()?;
    Ok(Page { items, next_cursor })
}

/// A request, if it is for the caller to decide. By the manager that its own record names most are not, without a lookup;
/// the directory has the last word, as it has when they decide.
async fn if_decidable(
    api: &Api,
    approver: &ApproverContext,
    request: Request,
    at: Timestamp,
) -> Result<Option<Request>> {
    let Some(approval) = request.waiting() else { return Ok(None) };
    let recorded = managers_asked(api, approval, request.manager_id, at).await?;
    if approval.may_decide(&approver.on(&request, recorded)).is_none() {
        return Ok(None);
    }
    let Some(person) = api.shell.directory.person(request.employee_id, at).await? else { return Ok(None) };
    let managers = managers_asked(api, approval, person.manager_id, at).await?;
    let decides = approval.may_decide(&approver.on(&request, managers)).is_some();
    Ok(decides.then_some(request))
}
