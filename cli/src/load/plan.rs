//! Plan of a load run: kind, time and employee of each request, a pure function of rate, length, number of employees and seed.

use std::{collections::BTreeMap, time::Duration};

use attendance::domain::punch_rules::PUNCHES_MAX;

use super::kind::{PUNCHES, REQUEST_MIX, RequestKind, RequestSequence};
use crate::seed::stable_random;

/// Planned request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// Index in the plan, from 0.
    pub(crate) number: usize,
    /// Planned time since the start of the run.
    pub(crate) at: Duration,
    pub(crate) kind: RequestKind,
    /// Index of the employee who sends it or whom it is about.
    pub(crate) who: usize,
    /// Number of earlier requests of this kind by the same employee; punches of all kinds count together.
    pub(crate) nth: usize,
}

/// All planned requests of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Number of employees.
    pub(crate) people: usize,
    /// Requests by planned time.
    pub(crate) requests: Vec<Request>,
}

impl Plan {
    /// Plans `rate` requests per second for `seconds`, by `people` employees; `rate` is at least 1. Fails if an
    /// employee would record more punches than a day accepts.
    pub(crate) fn of(rate: u32, seconds: u32, people: u32, seed: u64) -> Result<Self, String> {
        let count = usize::try_from(u64::from(rate) * u64::from(seconds)).map_err(|error| error.to_string())?;
        let people = usize::try_from(people).map_err(|error| error.to_string())?;
        let mut orders: BTreeMap<RequestKind, Box<dyn Iterator<Item = usize>>> = BTreeMap::new();
        let mut counts: BTreeMap<(RequestKind, usize), usize> = BTreeMap::new();
        let mut requests = Vec::with_capacity(count);
        for (number, card) in interleaved_kinds(count, seed).into_iter().enumerate() {
            let order = orders.entry(card).or_insert_with(|| person_order(card, people, seed));
            let who = order.next().unwrap_or_default();
            let count = counts.entry((card, who)).or_default();
            let nth = *count;
            *count += 1;
            let kind = if card == RequestKind::CheckIn { nth_punch(nth) } else { card };
            let at = Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
            requests.push(Request { number, at, kind, who, nth });
        }
        let punches =
            counts.iter().filter(|((card, _), _)| *card == RequestKind::CheckIn).map(|(_, count)| *count).max();
        match punches.filter(|most| *most > PUNCHES_MAX) {
            Some(most) => Err(format!(
                "One employee would record {most} punches, but a day accepts at most {PUNCHES_MAX}. Use more people, a lower \
                 rate or a shorter run."
            )),
            None => Ok(Self { people, requests }),
        }
    }

    /// Requests grouped by sequence, in order; requests without a sequence are groups of one.
    pub(crate) fn sequences(&self) -> Vec<Vec<&Request>> {
        let mut sequences: BTreeMap<(RequestSequence, usize), Vec<&Request>> = BTreeMap::new();
        let mut single = Vec::new();
        for request in &self.requests {
            match request.kind.sequence() {
                Some(sequence) => sequences.entry((sequence, request.who)).or_default().push(request),
                None => single.push(vec![request]),
            }
        }
        sequences.into_values().chain(single).collect()
    }

    /// Number of requests of a kind by one employee.
    pub(crate) fn count_of(&self, kind: RequestKind, who: usize) -> usize {
        self.requests.iter().filter(|request| request.kind == kind && request.who == who).count()
    }
}

/// An employee's punch with this index, from 0.
fn nth_punch(nth: usize) -> RequestKind {
    PUNCHES.get(nth % PUNCHES.len()).copied().unwrap_or(RequestKind::CheckIn)
}

/// Kinds of `count` requests. Each kind is spread evenly from its own offset, so every part of a run has its share of each kind.
fn interleaved_kinds(count: usize, seed: u64) -> Vec<RequestKind> {
    let whole: u64 = REQUEST_MIX.iter().map(|(_, weight)| weight).sum();
    // Positions are thousandths of a request; the end is one round later, because of the offsets.
    let end = (u64::try_from(count).unwrap_or(u64::MAX).saturating_add(whole)).saturating_mul(1000);
    let mut positions: Vec<(u64, RequestKind)> = Vec::new();
    for (kind, weight) in REQUEST_MIX {
        let distance = whole * 1000 / weight;
        let offset = stable_random(&seed.to_string(), kind.operation().name, distance);
        positions.extend((0..).map(|nth| (offset + nth * whole * 1000 / weight, kind)).take_while(|(at, _)| *at < end));
    }
    positions.sort_unstable();
    positions.into_iter().map(|(_, kind)| kind).take(count).collect()
}

/// Order of the employees for one kind, repeated round after round. For punches, a quarter of the employees joins in each of the first
/// rounds, so that all kinds of punches occur at any time.
fn person_order(card: RequestKind, people: usize, seed: u64) -> Box<dyn Iterator<Item = usize>> {
    let mut order: Vec<usize> = (0..people).collect();
    order.sort_by_cached_key(|who| stable_random(&format!("{seed}/{who}"), card.operation().name, u64::MAX));
    let groups = if card == RequestKind::CheckIn { PUNCHES.len() } else { 1 };
    let round = move |round: usize| {
        let joined = move |(index, who): (usize, usize)| (index % groups <= round).then_some(who);
        order.clone().into_iter().enumerate().filter_map(joined)
    };
    Box::new((0..).flat_map(round))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn planned(rate: u32, seconds: u32, people: u32, seed: u64) -> Plan {
        Plan::of(rate, seconds, people, seed).unwrap()
    }

    #[test]
    fn requests_start_at_a_fixed_rate() {
        let plan = planned(8, 3, 4, 1);
        assert_eq!(plan.requests.len(), 24);
        for (number, request) in plan.requests.iter().enumerate() {
            assert_eq!((request.number, request.at), (number, Duration::from_millis(125 * number as u64)));
        }
    }

    #[test]
    fn plan_depends_only_on_the_seed() {
        assert_eq!(planned(20, 60, 20, 7), planned(20, 60, 20, 7));
        assert_ne!(planned(20, 60, 20, 7), planned(20, 60, 20, 8));
    }

    #[test]
    fn every_part_of_a_run_has_its_share_of_each_kind() {
        let plan = planned(20, 88, 20, 1);
        for rounds in [1, 4, 10] {
            for (kind, weight) in REQUEST_MIX {
                let of_kind = |request: &&Request| {
                    let card = if PUNCHES.contains(&request.kind) { RequestKind::CheckIn } else { request.kind };
                    card == kind
                };
                let count = plan.requests.iter().take(rounds * 176).filter(of_kind).count() as u64;
                assert!(count.abs_diff(weight * rounds as u64) <= 1, "{kind:?}: {count} in {rounds}");
            }
        }
    }

    #[test]
    fn short_run_contains_every_kind() {
        for seed in 0..20 {
            let kinds: BTreeSet<RequestKind> =
                planned(10, 6, 4, seed).requests.iter().map(|request| request.kind).collect();
            let missing: Vec<_> = REQUEST_MIX.iter().filter(|(kind, _)| !kinds.contains(kind)).collect();
            assert_eq!(missing, Vec::<&(RequestKind, u64)>::new(), "{seed}");
        }
    }

    #[test]
    fn employees_punch_in_legal_order_and_equally_often() {
        let plan = planned(20, 60, 20, 3);
        for who in 0..20 {
            let punches: Vec<RequestKind> = plan
                .requests
                .iter()
                .filter(|request| request.who == who && request.kind.sequence() == Some(RequestSequence::Clock))
                .map(|request| request.kind)
                .collect();
            assert!((12..=18).contains(&punches.len()), "{}", punches.len());
            for (nth, kind) in punches.iter().enumerate() {
                assert_eq!(*kind, PUNCHES[nth % 4]);
            }
        }
        let late = plan.requests.iter().skip(600).filter(|request| request.kind == RequestKind::CheckOut).count();
        assert!(late > 20, "check-outs must also occur in the second half: {late}");
    }

    #[test]
    fn requests_of_an_employee_differ() {
        let plan = planned(20, 60, 5, 1);
        let all: BTreeSet<_> = plan.requests.iter().map(|request| (request.kind, request.who, request.nth)).collect();
        assert_eq!(all.len(), plan.requests.len());
    }

    #[test]
    fn dependent_requests_share_a_sequence_in_order() {
        let plan = planned(10, 30, 6, 1);
        let sequences = plan.sequences();
        assert_eq!(sequences.iter().map(Vec::len).sum::<usize>(), plan.requests.len());
        for sequence in sequences.iter().filter(|sequence| sequence.len() > 1) {
            let same = |pair: &[&Request]| {
                pair[0].who == pair[1].who
                    && pair[0].kind.sequence() == pair[1].kind.sequence()
                    && pair[0].at < pair[1].at
            };
            assert!(sequence.windows(2).all(same));
        }
    }

    #[test]
    fn plan_with_too_many_punches_is_refused() {
        let refused = Plan::of(20, 600, 20, 1).unwrap_err();
        assert!(refused.contains("a day accepts at most 100"), "{refused}");
        assert!(Plan::of(20, 300, 20, 1).is_ok());
    }
}
