//! Filter and page of a list.

use axum::{extract::FromRequestParts, http::request::Parts};
use garde::Validate;
use kernel::PageLimit;
use serde::{Deserialize, de::DeserializeOwned};
use store::Pagination;
use utoipa::IntoParams;

use super::{Caller, Problem, query, valid::validate_query};

/// Query parameters for the page of a list: its size and its cursor.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items per page: 1 to 100. Default: 25.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 25)]
    pub limit: PageLimit,
    /// `next_cursor` of the previous page. It is valid only for the same caller and the same filters.
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// Names of the parameters of [`PageQuery`].
const PAGE_PARAMETERS: [&str; 2] = ["limit", "cursor"];

/// Filter for a list without filters: every parameter except those of [`PageQuery`] is refused.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Query of a paged list: the filter `F` and the page. `params(F, PageQuery)` documents it.
///
/// Cursors are valid only for the same caller, scopes, path and filter.
///
/// # Errors
/// 400 `malformed`; 422 `invalid` for the filter. The cursor itself is checked by the store: 400 `invalid_cursor`.
#[derive(Debug, Clone)]
pub struct Paged<F = NoFilter> {
    /// Filter of the list, already validated.
    pub filter: F,
    /// Requested page of the list, whose cursor is not checked yet.
    pub page: Pagination,
}

impl<F: DeserializeOwned + Validate<Context = ()> + Send, S: Send + Sync> FromRequestParts<S> for Paged<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let (page, mut filter): (Vec<_>, Vec<_>) = query::query_pairs(parts.uri.query().unwrap_or_default())
            .partition(|(name, _)| PAGE_PARAMETERS.contains(&&**name));
        filter.sort();
        let text = |pairs: Vec<_>| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let filter_text = text(filter);
        let PageQuery { limit, cursor } = query::read_query(&text(page), &[])?;
        let filter: F = query::read_query(&filter_text, &PAGE_PARAMETERS)?;
        validate_query(&filter)?;
        let cipher = caller.shell.keys.cursor_cipher(caller.origin().at).await?;
        let query = format!("{} {} {:?}?{filter_text}", caller.operation().name, parts.uri.path(), caller.grant());
        Ok(Self { filter, page: Pagination::new(limit, cursor, cipher, caller.cursor_scope(query)) })
    }
}
