//! Signed requests to AWS services that need too few calls to justify compiling their SDK.

use std::time::SystemTime;

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use lambda::{Clock, SystemClock};
use serde_json::Value;

use super::{
    Scenario,
    client::{Answer, Api},
};

impl Scenario {
    /// Sends a signed request to an AWS service.
    pub async fn send_signed(
        &self,
        service: &str,
        method: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        let aws = &self.cloud.aws;
        let region = aws.region().ok_or("The AWS region is not configured.")?.as_ref();
        let own = || format!("https://{service}.{region}.amazonaws.com");
        let url = aws.endpoint_url().map_or_else(own, |url| url.trim_end_matches('/').to_owned());
        let provider = aws.credentials_provider().ok_or("AWS credentials are not configured.")?;
        let identity = provider.provide_credentials().await.map_err(|error| error.to_string())?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(SystemTime::from(SystemClock.now()))
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?
            .into();
        let uri = format!("{url}{path}");
        let signable = SignableRequest::new(method, &uri, headers.iter().copied(), SignableBody::Bytes(&body));
        let signed = sign(signable.map_err(|error| error.to_string())?, &parameters);
        let (instructions, _) = signed.map_err(|error| error.to_string())?.into_parts();
        let api = Api::new(&url)?;
        let call = headers.iter().copied().chain(instructions.headers());
        call.fold(api.call(method, path, None).with_body(body), |call, (name, value)| call.header(name, value))
            .send()
            .await
    }

    /// Invokes a function by name and waits for its response.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Answer, String> {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let headers = [("content-type", "application/json")];
        self.send_signed("lambda", "POST", &path, &headers, payload.to_string().into_bytes()).await
    }
}
