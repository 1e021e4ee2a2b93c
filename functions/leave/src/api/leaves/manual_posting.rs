//! What adjustments, credits and encashments have in common: an entry that somebody of HR makes by hand, and how it is shown.

use std::sync::Arc;

use access::Scope;
use axum::response::Response;
use directory::Person;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, ErrorKind, Minutes, Result};
use lambda::http::{Caller, Replayed, created};
use policy::{
    LeaveAmount, PolicyRef, PolicySet,
    leave::{Account, EntryKind, LedgerEntry},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::IdempotencyKey;
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::post_due_entries::{self, with_entries},
    domain::{balance, leave_type},
    store::accounts::AccountPosting,
};

/// An entry that was posted, and the balance with it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LedgerEntryView {
    /// The entry, as the explanation of the balance names it.
    pub id: String,
    /// Whose account.
    pub employee_id: EmployeeId,
    /// Leave type.
    pub leave_type: String,
    /// `adjust`, `grant` or `encash`.
    pub kind: EntryKind,
    /// Counts from this day on.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// How much; signed.
    pub amount: LeaveAmount,
    /// The last day on which a credit may be taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// The balance of today with it.
    pub balance: LeaveAmount,
}

/// For whom, of what type, and by which policies something is posted by hand.
pub(crate) struct ManualPosting {
    pub(crate) person: Arc<Person>,
    pub(crate) leave_type: String,
    pub(crate) book: Arc<PolicySet>,
    pub(crate) today: Date,
}

impl ManualPosting {
    /// Finds person and type. Nobody posts to their own account.
    pub(crate) async fn of(api: &Api, caller: &Caller, employee: EmployeeId, leave_type: &str) -> Result<Self> {
        let at = caller.origin().at;
        let (person, _) = caller.reach(employee).await.map_err(|error| unknown_person(caller, error))?;
        if caller.id() == employee {
            return Err(Error::forbidden());
        }
        let (types, book) = tokio::try_join!(api.store.leave_types(at), api.store.rulebook.book(at))?;
        let meant = leave_type::find_leave_type(&types, leave_type)
            .ok_or_else(|| Error::invalid("/leave_type", "unknown_leave_type", "There is no such leave type."))?;
        Ok(Self { today: person.today(at), leave_type: meant.code.clone(), person, book })
    }

    pub(crate) fn day_minutes(&self) -> Minutes {
        self.person.contract.day_minutes
    }

    /// The policy that applies to the person on a day.
    pub(crate) fn policy_on(&self, on: Date) -> Option<(PolicyRef, &policy::leave::LeaveRules)> {
        let (policy, rules) = balance::policy_on(&self.book, &self.person, &self.leave_type, on)?;
        Some((policy.reference, rules))
    }

    /// The balance of today.
    pub(crate) fn balance(&self, account: &Account) -> Minutes {
        balance::balance_on(&self.book, &self.person, account, self.today).balance
    }

    /// What is posted, and how it is answered.
    pub(crate) fn prepare(
        &self,
        account: &Account,
        entry: &LedgerEntry,
        pointer: &'static str,
    ) -> Result<(AccountPosting, LedgerEntryView)> {
        if let Some(closed) = account.closed_before.filter(|closed| entry.on < *closed) {
            let detail = format!("What counts from before {closed} is closed; let it count from then on.");
            return Err(Error::invalid(pointer, "closed", detail));
        }
        let after = with_entries(account, std::slice::from_ref(entry));
        let reason = entry.inputs.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned();
        let view = LedgerEntryView {
            id: entry.id.clone(),
            employee_id: self.person.id,
            leave_type: self.leave_type.clone(),
            kind: entry.kind,
            on: entry.on,
            amount: LeaveAmount::from_minutes(entry.minutes, self.day_minutes()),
            expires_on: entry.expires_on,
            balance: LeaveAmount::from_minutes(self.balance(&after), self.day_minutes()),
            reason: reason.clone(),
        };
        let told = json!({"kind": entry.kind, "reason": reason});
        Ok((AccountPosting { entries: vec![entry.clone()], after, event_data: told }, view))
    }

    /// Posts what `decide` makes of the account; 201 with the entry.
    pub(crate) async fn post(
        &self,
        api: &Api,
        caller: &Caller,
        once: Option<&IdempotencyKey>,
        decide: impl Fn(&Account) -> Result<(AccountPosting, LedgerEntryView)>,
    ) -> Result<Response> {
        let account = (self.person.id, self.leave_type.as_str());
        let (outcome, view) = post_due_entries::post(api, caller.origin(), account, once, decide).await?;
        let place = format!("/api/v1/leave-balances/{}/explain?leave_type={}", self.person.id, self.leave_type);
        Ok(created(outcome, place, view))
    }
}

/// Those who reach everybody are told that there is no such person; others hear the same as of somebody out of reach.
fn unknown_person(caller: &Caller, error: Error) -> Error {
    if error.kind() == ErrorKind::NotFound && caller.grant().includes(Scope::All) {
        Error::invalid("/employee_id", "unknown_person", "There is no such person.")
    } else {
        error
    }
}

/// The first answer again, if this was asked before.
pub(crate) async fn replayed_answer(
    api: &Api,
    caller: &Caller,
    once: Option<&IdempotencyKey>,
) -> Result<Option<Response>> {
    Ok(api.store.answered(once, caller.origin().at).await?.map(Replayed::created))
}
