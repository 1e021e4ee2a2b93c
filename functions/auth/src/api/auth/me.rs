//! `GET /api/v1/auth/me`: reads the current user and their scopes.

use access::{AccessRule, OPERATIONS, Roles, Scope};
use kernel::SessionId;
use lambda::{Shell, http::Caller};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::tokens::SignedInUser;

lambda::endpoint!(AUTH_ME, get(handle), Shell);

/// Person, session and scopes of the access token.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentUser {
    /// Person of the access token.
    #[serde(flatten)]
    pub user: SignedInUser,
    /// Session of the access token; null for a token of an external identity provider.
    #[schema(required = true)]
    pub session_id: Option<SessionId>,
    /// Operations that the person may call by their access roles, each with its scope, such as `employees-get:reports`. An
    /// operation with several scopes appears several times; operations that need no token are not listed.
    #[schema(example = json!(["employees-get:own"]))]
    pub scopes: Vec<GrantedScope>,
}

/// Operation id of this document, a colon, and a scope.
///
/// - `own`: the person's own data
/// - `reports`: the data of all employees below the person, directly and indirectly
/// - `department`: the data of the person's own department
/// - `all`: the data of all employees
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(pattern = "^[a-z0-9-]+:(own|reports|department|all)$")]
pub struct GrantedScope(String);

/// Returns the current user and their scopes.
#[utoipa::path(get, path = "/api/v1/auth/me", operation_id = "auth-me", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = CurrentUser, description = "Person of the access token, with their scopes.")))]
async fn handle(caller: Caller) -> axum::Json<CurrentUser> {
    axum::Json(CurrentUser {
        user: SignedInUser::from(caller.person()),
        session_id: caller.session(),
        scopes: granted_scopes(caller.roles()),
    })
}

/// Operations that these roles may call, each with its scope; without the public operations.
fn granted_scopes(roles: Roles) -> Vec<GrantedScope> {
    let scope_name = |scope| match scope {
        Scope::Own => "own",
        Scope::Reports => "reports",
        Scope::Department => "department",
        Scope::All => "all",
    };
    let mut scopes = Vec::new();
    for operation in OPERATIONS {
        if let AccessRule::Granted(rows) = operation.access {
            let held = rows.iter().filter(|(role, _)| roles.has(*role));
            scopes.extend(held.map(|(_, scope)| GrantedScope(format!("{}:{}", operation.name, scope_name(*scope)))));
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
        assert!(granted_scopes(employee).contains(&GrantedScope("employees-get:own".to_owned())));
        assert!(!granted_scopes(employee).iter().any(|scope| scope.0.starts_with("employees-create")));
        let hr: Roles = [Role::Employee, Role::Hr].into_iter().collect();
        assert!(granted_scopes(hr).contains(&GrantedScope("employees-compensation-update:all".to_owned())));
        assert_eq!(granted_scopes(Roles::default()), []);
    }
}
