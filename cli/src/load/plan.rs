//! Which request begins when and by whom: a pure function of rate, length, people and a number.

use std::{collections::BTreeMap, time::Duration};

use attendance::domain::punch_rules::PUNCHES_MAX;

use super::kind::{PUNCHES, REQUEST_MIX, RequestKind, RequestSequence};
use crate::seed::stable_random;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// Its place in the plan, from 0.
    pub(crate) number: usize,
    /// When it begins, counted from the beginning.
    pub(crate) at: Duration,
    /// What is asked.
    pub(crate) kind: RequestKind,
    /// By whom, or about whom: the place among the people.
    pub(crate) who: usize,
    /// How many like it they have asked before. Punches count together.
    pub(crate) nth: usize,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How many people ask.
    pub(crate) people: usize,
    /// In the order of their instants.
    pub(crate) requests: Vec<Request>,
}

impl Plan {
    /// `rate` requests a second for `seconds`, by so many people.
    pub(crate) fn of(rate: u32, seconds: u32, people: u32, seed: u64) -> Result<Self, String> {
        let count = usize::try_from(u64::from(rate) * u64::from(seconds)).map_err(|error| error.to_string())?;
        let people = usize::try_from(people).map_err(|error| error.to_string())?;
        let mut turns: BTreeMap<RequestKind, Box<dyn Iterator<Item = usize>>> = BTreeMap::new();
        let mut asked: BTreeMap<(RequestKind, usize), usize> = BTreeMap::new();
        let mut requests = Vec::with_capacity(count);
        for (number, card) in interleave(count, seed).into_iter().enumerate() {
            let turn = turns.entry(card).or_insert_with(|| person_order(card, people, seed));
            let who = turn.next().unwrap_or_default();
            let before = asked.entry((card, who)).or_default();
            let nth = *before;
            *before += 1;
            let kind = if card == RequestKind::CheckIn { punch(nth) } else { card };
            let at = Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
            requests.push(Request { number, at, kind, who, nth });
        }
        let punches =
            asked.iter().filter(|((card, _), _)| *card == RequestKind::CheckIn).map(|(_, count)| *count).max();
        match punches.filter(|most| *most > PUNCHES_MAX) {
            Some(most) => Err(format!(
                "Somebody would punch {most} times, and a day holds {PUNCHES_MAX} punches: more people, or fewer requests."
            )),
            None => Ok(Self { people, requests }),
        }
    }

    /// Requests that wait for each other, in their order; all others by themselves.
    pub(crate) fn sequences(&self) -> Vec<Vec<&Request>> {
        let mut waiting: BTreeMap<(RequestSequence, usize), Vec<&Request>> = BTreeMap::new();
        let mut alone = Vec::new();
        for request in &self.requests {
            match request.kind.sequence() {
                Some(sequence) => waiting.entry((sequence, request.who)).or_default().push(request),
                None => alone.push(vec![request]),
            }
        }
        waiting.into_values().chain(alone).collect()
    }

    /// How many of a kind somebody asks.
    pub(crate) fn count(&self, kind: RequestKind, who: usize) -> usize {
        self.requests.iter().filter(|request| request.kind == kind && request.who == who).count()
    }
}

/// The punch that follows so many.
fn punch(before: usize) -> RequestKind {
    PUNCHES.get(before % PUNCHES.len()).copied().unwrap_or(RequestKind::CheckIn)
}

/// So many cards of the mix, each kind at even distances from an offset of its own: every part of a run has its share of each.
fn interleave(count: usize, seed: u64) -> Vec<RequestKind> {
    let whole: u64 = REQUEST_MIX.iter().map(|(_, weight)| weight).sum();
    // Places are counted in thousandths of a request; one round more, for the offsets.
    let end = (u64::try_from(count).unwrap_or(u64::MAX).saturating_add(whole)).saturating_mul(1000);
    let mut places: Vec<(u64, RequestKind)> = Vec::new();
    for (kind, weight) in REQUEST_MIX {
        let distance = whole * 1000 / weight;
        let offset = stable_random(&seed.to_string(), kind.operation().name, distance);
        places.extend((0..).map(|nth| (offset + nth * whole * 1000 / weight, kind)).take_while(|(at, _)| *at < end));
    }
    places.sort_unstable();
    places.into_iter().map(|(_, kind)| kind).take(count).collect()
}

/// Whose turn it is: round after round in an order of its own. Those who punch begin one round after the other, so that all kinds of
/// punches are made at any time.
fn person_order(card: RequestKind, people: usize, seed: u64) -> Box<dyn Iterator<Item = usize>> {
    let mut order: Vec<usize> = (0..people).collect();
    order.sort_by_cached_key(|who| stable_random(&format!("{seed}/{who}"), card.operation().name, u64::MAX));
    let groups = if card == RequestKind::CheckIn { PUNCHES.len() } else { 1 };
    let round = move |round: usize| {
        let begun = move |(place, who): (usize, usize)| (place % groups <= round).then_some(who);
        order.clone().into_iter().enumerate().filter_map(begun)
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
    fn requests_begin_at_a_fixed_rate() {
        let plan = planned(8, 3, 4, 1);
        assert_eq!(plan.requests.len(), 24);
        for (number, request) in plan.requests.iter().enumerate() {
            assert_eq!((request.number, request.at), (number, Duration::from_millis(125 * number as u64)));
        }
    }

    #[test]
    fn the_same_number_gives_the_same_plan_and_another_one_another() {
        assert_eq!(planned(20, 60, 20, 7), planned(20, 60, 20, 7));
        assert_ne!(planned(20, 60, 20, 7), planned(20, 60, 20, 8));
    }

    #[test]
    fn every_part_has_its_share_of_each_kind() {
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
    fn a_short_run_has_every_kind_of_card() {
        for seed in 0..20 {
            let kinds: BTreeSet<RequestKind> =
                planned(10, 6, 4, seed).requests.iter().map(|request| request.kind).collect();
            let missing: Vec<_> = REQUEST_MIX.iter().filter(|(kind, _)| !kinds.contains(kind)).collect();
            assert_eq!(missing, Vec::<&(RequestKind, u64)>::new(), "{seed}");
        }
    }

    #[test]
    fn everybody_punches_in_a_legal_order_and_all_of_them_as_often() {
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
        assert!(late > 20, "all kinds of punches at any time: {late}");
    }

    #[test]
    fn no_two_requests_of_a_person_are_the_same() {
        let plan = planned(20, 60, 5, 1);
        let all: BTreeSet<_> = plan.requests.iter().map(|request| (request.kind, request.who, request.nth)).collect();
        assert_eq!(all.len(), plan.requests.len());
    }

    #[test]
    fn what_must_wait_is_in_one_sequence_in_its_order() {
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
    fn more_punches_than_a_day_holds_are_not_planned() {
        let refused = Plan::of(20, 600, 20, 1).unwrap_err();
        assert!(refused.contains("a day holds 100 punches"), "{refused}");
        assert!(Plan::of(20, 300, 20, 1).is_ok());
    }
}
