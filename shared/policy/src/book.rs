//! Where policies and calendars are read: all of them in two queries, remembered for a minute.

use std::{collections::BTreeMap, sync::Arc};

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, PolicyId, Result};
use store::{Key, Query, Remembered, Table, from_item};

use crate::{Calendar, Policy, PolicyKind, PolicyRef};

/// More versions than this are never read: a bound, not a limit of the product.
const ITEMS_MAX: usize = 5_000;

/// The partition of all policies; the sort key is [`policy_key`]'s.
const POLICIES: &str = "POLICIES";
/// The partition of all calendars.
const CALENDARS: &str = "CALENDARS";

/// Where a version of a policy is: `POLICIES`, `pol_...#000001`.
pub fn policy_key(reference: PolicyRef) -> Key {
    Key::new(POLICIES, format!("{}#{:06}", reference.policy_id, reference.policy_version))
}

/// Where a version of a site's calendar is: `CALENDARS`, `berlin#000001`.
pub fn calendar_key(site: &str, version: u32) -> Key {
    Key::new(CALENDARS, format!("{site}#{version:06}"))
}

/// Every version of every policy and calendar; what is asked for again and again is looked up once.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    policies: Vec<Policy>,
    calendars: Vec<Calendar>,
    /// By subject: which policies, and the last day of each.
    subjects: BTreeMap<String, Vec<(usize, Option<Date>)>>,
    /// By site: its current calendar.
    sites: BTreeMap<String, usize>,
}

impl PolicySet {
    /// A book of these.
    pub fn new(policies: Vec<Policy>, calendars: Vec<Calendar>) -> Self {
        let mut book = Self { policies, calendars, ..Self::default() };
        let mut versions: BTreeMap<PolicyId, Vec<(u32, Date)>> = BTreeMap::new();
        for policy in &book.policies {
            let PolicyRef { policy_id, policy_version } = policy.reference;
            versions.entry(policy_id).or_default().push((policy_version, policy.effective.from));
        }
        for (at, policy) in book.policies.iter().enumerate() {
            let others = versions.get(&policy.reference.policy_id).map(Vec::as_slice).unwrap_or_default();
            book.subjects.entry(policy.subject()).or_default().push((at, ends(policy, others.iter().copied())));
        }
        for (at, calendar) in book.calendars.iter().enumerate() {
            let current = book.sites.entry(calendar.site.clone()).or_insert(at);
            if book.calendars.get(*current).is_some_and(|known| known.version <= calendar.version) {
                *current = at;
            }
        }
        book
    }

    /// Every version of every policy, by id and version.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The version of a policy that applies on a day: the latest among those whose dates hold it (a later version ends an earlier one).
    pub fn version_on(&self, id: PolicyId, on: Date) -> Option<&Policy> {
        let begun =
            self.policies.iter().filter(|policy| policy.reference.policy_id == id && policy.effective.from <= on);
        begun.max_by_key(|policy| policy.reference.policy_version).filter(|policy| policy.effective.holds(on))
    }

    /// The policy of this kind and subject that applies to a person on a day, the narrowest that fits. `subject` is [`Policy::subject`].
    pub fn applicable(&self, subject: &str, person: &Person, on: Date) -> Option<&Policy> {
        self.applicable_at(subject, &person.site, person.department_id, on)
    }

    /// The same for the people of a department at a site.
    pub fn applicable_at(&self, subject: &str, site: &str, department: DepartmentId, on: Date) -> Option<&Policy> {
        let fitting = self.of_subject(subject, on).filter(|policy| policy.scope.covers_at(site, department));
        fitting.max_by_key(|policy| precedence(policy))
    }

    /// Every policy of a kind that applies to a person on a day, one per subject.
    pub fn of_kind(&self, kind: PolicyKind, person: &Person, on: Date) -> Vec<&Policy> {
        let applying = self.subjects.keys().filter_map(|subject| self.applicable(subject, person, on));
        applying.filter(|policy| policy.kind() == kind).collect()
    }

    /// The versions of a subject that apply to somebody on a day: one per policy at most.
    fn of_subject(&self, subject: &str, on: Date) -> impl Iterator<Item = &Policy> {
        let versions = self.subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        let on_that_day = versions.iter().filter(move |(_, last)| last.is_none_or(|last| on <= last));
        on_that_day.filter_map(|(at, _)| self.policies.get(*at)).filter(move |policy| policy.effective.from <= on)
    }

    /// The last day of a version, later versions considered; none where it is open.
    pub fn last_day(&self, policy: &Policy) -> Option<Date> {
        let same = self.policies.iter().filter(|other| other.reference.policy_id == policy.reference.policy_id);
        ends(policy, same.map(|other| (other.reference.policy_version, other.effective.from)))
    }

    /// The first day of a policy: that of its first version.
    pub fn first_day(&self, id: PolicyId) -> Option<Date> {
        self.policies.iter().filter(|policy| policy.reference.policy_id == id).map(|policy| policy.effective.from).min()
    }

    /// The policies that would apply to somebody on some day beside this one, equally narrowly: two answers to one question.
    /// Versions of the same policy never do; those that have ended by a later version count until then.
    pub fn conflicting(&self, policy: &Policy) -> Vec<&Policy> {
        let apart = |other: &&Policy| match self.last_day(other) {
            Some(last) => last < policy.effective.from || last < other.effective.from,
            None => false,
        };
        self.policies.iter().filter(|other| policy.conflicts_with(other)).filter(|other| !apart(other)).collect()
    }

    /// This version.
    pub fn policy(&self, reference: PolicyRef) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.reference == reference)
    }

    /// The current calendar of a site.
    pub fn calendar(&self, site: &str) -> Option<&Calendar> {
        self.sites.get(site).and_then(|at| self.calendars.get(*at))
    }

    /// This version of a site's calendar.
    pub fn calendar_version(&self, site: &str, version: u32) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.site == site && calendar.version == version)
    }
}

/// The last day of a version beside these versions (and first days) of the same policy: the day before the first that is later.
fn ends(policy: &Policy, versions: impl Iterator<Item = (u32, Date)>) -> Option<Date> {
    let later = versions.filter(|(version, _)| *version > policy.reference.policy_version);
    let ended = later.filter_map(|(_, from)| from.yesterday().ok()).min();
    policy.effective.to.into_iter().chain(ended).min()
}

/// The narrowest comes first; where two are as narrow (which is refused when they are written), the one that began last.
fn precedence(policy: &Policy) -> (u8, Date, PolicyRef) {
    (policy.scope.specificity(), policy.effective.from, policy.reference)
}

/// The read view of policies and calendars.
#[derive(Debug, Clone)]
pub struct PolicyReader {
    table: Table,
    remembered: Remembered<PolicySet>,
}

impl PolicyReader {
    /// A view on the table of `compliance`.
    pub fn new(table: Table) -> Self {
        Self { table, remembered: Remembered::default() }
    }

    /// The book, at most a minute old.
    pub async fn book(&self, now: Timestamp) -> Result<Arc<PolicySet>> {
        match self.remembered.get(now) {
            Some(book) => Ok(book),
            None => self.load_consistent(now).await,
        }
    }

    /// The book as it is now: for those who are about to change it.
    pub async fn load_consistent(&self, now: Timestamp) -> Result<Arc<PolicySet>> {
        let all = |partition: &str| self.table.query_all(Query::partition(partition).consistent(), ITEMS_MAX);
        let (policies, calendars) = futures::future::try_join(all(POLICIES), all(CALENDARS)).await?;
        let policies = policies.into_iter().map(from_item).collect::<Result<Vec<Policy>>>()?;
        let calendars = calendars.into_iter().map(from_item).collect::<Result<Vec<Calendar>>>()?;
        Ok(self.remembered.put(now, PolicySet::new(policies, calendars)))
    }
}
