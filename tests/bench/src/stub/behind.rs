//! What is behind the stub: the database and the small cloud beside it, in the clear.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, Response, Uri, header, request, response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Map, Value};

use crate::Result;

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    Dynamo,
    Cloud,
    /// The small cloud has no schedules, and no browsers: what they are given is taken, and forgotten.
    Nobody,
}

/// Both, and the connections to them.
#[derive(Debug, Clone)]
pub(crate) struct Behind {
    client: Client<HttpConnector, Body>,
    dynamo: String,
    cloud: String,
}

impl Behind {
    pub(crate) fn new(dynamo: &str, cloud: &str) -> Result<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, dynamo: dynamo.to_owned(), cloud: cloud.to_owned() })
    }

    /// Hands a request on, with this body, and answers its answer.
    pub(crate) async fn ask(&self, whom: Whom, head: &request::Parts, body: Bytes) -> Result<(response::Parts, Bytes)> {
        let base = match whom {
            Whom::Dynamo => &self.dynamo,
            Whom::Cloud => &self.cloud,
            Whom::Nobody => return Ok((Response::new(()).into_parts().0, Bytes::from_static(SCHEDULED))),
        };
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder().method(&head.method).uri(format!("{base}{path}").parse::<Uri>()?);
        let own = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION];
        for (name, value) in head.headers.iter().filter(|(name, _)| !own.contains(name)) {
            request = request.header(name, value);
        }
        self.sent(request.body(Body::from(body))?).await
    }

    /// Asks the database something of one's own.
    pub(crate) async fn own(&self, operation: &str, input: Value) -> Result<Map<String, Value>> {
        let request = Request::post(&self.dynamo)
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("x-amz-date", "20240610T103045Z")
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
            .header(header::AUTHORIZATION, SIGNED)
            .body(Body::from(input.to_string()))?;
        let (head, body) = self.sent(request).await?;
        match (head.status.is_success(), serde_json::from_slice(&body)?) {
            (true, Value::Object(answer)) => Ok(answer),
            (_, answer) => Err(format!("{operation}: {}, {answer}", head.status).into()),
        }
    }

    async fn sent(&self, request: Request<Body>) -> Result<(response::Parts, Bytes)> {
        let response: Response<_> = self.client.request(request).await?;
        let (mut head, body) = response.into_parts();
        // How it came to us is not how it goes on.
        for gone in [header::TRANSFER_ENCODING, header::CONNECTION] {
            head.headers.remove(gone);
        }
        Ok((head, to_bytes(Body::new(body), usize::MAX).await?))
    }
}

/// What somebody hears whose schedule was made.
const SCHEDULED: &[u8] = br#"{"ScheduleArn":"arn:aws:scheduler:us-east-1:000000000000:schedule/bench/bench"}"#;
/// The database looks whether a signature is there, not at what it says.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=bench/20240610/us-east-1/dynamodb/aws4_request, \
                      SignedHeaders=host;x-amz-date;x-amz-target, Signature=bench";
