//! Compensatory credits of settled days: proposed or posted, as the overtime policy of the day says. Rule 15
//! (docs/rules.md).

use directory::Person;
use events::EventType;
use jiff::civil::Date;
use kernel::{CreditId, Error, Origin, Result};
use policy::{Policy, PolicyRef, PolicySet};

use super::post_due_entries::{Api, account_with_entries};
use crate::{
    domain::{
        balance,
        credit::{Credit, CreditEffect, CreditedDay},
        settled_day::SettledDay,
    },
    store::{Race, credits::CreditPosting},
};

/// Last day on which a credit may be taken, by its overtime policy, else by the leave policy of the day of the work; none
/// if neither lets it expire. It can be in the past.
pub fn credit_last_day(book: &PolicySet, person: &Person, credit: &Credit) -> Option<Date> {
    let of_leave = balance::policy_on(book, person, &credit.leave_type, credit.date);
    let days = of_leave.and_then(|(_, rules)| rules.credit_expires_days);
    book.policy(credit.policy)?.rest_day_credit()?.last_day(credit.date, days)
}

/// Proposes or posts the credit of a settled day, or the difference to what was decided or posted before. Nothing happens if
/// the policy of the day credits nothing, or if this or a newer version of the day is known. Nothing is posted if the account
/// is closed over the day.
pub async fn post_or_propose_credit(api: &Api, origin: &Origin, day: &SettledDay) -> Result<()> {
    let (book, person) =
        tokio::try_join!(api.store.rulebook.load(origin.at), api.shell.directory.person(day.employee_id, origin.at))?;
    let credits = |reference: &PolicyRef| book.policy(*reference).and_then(Policy::rest_day_credit).is_some();
    let Some(policy) = day.outcome.policies.iter().copied().find(credits) else { return Ok(()) };
    let Some(rules) = book.policy(policy).and_then(Policy::rest_day_credit) else { return Ok(()) };
    let person = person.ok_or_else(|| Error::internal(format!("{} is missing from the directory", day.employee_id)))?;
    let of = CreditedDay { day, person: &person, policy, rules };
    let effect = api.until_won(origin.at, || apply_day(api, origin, &book, of)).await?;
    tracing::info!(status = "success", "the credit of {} on {} is current: {effect:?}", day.employee_id, day.date);
    Ok(())
}

/// Stores the credit after a settled day, and posts what is due; `None` if this or a newer version of the day is stored, or if
/// the account is closed over the day.
async fn apply_day(
    api: &Api,
    origin: &Origin,
    book: &PolicySet,
    of: CreditedDay<'_>,
) -> Result<Race<Option<CreditEffect>>> {
    let store = &api.store;
    let before = store.find_credit(CreditId::new(of.day.id.uuid())).await?;
    let version = before.as_ref().map_or(0, |before| before.version);
    let known = before.as_ref().map(|before| &before.value);
    let Some((after, effect)) = Credit::after_day(known, of, origin.at) else { return Ok(Race::Won(None)) };
    let saved = match effect {
        CreditEffect::Recorded => store.save_credit(origin, version, &after, None).await?,
        CreditEffect::Proposed | CreditEffect::ProposalChanged => {
            let event = match effect {
                CreditEffect::Proposed => EventType::LeaveCreditProposed,
                _ => EventType::LeaveCreditChanged,
            };
            store.save_credit(origin, version, &after, Some((event, after.open_minutes()))).await?
        }
        CreditEffect::Due => {
            let account = store.get_account_or_empty(after.employee_id, &after.leave_type).await?;
            if account.value.closed_before.is_some_and(|closed| after.date < closed) {
                tracing::warn!("the account {} is closed over {}; no credit is posted", after.leave_type, after.date);
                return Ok(Race::Won(None));
            }
            let (after, entry) = after.granted(of.person, credit_last_day(book, of.person, &after), origin);
            let account_after = account_with_entries(&account.value, std::slice::from_ref(&entry));
            let posting = CreditPosting { before: &account, after: &account_after, entry: &entry };
            store.grant_credit(origin, version, &after, posting).await?
        }
    };
    Ok(saved.replace_won(Some(effect)))
}
