//! Commits: one conditional write or one transaction, with stamps, and the errors of a failed condition.

use aws_sdk_dynamodb::{
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError, update_item::UpdateItemError},
    types::{
        CancellationReason, ConditionCheck, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        Update,
    },
};
use kernel::{Code, Error, EventId, Origin, Result};

use crate::{
    backoff,
    item::{Item, version_of},
    optimistic::Race,
    table::{Table, boxed, dynamo_call_error},
    write::{PreparedWrite, Write, WriteKind},
};

/// Attempts of a transaction that meets a conflict with another write, or is throttled.
const TRANSACTION_ATTEMPTS_MAX: u32 = 4;
/// Base of the pauses, in milliseconds: the maximum is twice as long after the first attempt, and doubles with each
/// attempt.
const BACKOFF_BASE_MS: u64 = 25;
/// Maximum of any pause, in milliseconds.
const BACKOFF_CAP_MS: u64 = 400;

/// Result of a successful commit.
#[derive(Debug, Clone)]
pub struct Committed {
    /// First item after the write; empty for an update or a check in a transaction, and for a commit with an idempotency
    /// key.
    pub item: Item,
    /// Version of the first item; 0 if `item` is empty.
    pub version: u64,
    /// Id of the first published event; none if no write publishes one.
    pub event: Option<EventId>,
}

/// Failed commit. After a failed condition nothing was written; after a 503 the write may have been applied without an
/// answer.
#[derive(Debug, Clone)]
pub enum CommitError {
    /// The condition of a write did not hold.
    ConditionFailed {
        /// Position of the write, in the order given.
        index: usize,
        /// Item that made the condition fail, as it was at that moment; none if there is no item.
        existing: Option<Item>,
    },
    /// Any other error, usually 503.
    Other(Error),
}

impl CommitError {
    /// Converts a failed condition with `to_error`, and passes other errors through.
    ///
    /// `to_error` gets the position of the write and the item that made the condition fail.
    pub fn map_condition(self, to_error: impl FnOnce(usize, Option<Item>) -> Error) -> Error {
        match self {
            Self::ConditionFailed { index, existing } => to_error(index, existing),
            Self::Other(error) => error,
        }
    }
}

impl From<Error> for CommitError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Table {
    /// Sends one write, with its condition if it has one.
    ///
    /// # Errors
    /// [`CommitError`]; 500 for a check, which only a transaction can contain. A retried write whose first attempt was applied
    /// counts as committed.
    pub async fn commit(&self, origin: &Origin, write: Write) -> std::result::Result<Committed, CommitError> {
        let prepared = write.prepare(EventId::new(self.ids.uuid(origin.at)), None, origin)?;
        match prepared.kind {
            WriteKind::Put => self.put(prepared).await,
            WriteKind::Update => self.update(prepared).await,
            WriteKind::Check => Err(Error::internal("a check is allowed in a transaction only").into()),
        }
    }

    async fn put(&self, write: PreparedWrite) -> std::result::Result<Committed, CommitError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(write.item.clone()))
            .set_condition_expression(write.condition.clone())
            .set_expression_attribute_names(write.names.clone())
            .set_expression_attribute_values(write.values.clone())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match boxed(request.send()).await {
            Ok(_) => Ok(committed(write.item, write.event)),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failure)) => {
                    accept_own_retry(failure.item.clone(), &write.stamp, write.event)
                }
                Some(_) | None => Err(dynamo_call_error("PutItem", error).into()),
            },
        }
    }

    async fn update(&self, write: PreparedWrite) -> std::result::Result<Committed, CommitError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(write.key.attributes()))
            .set_update_expression(write.update)
            .set_condition_expression(write.condition)
            .set_expression_attribute_names(write.names)
            .set_expression_attribute_values(write.values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match boxed(request.send()).await {
            Ok(answer) => Ok(committed(answer.attributes.unwrap_or_default(), write.event)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failure)) => {
                    accept_own_retry(failure.item.clone(), &write.stamp, write.event)
                }
                Some(_) | None => Err(dynamo_call_error("UpdateItem", error).into()),
            },
        }
    }

    /// Sends several writes as one transaction: all are applied, or none.
    ///
    /// A transaction costs twice the write units and three times the time of [`Table::commit`]. Use it only for an invariant
    /// that spans items. A conflict with another write, or throttling, is retried with full jitter; a failed condition is not.
    ///
    /// # Errors
    /// [`CommitError`] of the first failed condition in the order given; 409 `busy` if every attempt met a conflict or was
    /// throttled.
    pub async fn transact(&self, origin: &Origin, writes: Vec<Write>) -> std::result::Result<Committed, CommitError> {
        let prepared = self.prepare_all(origin, writes)?;
        let items = prepared.iter().map(|write| transaction_item(&self.name, write)).collect::<Result<Vec<_>>>()?;
        let mut attempt = 1;
        loop {
            let request = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            match boxed(request.send()).await {
                Ok(_) => {
                    let event = prepared.iter().find_map(|write| write.event);
                    return Ok(committed(
                        prepared.into_iter().next().map(|write| write.item).unwrap_or_default(),
                        event,
                    ));
                }
                Err(error) => {
                    let cancelled = match error.as_service_error() {
                        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                            CancelReason::of(cancelled.cancellation_reasons.clone().unwrap_or_default())
                        }
                        Some(_) | None => return Err(dynamo_call_error("TransactWriteItems", error).into()),
                    };
                    match cancelled {
                        CancelReason::ConditionFailed { index, existing } => {
                            return Err(CommitError::ConditionFailed { index, existing });
                        }
                        CancelReason::Transient if attempt < TRANSACTION_ATTEMPTS_MAX => {
                            self.wait_before_retry(origin, attempt).await
                        }
                        CancelReason::Transient => {
                            let error = backoff::busy_error();
                            return Err(error.with_log_detail("conflict or throttling in every attempt").into());
                        }
                        CancelReason::Other(why) => return Err(Error::unavailable(why).into()),
                    }
                    attempt += 1;
                }
            }
        }
    }

    fn prepare_all(&self, origin: &Origin, writes: Vec<Write>) -> Result<Vec<PreparedWrite>> {
        let ids: Vec<_> = writes.iter().map(|_| EventId::new(self.ids.uuid(origin.at))).collect();
        let lead = writes.iter().zip(&ids).find(|(write, _)| write.has_event()).map(|(_, id)| *id);
        writes.into_iter().zip(ids).map(|(write, id)| write.prepare(id, lead, origin)).collect()
    }

    async fn wait_before_retry(&self, origin: &Origin, attempt: u32) {
        backoff::sleep_with_jitter(&*self.ids, origin.at, attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS).await;
    }
}

fn committed(item: Item, event: Option<EventId>) -> Committed {
    let version = version_of(&item);
    Committed { item, version, event }
}

/// A condition that failed because the first attempt of the same write was already applied is a success.
fn accept_own_retry(
    existing: Option<Item>,
    (stamp, own): &(&'static str, aws_sdk_dynamodb::types::AttributeValue),
    event: Option<EventId>,
) -> std::result::Result<Committed, CommitError> {
    match existing {
        Some(item) if item.get(*stamp) == Some(own) => Ok(committed(item, event)),
        existing => Err(CommitError::ConditionFailed { index: 0, existing }),
    }
}

fn transaction_item(table: &str, write: &PreparedWrite) -> Result<TransactWriteItem> {
    let builder = TransactWriteItem::builder();
    let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
    Ok(match write.kind {
        WriteKind::Put => builder.put(
            Put::builder()
                .table_name(table)
                .set_item(Some(write.item.clone()))
                .set_condition_expression(write.condition.clone())
                .set_expression_attribute_names(write.names.clone())
                .set_expression_attribute_values(write.values.clone())
                .return_values_on_condition_check_failure(all_old)
                .build()
                .map_err(Error::internal)?,
        ),
        WriteKind::Update => builder.update(
            Update::builder()
                .table_name(table)
                .set_key(Some(write.key.attributes()))
                .set_update_expression(write.update.clone())
                .set_condition_expression(write.condition.clone())
                .set_expression_attribute_names(write.names.clone())
                .set_expression_attribute_values(write.values.clone())
                .return_values_on_condition_check_failure(all_old)
                .build()
                .map_err(Error::internal)?,
        ),
        WriteKind::Check => builder.condition_check(
            ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(write.key.attributes()))
                .set_condition_expression(write.condition.clone())
                .set_expression_attribute_names(write.names.clone())
                .set_expression_attribute_values(write.values.clone())
                .return_values_on_condition_check_failure(all_old)
                .build()
                .map_err(Error::internal)?,
        ),
    }
    .build())
}

/// Reason why DynamoDB cancelled a transaction.
enum CancelReason {
    ConditionFailed {
        index: usize,
        existing: Option<Item>,
    },
    /// Conflict with another write, or throttling: a retry may succeed.
    Transient,
    Other(String),
}

impl CancelReason {
    fn of(reasons: Vec<CancellationReason>) -> Self {
        let failed = |reason: &CancellationReason| reason.code.as_deref() == Some("ConditionalCheckFailed");
        if let Some(index) = reasons.iter().position(failed) {
            let existing = reasons.into_iter().nth(index).and_then(|reason| reason.item);
            return Self::ConditionFailed { index, existing };
        }
        let codes: Vec<_> =
            reasons.iter().filter_map(|reason| reason.code.as_deref()).filter(|c| *c != "None").collect();
        let transient = |code: &&str| matches!(*code, "TransactionConflict" | "ThrottlingError");
        if !codes.is_empty() && codes.iter().all(transient) {
            Self::Transient
        } else {
            Self::Other(format!("TransactWriteItems cancelled: {}", codes.join(", ")))
        }
    }
}

/// Result of a commit as a race: a failed condition and 409 `busy` lose it, other errors pass through.
pub fn as_race<T>(written: std::result::Result<T, CommitError>) -> Result<Race<T>> {
    match written {
        Ok(value) => Ok(Race::Won(value)),
        Err(CommitError::ConditionFailed { .. }) => Ok(Race::Lost),
        Err(CommitError::Other(error)) if error.problem_code() == Code::Busy => Ok(Race::Lost),
        Err(CommitError::Other(error)) => Err(error),
    }
}
