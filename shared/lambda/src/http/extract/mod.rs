//! What comes in: bodies, queries and paths that are read and checked before a handler sees them.

use std::{str::FromStr, sync::Arc};

use access::ReadableFields;
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{header, request::Parts},
};
use directory::Person;
use garde::Validate;
use kernel::{Code, EmployeeId, Error, PageLimit};
use serde::{Deserialize, de::DeserializeOwned};
use store::Pagination;
use utoipa::IntoParams;

use super::{Caller, Problem};

mod idempotency;

pub use idempotency::{IdempotencyHeader, UnusedIdempotencyHeader};

/// No body may be longer.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// No body that carries a file may be longer.
pub const LARGE_BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A JSON body, strictly read: wrong types and unknown fields are refused with a pointer to them.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, BODY_BYTES_MAX).await.map(Self)
    }
}

/// The same for bodies that carry a file.
#[derive(Debug, Clone)]
pub struct LargeJson<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for LargeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, LARGE_BODY_BYTES_MAX).await.map(Self)
    }
}

async fn read<T: DeserializeOwned>(request: Request, bytes_max: usize) -> Result<T, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "Send JSON with `Content-Type: application/json`.";
        return Err(Error::new(Code::UnsupportedMediaType, detail).into());
    }
    let body = to_bytes(request.into_body(), bytes_max).await.map_err(|error| {
        let detail = format!("A body may have at most {bytes_max} bytes.");
        Error::new(Code::TooLarge, detail).with_log_detail(error)
    })?;
    // Serde takes an array for a struct whose fields are in order; a body is an object.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(unreadable_body(String::new(), "expected a JSON object, not an array"));
    }
    let mut reader = serde_json::Deserializer::from_slice(&body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(&error.path().to_string());
        unreadable_body(pointer, &error.into_inner().to_string())
    })?;
    reader.end().map_err(|error| unreadable_body(String::new(), &error.to_string()))?;
    Ok(value)
}

/// Reads a part of a body whose type another part tells: as strictly as a body, with pointers that begin with `at`.
///
/// # Errors
/// 400 with a pointer to the field that has a wrong type, is unknown or is missing.
pub fn read_nested<T: DeserializeOwned>(at: &str, value: serde_json::Value) -> kernel::Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let at = format!("{at}{}", pointer(&error.path().to_string()));
        unreadable_body(at, &error.into_inner().to_string()).0
    })
}

/// A query string, strictly read.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(url_pairs(query));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let name = if path == "." { field_in_message(&message).unwrap_or_default() } else { path };
        let detail = serde_detail(&message);
        Problem(Error::new(Code::Malformed, "The query cannot be read.").with_field(
            format!("query:{name}"),
            serde_code(&message),
            detail,
        ))
    })
}

fn url_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// Which page of a list.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items on a page: 1 to 100, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: PageLimit,
    /// `next_cursor` of the page before; it opens only for the same caller and the same query.
    pub cursor: Option<String>,
}

/// A list without filters.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// The query of a list: its filter, strictly read and checked, and which page. The cursor is sealed over the caller, their
/// scopes, the path and the whole filter.
#[derive(Debug, Clone)]
pub struct Paged<F = NoFilter> {
    /// What is listed.
    pub filter: F,
    /// Which page of it.
    pub page: Pagination,
}

impl<F: DeserializeOwned + Validate<Context = ()> + Send, S: Send + Sync> FromRequestParts<S> for Paged<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let (page, mut filter): (Vec<_>, Vec<_>) = url_pairs(parts.uri.query().unwrap_or_default())
            .partition(|(name, _)| matches!(&**name, "limit" | "cursor"));
        filter.sort();
        let text = |pairs: Vec<_>| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let filter_text = text(filter);
        let PageQuery { limit, cursor } = read_query(&text(page))?;
        let filter: F = read_query(&filter_text)?;
        filter.validate().map_err(|report| validation_problem(&report, |path| format!("query:{path}")))?;
        let sealer = caller.shell.keys.cursor_cipher(caller.origin().at).await?;
        let question = format!("{} {} {:?}?{filter_text}", caller.operation().name, parts.uri.path(), caller.grant());
        Ok(Self { filter, page: Pagination::new(limit, cursor, sealer, caller.cursor_scope(question)) })
    }
}

/// An object that the path names and the caller reaches. A handler that has it was allowed to see it; everybody else hears 404
/// in the words of an object that is not there.
#[derive(Debug, Clone)]
pub struct InScope<T>(pub T);

/// How an object is loaded and judged for [`InScope`].
pub trait LoadInScope<S>: Sized {
    /// The first parameter of the path.
    type Id: FromStr + Send;

    /// Loads the object.
    ///
    /// # Errors
    /// 404 where it is not there, or out of the caller's reach.
    fn load_in_scope(state: &S, caller: &Caller, id: Self::Id) -> impl Future<Output = kernel::Result<Self>> + Send;
}

impl<T: LoadInScope<S>, S: Send + Sync> FromRequestParts<S> for InScope<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let id = parameters.ok().and_then(|all| all.iter().next().and_then(|(_, value)| value.parse::<T::Id>().ok()));
        let id = id.ok_or_else(|| Error::not_found("resource"))?;
        Ok(Self(T::load_in_scope(state, &caller, id).await?))
    }
}

/// The person whom the path names.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The person.
    pub person: Arc<Person>,
    /// Which of their fields the caller may read.
    pub fields: ReadableFields,
}

impl<S: Sync> LoadInScope<S> for Subject {
    type Id = EmployeeId;

    async fn load_in_scope(_: &S, caller: &Caller, id: EmployeeId) -> kernel::Result<Self> {
        let (person, fields) = caller.person_in_scope(id).await?;
        Ok(Self { person, fields })
    }
}

/// A path parameter. What does not read as one cannot be anything that is there.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|error| Error::not_found("resource").with_log_detail(error).into())
    }
}

/// Input that was also checked against its rules by `garde`.
#[derive(Debug, Clone)]
pub struct Valid<T>(pub T);

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequest<S> for Valid<Json<T>> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(value) = Json::<T>::from_request(request, state).await?;
        value.validate().map_err(|report| validation_problem(&report, pointer))?;
        Ok(Self(Json(value)))
    }
}

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequest<S> for Valid<LargeJson<T>> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let LargeJson(value) = LargeJson::<T>::from_request(request, state).await?;
        value.validate().map_err(|report| validation_problem(&report, pointer))?;
        Ok(Self(LargeJson(value)))
    }
}

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequestParts<S> for Valid<Query<T>> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state).await?;
        value.validate().map_err(|report| validation_problem(&report, |path| format!("query:{path}")))?;
        Ok(Self(Query(value)))
    }
}

fn validation_problem(report: &garde::Report, pointer: impl Fn(&str) -> String) -> Problem {
    let invalid = Error::new(Code::Invalid, "The request breaks a rule.");
    Problem(report.iter().fold(invalid, |error, (path, broken)| {
        error.with_field(pointer(&path.to_string()), "invalid", broken.message().to_owned())
    }))
}

/// An RFC 6901 pointer from the path notation of serde and garde: `items[0].name` becomes `/items/0/name`.
fn pointer(path: &str) -> String {
    if path.is_empty() || path == "." {
        return String::new();
    }
    // `?` is where serde had not yet read a name.
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty() && *part != "?");
    parts.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

fn unreadable_body(mut at: String, message: &str) -> Problem {
    if let Some(name) = field_in_message(message)
        && !at.ends_with(&format!("/{name}"))
    {
        at = format!("{at}/{name}");
    }
    let unreadable = Error::new(Code::Malformed, "The body cannot be read.");
    Problem(unreadable.with_field(at, serde_code(message), serde_detail(message)))
}

/// The field that serde's message names although its path does not.
fn field_in_message(message: &str) -> Option<String> {
    let about = ["unknown field `", "missing field `", "duplicate field `"];
    let rest = about.iter().find_map(|prefix| message.strip_prefix(prefix))?;
    rest.split('`').next().map(str::to_owned)
}

fn serde_code(message: &str) -> &'static str {
    match message.split_once(' ').map(|(first, _)| first) {
        Some("unknown") if message.starts_with("unknown field") => "unknown_field",
        Some("missing") => "missing_field",
        Some("duplicate") => "duplicate_field",
        _ => "malformed",
    }
}

/// Serde's message without the position, which the pointer tells better.
fn serde_detail(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_rfc_6901() {
        for (path, expected) in
            [("", ""), (".", ""), ("?", ""), ("salary.currency", "/salary/currency"), ("items[0].a/b", "/items/0/a~1b")]
        {
            assert_eq!(pointer(path), expected);
        }
    }
}
