//! All versions of all policies and calendars, indexed by subject and site.

use std::collections::BTreeMap;

use directory::Person;
use jiff::civil::Date;
use kernel::{DepartmentId, PolicyId};

use crate::{Calendar, Policy, PolicyKind, PolicyRef};

/// All versions of all policies and calendars.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    policies: Vec<Policy>,
    calendars: Vec<Calendar>,
    /// Indexes into `policies` by subject, with the last day of each version.
    subjects: BTreeMap<String, Vec<(usize, Option<Date>)>>,
    /// Index of the latest calendar version by site.
    sites: BTreeMap<String, usize>,
}

impl PolicySet {
    /// Indexes policies and calendars.
    pub fn new(policies: Vec<Policy>, calendars: Vec<Calendar>) -> Self {
        let mut set = Self { policies, calendars, ..Self::default() };
        let mut versions: BTreeMap<PolicyId, Vec<(u32, Date)>> = BTreeMap::new();
        for policy in &set.policies {
            let PolicyRef { policy_id, policy_version } = policy.reference;
            versions.entry(policy_id).or_default().push((policy_version, policy.effective.from));
        }
        for (at, policy) in set.policies.iter().enumerate() {
            let others = versions.get(&policy.reference.policy_id).map(Vec::as_slice).unwrap_or_default();
            set.subjects.entry(policy.subject()).or_default().push((at, last_day_of(policy, others.iter().copied())));
        }
        for (at, calendar) in set.calendars.iter().enumerate() {
            let current = set.sites.entry(calendar.site.clone()).or_insert(at);
            if set.calendars.get(*current).is_some_and(|known| known.version <= calendar.version) {
                *current = at;
            }
        }
        set
    }

    /// All versions of all policies, in the order given.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Version of a policy that applies on a day: the latest whose period has begun, because a later version ends an
    /// earlier one. None before the first version, and after the last day.
    pub fn version_on(&self, id: PolicyId, on: Date) -> Option<&Policy> {
        let started =
            self.policies.iter().filter(|policy| policy.reference.policy_id == id && policy.effective.from <= on);
        started.max_by_key(|policy| policy.reference.policy_version).filter(|policy| policy.effective.contains(on))
    }

    /// Policy of a subject that applies to a person on a day, the most specific one. `subject` is [`Policy::subject`].
    /// A person's site and department are those of the day.
    pub fn applicable(&self, subject: &str, person: &Person, on: Date) -> Option<&Policy> {
        let (site, department) = person
            .terms_on(on)
            .map_or((&person.site, person.department_id), |terms| (&terms.site, terms.department_id));
        self.applicable_at(subject, site, department, on)
    }

    /// Policy of a subject that applies to the people of a department at a site on a day: the most specific one, then the one
    /// that began last. None if no policy covers them.
    pub fn applicable_at(&self, subject: &str, site: &str, department: DepartmentId, on: Date) -> Option<&Policy> {
        let matching =
            self.versions_of_subject_on(subject, on).filter(|policy| policy.scope.covers_at(site, department));
        matching.max_by_key(|policy| precedence(policy))
    }

    /// Policies of a kind that apply to a person on a day, the most specific one of each subject.
    pub fn applicable_of_kind(&self, kind: PolicyKind, person: &Person, on: Date) -> Vec<&Policy> {
        let applicable = self.subjects.keys().filter_map(|subject| self.applicable(subject, person, on));
        applicable.filter(|policy| policy.kind() == kind).collect()
    }

    /// Policy versions of a subject that apply on a day to any person, at most one per policy.
    pub(crate) fn versions_of_subject_on(&self, subject: &str, on: Date) -> impl Iterator<Item = &Policy> {
        let versions = self.subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        let not_ended = versions.iter().filter(move |(_, last)| last.is_none_or(|last| on <= last));
        not_ended.filter_map(|(at, _)| self.policies.get(*at)).filter(move |policy| policy.effective.from <= on)
    }

    /// Last day on which a version applies, considering later versions; none if it is open.
    pub fn last_day_of_version(&self, policy: &Policy) -> Option<Date> {
        let same = self.policies.iter().filter(|other| other.reference.policy_id == policy.reference.policy_id);
        last_day_of(policy, same.map(|other| (other.reference.policy_version, other.effective.from)))
    }

    /// First day of a policy, the earliest of all its versions; none if no version exists.
    pub fn first_day_of_policy(&self, id: PolicyId) -> Option<Date> {
        self.policies.iter().filter(|policy| policy.reference.policy_id == id).map(|policy| policy.effective.from).min()
    }

    /// Versions of other policies that would apply to the same person on the same day as the given one, and equally
    /// specifically. A version that a later one ended counts until its end.
    pub fn conflicting_policies(&self, policy: &Policy) -> Vec<&Policy> {
        let disjoint = |other: &&Policy| match self.last_day_of_version(other) {
            Some(last) => last < policy.effective.from || last < other.effective.from,
            None => false,
        };
        self.policies.iter().filter(|other| policy.conflicts_with(other)).filter(|other| !disjoint(other)).collect()
    }

    /// Exactly this version of a policy, whether or not it applies.
    pub fn policy(&self, reference: PolicyRef) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.reference == reference)
    }

    /// Latest calendar version of a site; none if no calendar was published for it.
    pub fn calendar(&self, site: &str) -> Option<&Calendar> {
        self.sites.get(site).and_then(|at| self.calendars.get(*at))
    }

    /// A specific version of a site's calendar.
    pub fn calendar_version(&self, site: &str, version: u32) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.site == site && calendar.version == version)
    }
}

/// Last day of a version among all versions of its policy: the day before the first later one starts, or its own last
/// day.
fn last_day_of(policy: &Policy, versions: impl Iterator<Item = (u32, Date)>) -> Option<Date> {
    let later = versions.filter(|(version, _)| *version > policy.reference.policy_version);
    let ends_before = later.filter_map(|(_, from)| from.yesterday().ok()).min();
    policy.effective.to.into_iter().chain(ends_before).min()
}

/// Sort key of policies for one person and day; the greatest applies: the most specific, then the one that began last.
fn precedence(policy: &Policy) -> (u8, Date, PolicyRef) {
    (policy.scope.specificity(), policy.effective.from, policy.reference)
}
