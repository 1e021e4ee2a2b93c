//! Table of a service, with its reads.

use std::{pin::Pin, sync::Arc};

use aws_sdk_dynamodb::{Client, error::SdkError, types::KeysAndAttributes};
use kernel::{Error, IdGenerator, Result};

use crate::{
    item::{Item, Key},
    query::Query,
    write::attribute_names_in,
};

/// DynamoDB table of one service.
#[derive(Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) ids: Arc<dyn IdGenerator>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}

/// 503 for a failed call to DynamoDB; its cause is the log detail.
pub(crate) fn dynamo_call_error<E, R>(call: &'static str, error: SdkError<E, R>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    Error::unavailable(format!("{call}: {}", aws_sdk_dynamodb::error::DisplayErrorContext(error)))
}

/// Puts a call to the SDK on the heap. A call in flight takes some kilobytes; on the stack it would be part of every future
/// around it, and moving those copies hundreds of kilobytes per request.
pub(crate) fn boxed<'a, T>(call: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(call)
}

/// Maximum keys of one `BatchGetItem`.
const BATCH_KEYS_MAX: usize = 100;
/// Maximum requests for the keys of one batch, which DynamoDB may leave unprocessed.
const BATCH_ROUNDS_MAX: usize = 8;

impl Table {
    /// Table with this name. `ids` generates the ids of events and the random pauses before retries.
    pub fn new(client: Client, name: impl Into<String>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { client, name: name.into(), ids }
    }

    /// Name of the table in DynamoDB.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads one item, eventually consistent: it may be some milliseconds old. Half the price of [`Table::get_consistent`].
    pub async fn get(&self, key: &Key) -> Result<Option<Item>> {
        self.read(key, &[], false).await
    }

    /// Reads one item consistently: after every write that was acknowledged before.
    pub async fn get_consistent(&self, key: &Key) -> Result<Option<Item>> {
        self.read(key, &[], true).await
    }

    /// Reads these attributes of one item, eventually consistent; those that it does not have are left out. Without names, all
    /// are read.
    pub async fn get_attributes(&self, key: &Key, attributes: &[&str]) -> Result<Option<Item>> {
        self.read(key, attributes, false).await
    }

    async fn read(&self, key: &Key, attributes: &[&str], consistent: bool) -> Result<Option<Item>> {
        let mut request =
            self.client.get_item().table_name(&self.name).set_key(Some(key.attributes())).consistent_read(consistent);
        if !attributes.is_empty() {
            let projection = attributes.iter().map(|name| format!("#{name}")).collect::<Vec<_>>().join(", ");
            request = request
                .set_expression_attribute_names(Some(attribute_names_in(std::iter::once(&projection))))
                .projection_expression(projection);
        }
        Ok(boxed(request.send()).await.map_err(|error| dynamo_call_error("GetItem", error))?.item)
    }

    /// Reads many items by distinct keys, eventually consistent, in any order. Missing items are left out.
    pub async fn get_many(&self, keys: &[Key]) -> Result<Vec<Item>> {
        self.read_many(keys, false).await
    }

    /// Reads many items by distinct keys, consistently, in any order. Missing items are left out.
    pub async fn get_many_consistent(&self, keys: &[Key]) -> Result<Vec<Item>> {
        self.read_many(keys, true).await
    }

    async fn read_many(&self, keys: &[Key], consistent: bool) -> Result<Vec<Item>> {
        let mut items = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(BATCH_KEYS_MAX) {
            let mut pending = Some(chunk.iter().map(Key::attributes).collect::<Vec<_>>());
            for _ in 0..BATCH_ROUNDS_MAX {
                let Some(keys) = pending.take() else { break };
                let request = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(consistent)
                    .build()
                    .map_err(Error::internal)?;
                let request = self.client.batch_get_item().request_items(&self.name, request);
                let answer = boxed(request.send()).await.map_err(|error| dynamo_call_error("BatchGetItem", error))?;
                items.extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
                pending = answer
                    .unprocessed_keys
                    .and_then(|mut rest| rest.remove(&self.name))
                    .map(|rest| rest.keys)
                    .filter(|keys| !keys.is_empty());
            }
            if pending.is_some() {
                return Err(Error::unavailable("BatchGetItem: keys left unprocessed"));
            }
        }
        Ok(items)
    }

    /// Runs a query with one request, which reads at most 1 MB. Returns the items and the position to continue from, if there
    /// may be more. With a filter, there may be a position without items.
    pub async fn query(&self, query: &Query) -> Result<(Vec<Item>, Option<Item>)> {
        let answer = boxed(query.apply_to(self.client.query().table_name(&self.name)).send())
            .await
            .map_err(|error| dynamo_call_error("Query", error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }

    /// Runs a query to its end, for sets that are bounded by `items_max`.
    ///
    /// # Errors
    /// 500 if there are more than `items_max` items, because the bound that the caller relies on is broken.
    pub async fn query_all(&self, mut query: Query, items_max: usize) -> Result<Vec<Item>> {
        let mut all = Vec::new();
        loop {
            let (items, next) = self.query(&query).await?;
            all.extend(items);
            if all.len() > items_max {
                return Err(Error::internal(format!("more than {items_max} items in a bounded set")));
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(all),
            }
        }
    }
}
