//! The book of what was asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use testkit::Call;

use super::behind::Whom;

/// Calls in the order of their answers. Clones are the same book.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Vec<Call>>>);

impl Book {
    pub(crate) fn write(&self, call: Call) {
        self.lock().push(call);
    }

    /// Everything in it, which it then forgets.
    pub(crate) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whom a request is for, and its name: DynamoDB's calls by their operation alone, others with their service, as in
/// `kms Sign` and `s3 PUT`. What nobody has signed for AWS is for a browser.
pub(crate) fn name(method: &str, headers: &HeaderMap, body: &[u8]) -> (Whom, String) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let service = signed_for(text("authorization"));
    let target = text("x-amz-target").rsplit('.').next().unwrap_or_default();
    match (service, target) {
        ("dynamodb", operation) => (Whom::Dynamo, operation.to_owned()),
        ("unsigned", _) => (Whom::Nobody, format!("push {method}")),
        ("scheduler", _) => (Whom::Nobody, format!("scheduler {method}")),
        (service, "") => (Whom::Cloud, format!("{service} {}", action(body).unwrap_or(method))),
        (service, operation) => (Whom::Cloud, format!("{service} {operation}")),
    }
}

/// The service in the scope of a signature: `Credential=<id>/<date>/<region>/<service>/aws4_request`.
fn signed_for(authorization: &str) -> &str {
    let scope = authorization.split_once("Credential=").map_or("", |(_, rest)| rest);
    scope.split('/').nth(3).unwrap_or("unsigned")
}

/// `Action=SendRawEmail` of the protocols that send forms.
fn action(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok()?.split('&').find_map(|pair| pair.strip_prefix("Action="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_named_by_service_and_operation() {
        let of = |service: &str, target: &str, body: &str| {
            let scope =
                format!("AWS4-HMAC-SHA256 Credential=id/20240610/us-east-1/{service}/aws4_request, Signature=0");
            let mut headers = HeaderMap::new();
            headers.insert("authorization", scope.parse().unwrap());
            if !target.is_empty() {
                headers.insert("x-amz-target", target.parse().unwrap());
            }
            name("PUT", &headers, body.as_bytes())
        };
        assert_eq!(of("dynamodb", "DynamoDB_20120810.GetItem", "{}"), (Whom::Dynamo, "GetItem".to_owned()));
        assert_eq!(of("kms", "TrentService.Sign", "{}"), (Whom::Cloud, "kms Sign".to_owned()));
        assert_eq!(of("ses", "", "Action=SendRawEmail&Version=1"), (Whom::Cloud, "ses SendRawEmail".to_owned()));
        assert_eq!(of("scheduler", "", "{}"), (Whom::Nobody, "scheduler PUT".to_owned()));
        assert_eq!(of("s3", "", "bytes"), (Whom::Cloud, "s3 PUT".to_owned()));
    }
}
