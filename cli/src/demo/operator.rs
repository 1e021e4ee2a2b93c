//! What only an operator may: starting a job by hand, and giving somebody a password. With the credentials of the environment.

use std::time::SystemTime;

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_types::SdkConfig;
use kernel::{Actor, EmployeeId, Origin, RequestId};
use lambda::{Clock, SystemClock};
use serde_json::Value;
use store::Table;

use crate::{
    api::Api,
    cloud::{Cloud, told},
    seed::DEMO_PASSWORD,
};

/// Somebody with credentials of the cloud.
#[derive(Debug)]
pub(crate) struct Operator {
    aws: SdkConfig,
    region: String,
    lambda: Api,
    url: String,
    dispatcher: String,
    accounts: Table,
}

impl Operator {
    /// The operator of a stack.
    ///
    /// # Errors
    /// Names what is missing.
    pub(crate) fn of(cloud: &Cloud) -> Result<Self, String> {
        let region = cloud.aws.region().ok_or("There is no region.")?.to_string();
        let own = || format!("https://lambda.{region}.amazonaws.com");
        let url = cloud.aws.endpoint_url().map_or_else(own, |url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            lambda: Api::at(&url)?,
            url,
            dispatcher: cloud.output("AttendanceJobDispatchFunction")?.to_owned(),
            accounts: cloud.table("AuthTable")?,
            aws: cloud.aws.clone(),
            region,
        })
    }

    /// Starts the overnight run as the schedule does, with this input; answers what the job answers.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) async fn dispatch(&self, input: &Value) -> Result<Value, String> {
        let path = format!("/2015-03-31/functions/{}/invocations", self.dispatcher);
        let headers = self.signed(&path, input).await?;
        let answer = self.lambda.call_with("POST", &path, &headers, Some(input)).await?;
        if answer.status == 200 && answer.body.get("errorMessage").is_none() {
            Ok(answer.body)
        } else {
            Err(format!("{} answered {}: {}", self.dispatcher, answer.status, answer.body))
        }
    }

    /// Gives somebody the password of the demo accounts.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub(crate) async fn open_account(&self, id: EmployeeId) -> Result<(), String> {
        let origin = Origin {
            actor: Actor::System("muster-demo".to_owned()),
            at: SystemClock.now(),
            request_id: RequestId::sanitised(&format!("demo_{id}")),
            ip_address: None,
            user_agent: Some(concat!("muster/", env!("CARGO_PKG_VERSION")).to_owned()),
        };
        let write = auth::seed_credential(id, DEMO_PASSWORD, origin.at).map_err(|error| told("demo", &error))?;
        self.accounts
            .commit(&origin, write)
            .await
            .map(drop)
            .map_err(|refusal| format!("The account of {id}: {refusal:?}"))
    }

    /// The headers of a signed POST of JSON.
    async fn signed(&self, path: &str, body: &Value) -> Result<Vec<(String, String)>, String> {
        let provider = self.aws.credentials_provider().ok_or("There are no credentials.")?;
        let identity = provider.provide_credentials().await.map_err(|error| error.to_string())?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("lambda")
            .time(SystemTime::from(SystemClock.now()))
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?
            .into();
        let (uri, body) = (format!("{}{path}", self.url), body.to_string());
        let signable = SignableRequest::new("POST", uri.as_str(), [].into_iter(), SignableBody::Bytes(body.as_bytes()));
        let signed =
            sign(signable.map_err(|error| error.to_string())?, &parameters).map_err(|error| error.to_string())?;
        let (instructions, _) = signed.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
