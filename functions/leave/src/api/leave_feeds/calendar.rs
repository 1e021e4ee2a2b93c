//! `GET /api/v1/leave-feeds/{token}/calendar.ics`: the calendar of a feed, for calendar programs.
//!
//! The token is the only credential. KMS verifies it, and the calendar shows what the owner may see on the day it is
//! read. A forged or revoked token gets 404, and so does one whose owner may no longer sign in.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{Error, ErrorKind, Message, Result};
use lambda::http::{Path, Problem, PublicCaller};

use super::feed_api::FeedApi;
use crate::{
    api::leaves::visible_absences::{CalendarViewer, display_name},
    app::feed_token,
    domain::{
        feed::{Feed, FeedScope},
        ics,
    },
    messages,
};

lambda::endpoint!(LEAVE_FEEDS_CALENDAR, get(handle), FeedApi);

const DAYS_BACK: i32 = 31;
const DAYS_AHEAD: i32 = 366;
/// Calendar programs may cache the file for 15 minutes; shared caches may not.
const CACHE_CONTROL: &str = "private, max-age=900";

fn feed_not_found_error() -> Error {
    Error::not_found(messages::calendar_feed())
}

/// Returns a calendar feed as an iCalendar file.
///
/// It needs no access token: the URL is the secret. It shows 31 days back and 366 days ahead, as far as the owner may
/// see them today. The file may be cached for 15 minutes.
#[utoipa::path(get, path = "/api/v1/leave-feeds/{token}/calendar.ics", operation_id = "leave-feeds-calendar", tag = "leaves",
    params(
        ("token" = String, Path, pattern = r"^feed_[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$", description = "Secret token of the feed, as in the `url` of the created feed."),
        ("If-None-Match" = Option<String>, Header,
            description = "`ETag` of the last read; for an unchanged file, the response is 304 without a body.")),
    responses(
        (status = 200, body = String, content_type = "text/calendar", description = "iCalendar file (RFC 5545)."),
        (status = 304, description = "The file still has the ETag in `If-None-Match`."),
        (status = 404, description = "`not_found`: the feed does not exist or was revoked, or its owner has left."),
        (status = 422, description = "`invalid`: the calendar has more than 2,000 absences.")))]
pub async fn handle(
    State(feed_api): State<FeedApi>,
    public: PublicCaller,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, Problem> {
    let text = feed_api.load_calendar_file(&token, public.origin().at).await?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let vary = header::ACCEPT_LANGUAGE.to_string();
    let response_headers =
        [(header::ETAG, tag), (header::CACHE_CONTROL, CACHE_CONTROL.to_owned()), (header::VARY, vary)];
    if same {
        return Ok((StatusCode::NOT_MODIFIED, response_headers).into_response());
    }
    Ok((response_headers, [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

impl FeedApi {
    /// iCalendar file of the feed with this token; 404 for a forged or revoked token, or if the owner may not sign in.
    async fn load_calendar_file(&self, token: &str, at: jiff::Timestamp) -> Result<String> {
        let (id, mac) = feed_token::parse_feed_token(token).ok_or_else(feed_not_found_error)?;
        if !self.mac_key.verify(&feed_token::feed_mac_input(id), &mac).await? {
            return Err(feed_not_found_error());
        }
        let feed = self.api.store.get_active_feed(id).await?.value;
        let owner = self.api.shell.directory.person(feed.employee_id, at).await?.ok_or_else(feed_not_found_error)?;
        let viewer = CalendarViewer::for_feed_owner(&owner, at).ok_or_else(feed_not_found_error)?;
        let span = feed_span(owner.today(at));
        let visible = viewer.load_absences(&self.api, feed.scope, feed.department_id, span).await;
        let visible = visible
            .map_err(|error| if error.kind() == ErrorKind::NotFound { feed_not_found_error() } else { error })?;
        let absences = visible.sorted().into_iter().map(|(person, absence)| (display_name(person), absence));
        let title = feed_title(&feed, &owner);
        let title = if visible.partial { messages::incomplete(title) } else { title };
        Ok(ics::calendar_file(&title, absences))
    }
}

/// First and last day that a feed shows.
fn feed_span(today: Date) -> (Date, Date) {
    (today.saturating_sub(DAYS_BACK.days()), today.saturating_add(DAYS_AHEAD.days()))
}

fn feed_title(feed: &Feed, owner: &Person) -> Message {
    match feed.scope {
        FeedScope::Own => messages::calendar_of_employee(display_name(owner)),
        FeedScope::Team => messages::calendar_of_team(display_name(owner)),
        FeedScope::Department => messages::calendar_of_department(),
    }
}
