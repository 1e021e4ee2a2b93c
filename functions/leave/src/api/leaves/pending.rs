//! Requests that the caller may decide now.
//!
//! Approvers follow from the steps of each request and from the reporting lines, so no index lists them. Pending
//! requests are a small part of all requests: they are read by first day and filtered by [`Approval::may_decide`].
//!
//! [`Approval::may_decide`]: policy::leave::Approval::may_decide

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kernel::{EmployeeId, Page, Result};
use lambda::http::Caller;
use store::Pagination;

use super::request_context::{ApproverContext, load_parties_of, require_employed_until_the_end};
use crate::{
    api::Api,
    domain::request::Request,
    store::{RequestFilter, start_sort_key},
};

const READ_PAGE_SIZE: usize = 200;
/// Most reads for one page. A page that is not full by then has a cursor to continue.
const ROUNDS_MAX: usize = 5;
const LOOKUP_CONCURRENCY: usize = 16;

/// One page of requests that the caller may decide, soonest first.
pub(crate) async fn list_pending_for_approver(
    api: &Api,
    caller: &Caller,
    filter: &RequestFilter,
    page: &Pagination,
) -> Result<Page<Request>> {
    let at = caller.origin().at;
    let mut after = page.position()?;
    let approver = ApproverContext::load(api, caller).await?;
    let mut items: Vec<Request> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let (read, next) = api.store.list_pending_requests(filter, after.as_deref(), READ_PAGE_SIZE).await?;
        if approver.may_replace_others() {
            cache_approvers(api, &read, at).await?;
        }
        let lookups = read.into_iter().map(|request| keep_if_decidable(api, &approver, request, at));
        let mut results = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY);
        while let Some(decidable) = results.try_next().await? {
            let Some(request) = decidable else { continue };
            // One more item than the page size tells whether the page needs a cursor.
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

/// Reads the managers and named approvers of requests into the directory's cache, each once. Whether they can decide
/// determines whether others are asked.
async fn cache_approvers(api: &Api, requests: &[Request], at: Timestamp) -> Result<()> {
    let approvers = requests.iter().filter_map(|request| Some((request, request.pending_approval()?)));
    let ids: BTreeSet<EmployeeId> = approvers
        .flat_map(|(request, approval)| {
            request.manager_id.into_iter().chain(approval.named_approvers().iter().copied())
        })
        .collect();
    let lookups = ids.into_iter().map(|id| api.shell.directory.person(id, at));
    stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_for_each(|_| std::future::ready(Ok(()))).await
}

/// The request, or `None` if the caller may not decide it. The manager stored in the request excludes most without a lookup
/// of the employee; the directory decides about the rest, as in `leaves-approve`.
async fn keep_if_decidable(
    api: &Api,
    approver: &ApproverContext,
    request: Request,
    at: Timestamp,
) -> Result<Option<Request>> {
    let Some(approval) = request.pending_approval() else { return Ok(None) };
    if !approver.may_replace_others() && !approver.may_be_asked(&request, approval) {
        return Ok(None);
    }
    let recorded = load_parties_of(api, &request, (Some(approval), request.manager_id), at).await?;
    if !approval.may_decide(&approver.candidate_for(recorded)) {
        return Ok(None);
    }
    let Some(person) = api.shell.directory.person(request.employee_id, at).await? else { return Ok(None) };
    if require_employed_until_the_end(&request, &person, at).is_err() {
        return Ok(None);
    }
    let parties = load_parties_of(api, &request, (Some(approval), person.manager_id), at).await?;
    let decides = approval.may_decide(&approver.candidate_for(parties));
    Ok(decides.then_some(request))
}
