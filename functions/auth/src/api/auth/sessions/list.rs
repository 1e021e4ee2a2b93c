//! `GET /api/v1/auth/sessions`: one's own sessions, the latest first.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use kernel::{Limit, Page, SessionId};
use lambda::{
    FromShell, InitError, KeyRing, Shell,
    http::{Caller, Problem, Query, Valid},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{domain::session::Session, store::Store};

lambda::endpoint!(AUTH_SESSIONS_LIST, get(handle), Desk);

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// At most so many, 1 to 100.
    #[serde(default)]
    #[garde(skip)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Limit,
    /// Where the last page ended.
    #[serde(default)]
    #[garde(inner(length(max = 2048)))]
    pub cursor: Option<String>,
}

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

#[derive(Clone)]
struct Desk {
    store: Store,
    keys: KeyRing,
}

/// Lists one's own sessions.
#[utoipa::path(get, path = "/api/v1/auth/sessions", operation_id = "auth-sessions-list", tag = "auth",
    security(("bearer" = [])), params(Wanted),
    responses((status = 200, body = Page<SessionView>), (status = 401, description = "No valid access token")))]
async fn handle(
    State(desk): State<Desk>,
    caller: Caller,
    Valid(Query(wanted)): Valid<Query<Wanted>>,
) -> Result<axum::Json<Page<SessionView>>, Problem> {
    let Some(epoch) = desk.store.epoch(caller.id()).await? else {
        return Ok(axum::Json(Page { items: Vec::new(), next_cursor: None }));
    };
    let sealer = desk.keys.sealer(caller.origin().at).await?;
    let view = caller.view(access::AUTH_SESSIONS_LIST.name);
    let page = (wanted.limit, wanted.cursor.as_deref());
    let page = desk.store.sessions(caller.origin(), caller.id(), &epoch, page, (&sealer, &view)).await?;
    Ok(axum::Json(page.map(|session| SessionView::of(session, caller.session()))))
}

impl FromShell for Desk {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { store: Store::from_shell(shell)?, keys: shell.keys.clone() })
    }
}
