//! What every function has at hand.

use std::sync::Arc;

use aws_types::SdkConfig;
use directory::Directory;
use jiff::Timestamp;
use kernel::{Actor, IdGenerator, Origin, RequestId};
use store::Table;

use crate::{Clock, Environment, InitError, KeyRing, SystemClock, UuidV7Generator, aws};

/// Clients, clock, ids, people and keys; built once at init.
#[derive(Clone)]
pub struct Shell {
    /// For clients of other AWS services: `aws_sdk_kms::Client::new(&shell.aws)`.
    pub aws: SdkConfig,
    /// DynamoDB.
    pub dynamo: aws_sdk_dynamodb::Client,
    /// New ids.
    pub ids: Arc<dyn IdGenerator>,
    /// People.
    pub directory: Directory,
    /// Published keys.
    pub keys: KeyRing,
    clock: Arc<dyn Clock>,
    env: Arc<Environment>,
}

impl Shell {
    /// The shell of a real function.
    pub fn from_process() -> Result<Self, InitError> {
        let env = Environment::from_process();
        let aws = aws::config(&env)?;
        Self::new(env, aws, Arc::new(SystemClock), Arc::new(UuidV7Generator))
    }

    /// A shell of given parts.
    pub fn new(
        env: Environment,
        aws: SdkConfig,
        clock: Arc<dyn Clock>,
        mint: Arc<dyn IdGenerator>,
    ) -> Result<Self, InitError> {
        let dynamo = aws_sdk_dynamodb::Client::new(&aws);
        let people = Table::new(dynamo.clone(), env.required("EMPLOYEES_TABLE")?, Arc::clone(&mint));
        let keys = Table::new(dynamo.clone(), env.required("AUTH_TABLE")?, Arc::clone(&mint));
        Ok(Self {
            aws,
            dynamo,
            ids: mint,
            directory: Directory::new(people),
            keys: KeyRing::new(keys),
            clock,
            env: Arc::new(env),
        })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A variable that must be set.
    pub fn env(&self, name: &str) -> Result<String, InitError> {
        self.env.required(name)
    }

    /// A variable that may be missing.
    pub fn env_or(&self, name: &str, otherwise: &str) -> String {
        self.env.optional(name).unwrap_or_else(|| otherwise.to_owned())
    }

    /// The table that a variable names.
    pub fn table(&self, variable: &str) -> Result<Table, InitError> {
        Ok(Table::new(self.dynamo.clone(), self.env.required(variable)?, Arc::clone(&self.ids)))
    }

    /// The origin of what a function does by itself.
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
