//! Committing: one conditional write, or one transaction, with stamps; and what the database answers when it refuses.

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
    table::{Table, boxed, unavailable},
    write::{PreparedWrite, Write, WriteKind},
};

/// How often a transaction that met another one is tried.
const ATTEMPTS_MAX: u32 = 4;
/// The first pause is drawn from 0 to this.
const BACKOFF_BASE_MS: u64 = 25;
/// No pause is longer than this.
const BACKOFF_CAP_MS: u64 = 400;

/// What a successful commit leaves.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The first item as it now stands (empty for an update within a transaction).
    pub item: Item,
    /// The first item's sequence number (0 where a transaction does not tell it).
    pub version: u64,
    /// The event that is published, if any.
    pub event: Option<EventId>,
}

/// Why a commit did not happen. Nothing was written.
#[derive(Debug, Clone)]
pub enum CommitError {
    /// A condition did not hold.
    ConditionFailed {
        /// Position of the write, in the order given.
        index: usize,
        /// Item that made the condition fail, as it was at that moment; none if there is no item.
        existing: Option<Item>,
    },
    /// The database failed; whether to try again is in the error.
    Other(Error),
}

impl CommitError {
    /// Turns a failed condition into an error; a failure stays what it is.
    pub fn map_condition(self, refuse: impl FnOnce(usize, Option<Item>) -> Error) -> Error {
        match self {
            Self::ConditionFailed { index, existing } => refuse(index, existing),
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
    /// Sends one write.
    ///
    /// # Errors
    /// [`Refusal`]; a write that was applied although its answer got lost counts as committed.
    pub async fn commit(&self, origin: &Origin, write: Write) -> std::result::Result<Committed, CommitError> {
        let prepared = write.prepare(EventId::new(self.mint.uuid(origin.at)), None, origin)?;
        match prepared.kind {
            WriteKind::Put => self.put(prepared).await,
            WriteKind::Update => self.update(prepared).await,
            WriteKind::Check => Err(Error::internal("a check by itself writes nothing").into()),
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
                    accept_own_retry(failure.item.clone(), &write.mark, write.event)
                }
                Some(_) | None => Err(unavailable("PutItem", error).into()),
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
                    accept_own_retry(failure.item.clone(), &write.mark, write.event)
                }
                Some(_) | None => Err(unavailable("UpdateItem", error).into()),
            },
        }
    }

    /// Sends several writes as one transaction: all or none. Costs twice the write units and three times the time of
    /// [`Table::commit`], so only where an invariant spans items.
    ///
    /// # Errors
    /// [`Refusal`]: of several failed conditions, the first in the order given. A meeting with another transaction is
    /// tried again after a pause with full jitter; a failed condition never is.
    pub async fn transact(&self, origin: &Origin, writes: Vec<Write>) -> std::result::Result<Committed, CommitError> {
        let prepared = self.prepare_all(origin, writes)?;
        let items = prepared.iter().map(|write| transaction_item(&self.name, write)).collect::<Result<Vec<_>>>()?;
        let mut tries = 1;
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
                        Some(_) | None => return Err(unavailable("TransactWriteItems", error).into()),
                    };
                    match cancelled {
                        CancelReason::Condition { at, standing } => {
                            return Err(CommitError::ConditionFailed { index: at, existing: standing });
                        }
                        CancelReason::TransactionConflict if tries < ATTEMPTS_MAX => self.pause(origin, tries).await,
                        CancelReason::TransactionConflict => {
                            let detail = "Others change the same records right now; try again.";
                            let busy = Error::new(Code::Busy, detail);
                            return Err(busy.with_log_detail("TransactionConflict after all tries").into());
                        }
                        CancelReason::Other(why) => return Err(Error::unavailable(why).into()),
                    }
                    tries += 1;
                }
            }
        }
    }

    fn prepare_all(&self, origin: &Origin, writes: Vec<Write>) -> Result<Vec<PreparedWrite>> {
        let ids: Vec<_> = writes.iter().map(|_| EventId::new(self.mint.uuid(origin.at))).collect();
        let lead = writes.iter().zip(&ids).find(|(write, _)| write.has_event()).map(|(_, id)| *id);
        writes.into_iter().zip(ids).map(|(write, id)| write.prepare(id, lead, origin)).collect()
    }

    async fn pause(&self, origin: &Origin, tries: u32) {
        backoff::sleep_with_jitter(&*self.mint, origin.at, tries, BACKOFF_BASE_MS, BACKOFF_CAP_MS).await;
    }
}

fn committed(item: Item, event: Option<EventId>) -> Committed {
    let version = version_of(&item);
    Committed { item, version, event }
}

/// A condition that failed because our own first try had already succeeded is a success.
fn accept_own_retry(
    standing: Option<Item>,
    (mark, ours): &(&'static str, aws_sdk_dynamodb::types::AttributeValue),
    event: Option<EventId>,
) -> std::result::Result<Committed, CommitError> {
    match standing {
        Some(item) if item.get(*mark) == Some(ours) => Ok(committed(item, event)),
        standing => Err(CommitError::ConditionFailed { index: 0, existing: standing }),
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

/// Why the database cancelled a transaction.
enum CancelReason {
    Condition { at: usize, standing: Option<Item> },
    TransactionConflict,
    Other(String),
}

impl CancelReason {
    fn of(reasons: Vec<CancellationReason>) -> Self {
        let failed = |reason: &CancellationReason| reason.code.as_deref() == Some("ConditionalCheckFailed");
        if let Some(at) = reasons.iter().position(failed) {
            let standing = reasons.into_iter().nth(at).and_then(|reason| reason.item);
            return Self::Condition { at, standing };
        }
        let codes: Vec<_> =
            reasons.iter().filter_map(|reason| reason.code.as_deref()).filter(|c| *c != "None").collect();
        let passing = |code: &&str| matches!(*code, "TransactionConflict" | "ThrottlingError");
        if !codes.is_empty() && codes.iter().all(passing) {
            Self::TransactionConflict
        } else {
            Self::Other(format!("TransactWriteItems cancelled: {}", codes.join(", ")))
        }
    }
}

/// A failed condition, or transactions that met too often, is a lost attempt; any other failure is one.
pub fn as_race<T>(written: std::result::Result<T, CommitError>) -> Result<Race<T>> {
    match written {
        Ok(done) => Ok(Race::Won(done)),
        Err(CommitError::ConditionFailed { .. }) => Ok(Race::Lost),
        Err(CommitError::Other(error)) if error.code() == "busy" => Ok(Race::Lost),
        Err(CommitError::Other(error)) => Err(error),
    }
}
