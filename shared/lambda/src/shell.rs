//! Clients, clock, ids, directory and keys of a function.

use std::sync::Arc;

use aws_types::SdkConfig;
use directory::Directory;
use jiff::Timestamp;
use kernel::{Actor, IdGenerator, Origin, RequestId};
use store::Table;

use crate::{Clock, Environment, InitError, KeyRing, SystemClock, UuidV7Generator, aws};

/// Shared resources of a function, built once at init. Clones are cheap.
#[derive(Clone)]
pub struct Shell {
    /// Configuration for clients of AWS services other than DynamoDB: `aws_sdk_kms::Client::new(&shell.aws)`.
    pub aws: SdkConfig,
    /// Client of DynamoDB.
    pub dynamo: aws_sdk_dynamodb::Client,
    /// Generator of new ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Reader of people, cached for five seconds.
    pub directory: Directory,
    /// Cached published keys for tokens and cursors.
    pub keys: KeyRing,
    clock: Arc<dyn Clock>,
    env: Arc<Environment>,
}

impl Shell {
    /// Shell of a deployed function, from its environment.
    pub fn from_process() -> Result<Self, InitError> {
        let env = Environment::from_process();
        let aws = aws::aws_config(&env)?;
        Self::new(env, aws, Arc::new(SystemClock), Arc::new(UuidV7Generator))
    }

    /// Shell with given parts, for tests.
    pub fn new(
        env: Environment,
        aws: SdkConfig,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
    ) -> Result<Self, InitError> {
        let dynamo = aws_sdk_dynamodb::Client::new(&aws);
        let people = Table::new(dynamo.clone(), env.required("EMPLOYEES_TABLE")?, Arc::clone(&ids));
        let keys = Table::new(dynamo.clone(), env.required("AUTH_TABLE")?, Arc::clone(&ids));
        Ok(Self {
            aws,
            dynamo,
            ids,
            directory: Directory::new(people),
            keys: KeyRing::new(keys),
            clock,
            env: Arc::new(env),
        })
    }

    /// Current time, to the millisecond.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Value of a required environment variable. An empty value counts as missing.
    pub fn env(&self, name: &str) -> Result<String, InitError> {
        self.env.required(name)
    }

    /// Value of an optional environment variable, or `default` if it is missing or empty.
    pub fn env_or(&self, name: &str, default: &str) -> String {
        self.env.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// Table whose name is in this environment variable.
    pub fn table(&self, variable: &str) -> Result<Table, InitError> {
        Ok(Table::new(self.dynamo.clone(), self.env.required(variable)?, Arc::clone(&self.ids)))
    }

    /// Origin of the changes that a function makes by itself, at the current time; `function` is its name.
    pub fn system_origin(&self, function: &str, request_id: &str) -> Origin {
        Origin {
            actor: Actor::System(function.to_owned()),
            at: self.now(),
            request_id: RequestId::sanitised(request_id),
            ip_address: None,
            user_agent: None,
        }
    }
}
