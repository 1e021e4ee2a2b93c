//! `GET /api/v1/auth/me`: who the token stands for, and what they may do.

use access::{AccessRule, OPERATIONS, Roles, Scope};
use kernel::SessionId;
use lambda::{Shell, http::Caller};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::tokens::User;

lambda::endpoint!(AUTH_ME, get(handle), Shell);

/// Who the token stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentUser {
    /// The person.
    #[serde(flatten)]
    pub user: User,
    /// The session of the token; none for a token of an outside identity provider.
    pub session_id: Option<SessionId>,
    /// What the person may do: operation and reach, such as `employees-get:reports`.
    #[schema(example = json!(["employees-get:own"]))]
    pub scopes: Vec<String>,
}

/// Tells who is asking.
#[utoipa::path(get, path = "/api/v1/auth/me", operation_id = "auth-me", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = CurrentUser), (status = 401, description = "No valid access token")))]
async fn handle(caller: Caller) -> axum::Json<CurrentUser> {
    axum::Json(CurrentUser {
        user: User::from(caller.person()),
        session_id: caller.session(),
        scopes: scopes(caller.roles()),
    })
}

/// The rows of the access table that somebody with these roles has.
fn scopes(roles: Roles) -> Vec<String> {
    let reach = |scope| match scope {
        Scope::Own => "own",
        Scope::Reports => "reports",
        Scope::Department => "department",
        Scope::All => "all",
    };
    let mut scopes = Vec::new();
    for operation in OPERATIONS {
        if let AccessRule::Granted(rows) = operation.access {
            let held = rows.iter().filter(|(role, _)| roles.has(*role));
            scopes.extend(held.map(|(_, scope)| format!("{}:{}", operation.name, reach(*scope))));
        }
    }
    scopes.dedup();
    scopes
}

#[cfg(test)]
mod tests {
    use access::Role;

    use super::*;

    #[test]
    fn scopes_are_the_rows_of_the_access_table() {
        let employee: Roles = [Role::Employee].into_iter().collect();
        assert!(scopes(employee).contains(&"employees-get:own".to_owned()));
        assert!(!scopes(employee).iter().any(|scope| scope.starts_with("employees-create")));
        let hr: Roles = [Role::Employee, Role::Hr].into_iter().collect();
        assert!(scopes(hr).contains(&"employees-compensation-update:all".to_owned()));
        assert_eq!(scopes(Roles::default()), Vec::<String>::new());
    }
}
