//! `GET /api/v1/leave-feeds/{token}/calendar.ics`: the calendar behind a secret link, as calendar programs read it.
//!
//! The link is the only proof: it is checked by KMS, and shows what its owner may see on the day it is read. A link that was
//! forged, revoked, or whose owner has left is not there.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{Error, ErrorKind, Result};
use lambda::{
    FromShell, InitError, Shell,
    http::{Path, Problem, PublicCaller},
    mac::MacKey,
};

use crate::{
    api::{
        Api,
        leaves::visible_absences::{CalendarViewer, name},
    },
    app::feed_token,
    domain::{
        feed::{Feed, FeedScope},
        ics,
    },
};

lambda::endpoint!(LEAVE_FEEDS_CALENDAR, get(handle), Reader);

/// So many days back are shown.
const DAYS_BACK: i32 = 31;
/// So many days ahead.
const DAYS_AHEAD: i32 = 366;
/// Programs may keep it for so long; nobody between may.
const CACHE: &str = "private, max-age=900";

/// What this endpoint has at hand.
#[derive(Clone)]
pub struct Reader {
    api: Api,
    macs: MacKey,
}

fn no_such_link() -> Error {
    Error::not_found("calendar link")
}

/// Reads the calendar behind a secret link.
#[utoipa::path(get, path = "/api/v1/leave-feeds/{token}/calendar.ics", operation_id = "leave-feeds-calendar", tag = "leaves",
    params(("token" = String, Path), ("If-None-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 304, description = "As it was"),
        (status = 404, description = "Forged, revoked, or its owner has left")))]
pub async fn handle(
    State(reader): State<Reader>,
    public: PublicCaller,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, Problem> {
    let text = reader.read(&token, public.origin().at).await?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let about = [(header::ETAG, tag), (header::CACHE_CONTROL, CACHE.to_owned())];
    if same {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

impl Reader {
    async fn read(&self, token: &str, at: jiff::Timestamp) -> Result<String> {
        let (id, mac) = feed_token::parse(token).ok_or_else(no_such_link)?;
        if !self.macs.verify(&feed_token::signed_text(id), &mac).await? {
            return Err(no_such_link());
        }
        let feed = self.api.store.feed(id).await?.value;
        let owner = self.api.shell.directory.person(feed.employee_id, at).await?.ok_or_else(no_such_link)?;
        let viewer = CalendarViewer::for_feed_owner(&owner, at).ok_or_else(no_such_link)?;
        let span = span(owner.today(at));
        let seen = viewer.absences(&self.api, feed.scope, feed.department_id, span).await;
        let seen = seen.map_err(|error| if error.kind() == ErrorKind::NotFound { no_such_link() } else { error })?;
        let absences = seen.absences().into_iter().map(|(person, absence)| (name(person), absence));
        let title = title(&feed, &owner) + if seen.partial { " (not everybody)" } else { "" };
        Ok(ics::calendar(&title, absences))
    }
}

/// The days that are shown, seen from today.
fn span(today: Date) -> (Date, Date) {
    (today.saturating_sub(DAYS_BACK.days()), today.saturating_add(DAYS_AHEAD.days()))
}

fn title(feed: &Feed, owner: &Person) -> String {
    match feed.scope {
        FeedScope::Own => format!("Leave of {}", name(owner)),
        FeedScope::Team => format!("Leave in the team of {}", name(owner)),
        FeedScope::Department => "Leave in the department".to_owned(),
    }
}

impl FromShell for Reader {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, macs: MacKey::from_shell(shell)? })
    }
}
