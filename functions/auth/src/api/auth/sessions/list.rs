//! `GET /api/v1/auth/sessions`: lists the own sessions, latest first.

use axum::extract::State;
use jiff::Timestamp;
use kernel::{Page, SessionId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{domain::session::Session, store::AuthStore};

lambda::endpoint!(AUTH_SESSIONS_LIST, get(handle), AuthStore);

/// Session of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Id of the session.
    pub id: SessionId,
    /// `User-Agent` of the last login or refresh; null if none was sent.
    #[schema(required = true)]
    pub device: Option<String>,
    /// IP address of the last login or refresh; null if unknown.
    #[schema(required = true)]
    pub ip_address: Option<String>,
    /// Time of the login.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last refresh, or of the login.
    #[schema(value_type = String, format = DateTime)]
    pub last_used_at: Timestamp,
    /// Time at which the session ends, 30 days after the login.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whether it is the session of this request.
    pub current: bool,
}

impl SessionView {
    fn new(session: Session, current: Option<SessionId>) -> Self {
        Self {
            current: current == Some(session.id),
            id: session.id,
            device: session.user_agent,
            ip_address: session.ip_address,
            created_at: session.created_at,
            last_used_at: session.rotated_at,
            expires_at: session.ends_at,
        }
    }
}

/// Lists the active sessions of the caller, latest login first.
#[utoipa::path(get, path = "/api/v1/auth/sessions", operation_id = "auth-sessions-list", tag = "auth",
    security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, body = Page<SessionView>, description = "One page of sessions, latest login first."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller.")))]
async fn handle(
    State(store): State<AuthStore>,
    caller: Caller,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<SessionView>>, Problem> {
    let Some(epoch) = store.find_credential_epoch(caller.id()).await? else {
        return Ok(axum::Json(Page { items: Vec::new(), next_cursor: None }));
    };
    let page = store.list_active_sessions(caller.origin(), caller.id(), &epoch, &page).await?;
    Ok(axum::Json(page.map(|session| SessionView::new(session, caller.session()))))
}
