//! `GET /api/v1/auth/sessions`: one's own sessions, the latest first.

use axum::extract::State;
use jiff::Timestamp;
use kernel::{Page, SessionId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{domain::session::Session, store::AuthStore};

lambda::endpoint!(AUTH_SESSIONS_LIST, get(handle), AuthStore);

/// A session as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Id.
    pub id: SessionId,
    /// What the device says it is.
    pub device: Option<String>,
    /// From where it was used last.
    pub ip_address: Option<String>,
    /// When somebody signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was refreshed last.
    #[schema(value_type = String, format = DateTime)]
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whether it is the session of this very request.
    pub current: bool,
}

impl SessionView {
    fn of(session: Session, current: Option<SessionId>) -> Self {
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

/// Lists one's own sessions.
#[utoipa::path(get, path = "/api/v1/auth/sessions", operation_id = "auth-sessions-list", tag = "auth",
    security(("bearer" = [])), params(PageQuery),
    responses((status = 200, body = Page<SessionView>), (status = 401, description = "No valid access token")))]
async fn handle(
    State(store): State<AuthStore>,
    caller: Caller,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<Page<SessionView>>, Problem> {
    let Some(epoch) = store.epoch(caller.id()).await? else {
        return Ok(axum::Json(Page { items: Vec::new(), next_cursor: None }));
    };
    let page = store.sessions(caller.origin(), caller.id(), &epoch, &page).await?;
    Ok(axum::Json(page.map(|session| SessionView::of(session, caller.session()))))
}
