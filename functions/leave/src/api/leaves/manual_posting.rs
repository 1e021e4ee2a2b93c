//! Manual ledger entries: the common part of adjustments, credits and encashments.

use std::sync::Arc;

use access::Scope;
use axum::response::Response;
use directory::Person;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, ErrorKind, Minutes, Result};
use lambda::http::{Caller, Replayed, created};
use policy::{
    LeaveAmount, PolicyRef, PolicySet,
    leave::{Account, EntryKind, LedgerEntry, day_minutes_on, floor_breach_of_change},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::IdempotencyKey;
use utoipa::ToSchema;

use super::below_floor::BelowFloor;
use crate::{
    api::Api,
    app::post_due_entries::{self, account_with_entries},
    domain::{balance, leave_type},
    messages,
    store::accounts::AccountPosting,
};

/// Posted ledger entry, and the balance after it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LedgerEntryView {
    /// Id of the entry, as in the explanation of the balance.
    pub id: String,
    /// Employee whose balance changed.
    pub employee_id: EmployeeId,
    /// Code of the leave type.
    pub leave_type: String,
    /// Kind of the entry: `adjust` for an adjustment, `grant` for a credit, `encash` for an encashment.
    pub kind: EntryKind,
    /// Day from which the entry counts.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Signed amount of the entry.
    pub amount: LeaveAmount,
    /// Last day on which a credit may be taken; absent without an expiry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Reason that was given for the entry.
    pub reason: String,
    /// Balance of today at the employee's site, after the entry.
    pub balance: LeaveAmount,
    /// Lowest balance from the day of the entry on, if the entry takes it below the floor of its policy; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub below_floor: Option<BelowFloor>,
}

/// Employee, leave type and policies of a manual entry.
pub(crate) struct ManualPosting {
    pub(crate) person: Arc<Person>,
    pub(crate) leave_type: String,
    pub(crate) book: Arc<PolicySet>,
    pub(crate) today: Date,
}

impl ManualPosting {
    /// Loads the employee, the leave type and the policies.
    ///
    /// # Errors
    /// 403 for the caller's own account; 404, or 422 for HR, for an employee outside the caller's scope; 422 for an
    /// unknown leave type.
    pub(crate) async fn load(api: &Api, caller: &Caller, employee: EmployeeId, leave_type: &str) -> Result<Self> {
        let at = caller.origin().at;
        let (person, _) =
            caller.person_in_scope(employee).await.map_err(|error| unknown_person_error(caller, error))?;
        if caller.id() == employee {
            return Err(Error::forbidden());
        }
        let (types, book) = tokio::try_join!(api.store.load_leave_types(at), api.store.rulebook.load(at))?;
        let leave_type = leave_type::find_leave_type(&types, leave_type)
            .ok_or_else(|| Error::invalid("/leave_type", "unknown_leave_type", messages::unknown_leave_type()))?;
        Ok(Self { today: person.today(at), leave_type: leave_type.code.clone(), person, book })
    }

    /// Standard day of the employee on a date.
    pub(crate) fn day_minutes(&self, on: Date) -> Minutes {
        day_minutes_on(&self.person, on)
    }

    pub(crate) fn policy_on(&self, on: Date) -> Option<(PolicyRef, &policy::leave::LeaveRules)> {
        let (policy, rules) = balance::policy_on(&self.book, &self.person, &self.leave_type, on)?;
        Some((policy.reference, rules))
    }

    /// Balance of this account today, in minutes.
    pub(crate) fn balance_today(&self, account: &Account) -> Minutes {
        balance::balance_on(&self.book, &self.person, account, self.today).balance
    }

    /// Posting of an entry to an account, and the answer of the endpoint.
    ///
    /// # Errors
    /// 422 at `pointer` if the day of the entry is in the folded part of the account.
    pub(crate) fn prepare_posting(
        &self,
        account: &Account,
        entry: &LedgerEntry,
        pointer: &'static str,
    ) -> Result<(AccountPosting, LedgerEntryView)> {
        if let Some(closed) = account.closed_before.filter(|closed| entry.on < *closed) {
            return Err(Error::invalid(pointer, "closed", messages::account_closed(closed)));
        }
        let after = account_with_entries(account, std::slice::from_ref(entry));
        let reason = entry.inputs.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned();
        let view = LedgerEntryView {
            id: entry.id.clone(),
            employee_id: self.person.id,
            leave_type: self.leave_type.clone(),
            kind: entry.kind,
            on: entry.on,
            amount: LeaveAmount::from_minutes(entry.minutes, self.day_minutes(entry.on)),
            expires_on: entry.expires_on,
            balance: LeaveAmount::from_minutes(self.balance_today(&after), self.day_minutes(self.today)),
            below_floor: floor_breach_of_change(&self.book, &self.person, (account, &after), entry.on)
                .map(|breach| BelowFloor::of(breach, &self.person)),
            reason: reason.clone(),
        };
        let event_data = json!({"kind": entry.kind, "reason": reason});
        Ok((AccountPosting { entries: vec![entry.clone()], after, event_data }, view))
    }

    /// Posts the entry that `decide` derives from the current account, and returns the 201 response.
    pub(crate) async fn post(
        &self,
        api: &Api,
        caller: &Caller,
        idempotency_key: Option<&IdempotencyKey>,
        decide: impl Fn(&Account) -> Result<(AccountPosting, LedgerEntryView)>,
    ) -> Result<Response> {
        let account = (self.person.id, self.leave_type.as_str());
        let (outcome, view) =
            post_due_entries::decide_and_post_entries(api, caller.origin(), account, idempotency_key, decide).await?;
        let location = format!("/api/v1/leave-balances/{}/explain?leave_type={}", self.person.id, self.leave_type);
        Ok(created(outcome, location, view))
    }
}

/// Replaces 404 by 422 for callers who may see all employees. Others get the same 404 as for an employee outside their
/// scope.
fn unknown_person_error(caller: &Caller, error: Error) -> Error {
    if error.kind() == ErrorKind::NotFound && caller.grant().includes(Scope::All) {
        Error::invalid("/employee_id", "unknown_person", messages::unknown_employee())
    } else {
        error
    }
}

/// The 201 response of the first request with this idempotency key, if there was one.
pub(crate) async fn find_replayed_answer(
    api: &Api,
    caller: &Caller,
    idempotency_key: Option<&IdempotencyKey>,
) -> Result<Option<Response>> {
    Ok(api.store.stored_answer(idempotency_key, caller.origin().at).await?.map(Replayed::created))
}
