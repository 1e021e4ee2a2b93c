//! Approval: rule 9 (docs/rules.md).

use policy::{
    HalfDays,
    leave::{Approval, ApprovalProgress, Approver, ApproverCandidate, ApproverDecision, DecisionRight, Parties, Step},
};
use proptest::prelude::*;

use crate::fixtures::{cases, employee, moment, step};

const SUBJECT: u128 = 1;
const MANAGER: u128 = 2;
const SECOND: u128 = 3;
const HR: u128 = 4;
const OTHER: u128 = 5;

fn who(by: u128) -> ApproverCandidate {
    ApproverCandidate { by: employee(by), hr: by == HR, principals: vec![], parties: parties() }
}

fn parties() -> Parties {
    Parties {
        subject: employee(SUBJECT),
        author: employee(SUBJECT),
        manager: Some(employee(MANAGER)),
        second_manager: Some(employee(SECOND)),
        unable: vec![],
    }
}

fn begin(steps: Vec<Step>) -> Approval {
    Approval::start(steps).unwrap()
}

fn yes(approval: &Approval, who: &ApproverCandidate) -> Approval {
    match approval.approve(who, moment(), None).unwrap() {
        ApprovalProgress::StillPending(next) | ApprovalProgress::FullyApproved(next) => next,
    }
}

/// People who may decide in their own name.
fn may(approval: &Approval, change: impl Fn(&mut ApproverCandidate)) -> Vec<u128> {
    let one = |by: &u128| {
        let mut who = who(*by);
        change(&mut who);
        approval.may_decide(&who)
    };
    (SUBJECT..=OTHER).filter(one).collect()
}

#[test]
fn each_step_asks_its_approvers_and_missing_managers_become_hr() {
    let people = Approver::People(vec![employee(OTHER), employee(SUBJECT)]);
    for (by, asked) in
        [(Approver::Manager, MANAGER), (Approver::SecondManager, SECOND), (Approver::Hr, HR), (people, OTHER)]
    {
        assert_eq!(may(&begin(vec![step(by)]), |_| {}), [asked]);
    }
    assert_eq!(may(&begin(vec![step(Approver::Manager)]), |who| who.parties.manager = None), [HR]);
    assert_eq!(may(&begin(vec![step(Approver::SecondManager)]), |who| who.parties.second_manager = None), [HR]);
}

#[test]
fn self_approval_is_impossible_even_for_hr_and_delegates() {
    let approval = begin(vec![step(Approver::Hr)]);
    let own = ApproverCandidate { hr: true, ..who(SUBJECT) };
    assert_eq!(approval.find_decision_right(&own), None);
    let delegate = ApproverCandidate { principals: vec![(employee(SUBJECT), true)], ..who(OTHER) };
    assert_eq!(approval.find_decision_right(&delegate), None);
    let subject_as_delegate = ApproverCandidate { principals: vec![(employee(HR), true)], ..who(SUBJECT) };
    assert_eq!(approval.find_decision_right(&subject_as_delegate), None);
}

#[test]
fn author_cannot_decide_unless_member_of_hr() {
    let approval = begin(vec![step(Approver::Manager)]);
    assert_eq!(
        may(&approval, |who| who.parties.author = employee(MANAGER)),
        [HR],
        "the manager is the author, so HR decides"
    );
    let by_hr = begin(vec![step(Approver::Hr)]);
    assert_eq!(may(&by_hr, |who| who.parties.author = employee(HR)), [HR]);
}

#[test]
fn delegate_decides_in_the_name_of_the_principal() {
    let approval = begin(vec![step(Approver::Manager)]);
    let delegate = ApproverCandidate { principals: vec![(employee(MANAGER), false)], ..who(OTHER) };
    assert_eq!(approval.find_decision_right(&delegate), Some(DecisionRight::DelegatedBy(employee(MANAGER))));
    let Some(ApprovalProgress::FullyApproved(decided)) = approval.approve(&delegate, moment(), Some("fine".into()))
    else {
        panic!()
    };
    assert_eq!((decided.decisions[0].by, decided.decisions[0].instead_of), (employee(OTHER), Some(employee(MANAGER))));
    let for_hr = ApproverCandidate { principals: vec![(employee(HR), true)], ..who(OTHER) };
    assert_eq!(
        begin(vec![step(Approver::Hr)]).find_decision_right(&for_hr),
        Some(DecisionRight::DelegatedBy(employee(HR)))
    );
}

#[test]
fn steps_cannot_be_skipped_and_the_last_one_approves() {
    let approval = begin(vec![step(Approver::Manager), step(Approver::Hr)]);
    assert_eq!(approval.find_decision_right(&who(HR)), None);
    let Some(ApprovalProgress::StillPending(next)) = approval.approve(&who(MANAGER), moment(), None) else { panic!() };
    assert_eq!((next.step, next.generation, next.level), (1, 1, 0));
    assert_eq!(next.find_decision_right(&who(MANAGER)), None);
    assert!(matches!(next.approve(&who(HR), moment(), None), Some(ApprovalProgress::FullyApproved(_))));
}

#[test]
fn n_of_m_step_needs_n_distinct_approvers() {
    let people = Approver::People([HR, OTHER, SECOND].map(employee).to_vec());
    let approval = begin(vec![Step { needed: 2, ..step(people) }]);
    let Some(ApprovalProgress::StillPending(one)) = approval.approve(&who(OTHER), moment(), None) else { panic!() };
    assert_eq!((one.step, one.decisions.len()), (0, 1));
    assert_eq!(one.find_decision_right(&who(OTHER)), None, "an approver decides once");
    let delegate = ApproverCandidate { principals: vec![(employee(OTHER), false)], ..who(MANAGER) };
    assert_eq!(one.find_decision_right(&delegate), None, "a delegate adds no second approval of the principal");
    let greedy = ApproverCandidate { principals: vec![(employee(SECOND), false)], ..who(OTHER) };
    assert_eq!(one.find_decision_right(&greedy), None, "a delegate approves once, in one name");
    assert!(matches!(one.approve(&who(SECOND), moment(), None), Some(ApprovalProgress::FullyApproved(_))));
}

#[test]
fn hr_may_decide_if_too_few_named_approvers_remain() {
    let approval = begin(vec![step(Approver::People(vec![employee(SUBJECT)]))]);
    assert_eq!(may(&approval, |_| {}), [HR]);
}

#[test]
fn pending_step_escalates_to_second_manager_and_then_hr() {
    let waiting = Step { escalate_after_hours: Some(48), ..step(Approver::Manager) };
    let approval = begin(vec![waiting]);
    assert_eq!(approval.escalates_after_hours(), Some(48));
    let first = approval.escalate(0).unwrap();
    assert_eq!(may(&first, |_| {}), [MANAGER, SECOND]);
    assert_eq!(may(&first, |who| who.parties.second_manager = None), [MANAGER, HR]);
    assert_eq!(first.escalate(0), None, "an escalation of an older generation is ignored");
    let second = first.escalate(1).unwrap();
    assert_eq!(may(&second, |_| {}), [MANAGER, SECOND, HR]);
    assert_eq!(second.escalate(2), None, "HR is the highest level");
    assert_eq!(begin(vec![step(Approver::Manager)]).escalate(0), None, "the step has no escalation time");
    let second_manager = begin(vec![Step { escalate_after_hours: Some(1), ..step(Approver::SecondManager) }]);
    assert_eq!(may(&second_manager.escalate(0).unwrap(), |_| {}), [SECOND, HR]);
}

#[test]
fn rejection_ends_the_approval_and_no_steps_need_none() {
    let approval = begin(vec![step(Approver::Manager), step(Approver::Hr)]);
    let refused = approval.reject(&who(MANAGER), moment(), "too many away".into()).unwrap();
    assert_eq!((refused.decisions[0].approved, refused.generation), (false, 1));
    assert_eq!(approval.reject(&who(OTHER), moment(), "no".into()), None);
    assert_eq!(Approval::start(vec![]), None);
}

#[test]
fn pending_approvers_are_named_or_hr() {
    let people = || Approver::People([OTHER, SUBJECT, HR].map(employee).to_vec());
    let (everybody, nobody_above) = (parties(), Parties { manager: None, second_manager: None, ..parties() });
    let no_chief = Parties { second_manager: None, ..parties() };
    let of = |author| Parties { author: employee(author), ..parties() };
    for (by, level, parties, named, hr) in [
        (Approver::Manager, 0, everybody.clone(), vec![MANAGER], false),
        (Approver::Manager, 0, nobody_above, vec![], true),
        (Approver::Manager, 0, of(MANAGER), vec![], true),
        (Approver::Manager, 1, everybody.clone(), vec![MANAGER, SECOND], false),
        (Approver::Manager, 1, no_chief.clone(), vec![MANAGER], true),
        (Approver::Manager, 2, everybody.clone(), vec![MANAGER, SECOND], true),
        (Approver::SecondManager, 0, everybody.clone(), vec![SECOND], false),
        (Approver::SecondManager, 1, everybody.clone(), vec![SECOND], true),
        (Approver::Hr, 0, everybody.clone(), vec![], true),
        (people(), 0, no_chief, vec![OTHER, HR], false),
        (people(), 0, of(HR), vec![OTHER], false),
        (people(), 1, everybody, vec![OTHER, HR, SECOND], false),
    ] {
        let asked = Approval { level, ..begin(vec![step(by.clone())]) }.pending_approvers(&parties).unwrap();
        let named: Vec<_> = named.into_iter().map(employee).collect();
        assert_eq!((asked.employee_ids, asked.hr, asked.needed), (named, hr, 1), "{by:?} at {level}");
    }
}

#[test]
fn approvers_of_this_step_are_no_longer_pending() {
    let people = Approver::People([MANAGER, SECOND, OTHER].map(employee).to_vec());
    let yes = |step| ApproverDecision {
        step,
        by: employee(MANAGER),
        instead_of: None,
        approved: true,
        at: moment(),
        comments: None,
    };
    let begun = begin(vec![Step { needed: 2, ..step(people) }]);
    let asked = Approval { decisions: vec![yes(3), yes(0)], ..begun }.pending_approvers(&parties()).unwrap();
    assert_eq!(asked.needed, 1, "a decision of another step does not count");
    assert_eq!(asked.employee_ids, [SECOND, OTHER].map(employee));
}

#[test]
fn each_escalation_level_adds_new_approvers() {
    for (by, level, named, hr) in [
        (Approver::Manager, 0, vec![MANAGER], false),
        (Approver::Manager, 1, vec![SECOND], false),
        (Approver::Manager, 2, vec![], true),
        (Approver::SecondManager, 1, vec![], true),
        (Approver::People(vec![employee(OTHER)]), 1, vec![SECOND], false),
    ] {
        let asked = Approval { level, ..begin(vec![step(by.clone())]) }.newly_asked_approvers(&parties()).unwrap();
        let named: Vec<_> = named.into_iter().map(employee).collect();
        assert_eq!((asked.employee_ids, asked.hr), (named, hr), "{by:?} at {level}");
    }
}

#[test]
fn only_approvers_of_some_step_are_involved() {
    let at = |by, level| Approval { level, ..begin(vec![step(by)]) };
    let by_manager = at(Approver::Manager, 0);
    assert!(by_manager.is_involved(&who(MANAGER)));
    assert!(!by_manager.is_involved(&who(SECOND)) && !by_manager.is_involved(&who(OTHER)));
    assert!(at(Approver::Manager, 1).is_involved(&who(SECOND)), "after the escalation");
    let delegate = ApproverCandidate { principals: vec![(employee(MANAGER), false)], ..who(OTHER) };
    assert!(by_manager.is_involved(&delegate));
    let for_hr = ApproverCandidate { principals: vec![(employee(HR), true)], ..who(OTHER) };
    assert!(at(Approver::Hr, 0).is_involved(&for_hr) && !by_manager.is_involved(&for_hr));
    assert!(at(Approver::People(vec![employee(OTHER)]), 0).is_involved(&who(OTHER)));
    assert!(at(Approver::Manager, 2).is_involved(&for_hr), "after the escalation to HR");
    let parties = Parties { author: employee(MANAGER), ..parties() };
    assert!(
        by_manager.is_involved(&ApproverCandidate { parties: parties.clone(), ..for_hr }),
        "HR decides a request that the manager created"
    );
    assert!(by_manager.is_involved(&ApproverCandidate { parties, ..who(MANAGER) }), "the manager can still read it");
}

/// Approvals needed, level, author, and three bits: no manager, no second manager, manager in HR.
fn combinations(authors: &[u128]) -> impl Iterator<Item = (u8, u8, u128, u8)> {
    let levels = (1..=2).flat_map(|needed| (0..=2).map(move |level| (needed, level)));
    let authors = move |(needed, level)| authors.iter().map(move |author| (needed, level, *author));
    levels.flat_map(authors).flat_map(|(needed, level, author)| (0..8).map(move |above| (needed, level, author, above)))
}

/// Covers every kind of step, level, author and hierarchy, a manager in HR or not, before and after a first decision.
#[test]
fn pending_approvers_are_exactly_those_who_may_decide() {
    let everybody = [SUBJECT, MANAGER, SECOND, HR, OTHER];
    let committees = (1_u32..1 << everybody.len()).map(|chosen| {
        let members = everybody.iter().enumerate().filter(|(bit, _)| chosen & (1 << bit) != 0);
        Approver::People(members.map(|(_, id)| employee(*id)).collect())
    });
    let (mut shown_to, mut hidden_from) = (0, 0);
    for by in [Approver::Manager, Approver::SecondManager, Approver::Hr].into_iter().chain(committees) {
        for (needed, level, author, above) in combinations(&everybody) {
            let (manager, second_manager) =
                ((above & 1 == 0).then(|| employee(MANAGER)), (above & 2 == 0).then(|| employee(SECOND)));
            let parties = Parties { author: employee(author), manager, second_manager, ..parties() };
            let is_hr = |id: u128| id == HR || (above & 4 != 0 && id == MANAGER);
            let as_decider = |id: u128| ApproverCandidate { hr: is_hr(id), parties: parties.clone(), ..who(id) };
            let begun = Approval { level, ..begin(vec![Step { needed, ..step(by.clone()) }]) };
            let first = everybody.iter().find_map(|id| match begun.approve(&as_decider(*id), moment(), None) {
                Some(ApprovalProgress::StillPending(next)) => Some(next),
                _ => None,
            });
            for approval in [Some(begun), first].into_iter().flatten() {
                let asked = approval.pending_approvers(&parties).unwrap();
                for id in everybody {
                    let has_decided = approval.decisions.iter().any(|decision| decision.by == employee(id));
                    let of_hr = asked.hr && is_hr(id) && id != SUBJECT && !has_decided;
                    let shown = asked.employee_ids.contains(&employee(id)) || of_hr;
                    let may = approval.may_decide(&as_decider(id));
                    assert_eq!(shown, may, "{id}: {approval:?} {parties:?} {asked:?}");
                    *(if may { &mut shown_to } else { &mut hidden_from }) += 1;
                }
            }
        }
    }
    assert!(shown_to > 10_000 && hidden_from > 10_000, "{shown_to} {hidden_from}");
}

#[test]
fn approvers_who_cannot_decide_are_skipped_to_the_next_level() {
    let people = |ids: &[u128]| Approver::People(ids.iter().copied().map(employee).collect());
    for (by, needed, unable, named, hr) in [
        (Approver::Manager, 1, vec![MANAGER], vec![SECOND], false),
        (Approver::Manager, 1, vec![MANAGER, SECOND], vec![], true),
        (Approver::Manager, 1, vec![SECOND], vec![MANAGER], false),
        (Approver::SecondManager, 1, vec![SECOND], vec![], true),
        (people(&[OTHER]), 1, vec![OTHER], vec![SECOND], false),
        (people(&[OTHER]), 1, vec![OTHER, SECOND], vec![], true),
        (people(&[OTHER, MANAGER]), 1, vec![OTHER], vec![MANAGER], false),
        (people(&[OTHER, MANAGER]), 2, vec![OTHER], vec![MANAGER, SECOND], false),
        (people(&[OTHER, SECOND]), 2, vec![OTHER], vec![SECOND], true),
        (Approver::Hr, 1, vec![MANAGER], vec![], true),
    ] {
        let unable = unable.into_iter().map(employee).collect();
        let parties = Parties { unable, ..parties() };
        let approval = begin(vec![Step { needed, ..step(by.clone()) }]);
        let asked = approval.pending_approvers(&parties).unwrap();
        let named: Vec<_> = named.into_iter().map(employee).collect();
        assert_eq!((asked.employee_ids, asked.hr), (named, hr), "{by:?} without {:?}", parties.unable);
        for id in &parties.unable {
            let candidate = ApproverCandidate { by: *id, hr: true, principals: vec![], parties: parties.clone() };
            assert!(!approval.may_decide(&candidate), "{id} cannot decide");
        }
    }
}

#[test]
fn vote_of_a_delegate_who_is_named_too_leaves_the_last_seat_to_hr() {
    let named = Approver::People([MANAGER, OTHER].map(employee).to_vec());
    let approval = begin(vec![Step { needed: 2, ..step(named) }]);
    let delegate = ApproverCandidate {
        principals: vec![(employee(MANAGER), false)],
        parties: Parties { unable: vec![], ..parties() },
        ..who(OTHER)
    };
    // The other one has voted as a delegate: in the name of the manager, if the own name is not asked.
    let first = yes(&approval, &who(OTHER));
    assert_eq!(may(&first, |_| {}), [MANAGER]);
    let later = Approval {
        decisions: vec![ApproverDecision { instead_of: Some(employee(MANAGER)), ..first.decisions[0].clone() }],
        ..first
    };
    assert!(!later.may_decide(&delegate));
    assert_eq!(may(&later, |_| {}), [HR]);
}

/// Members of HR besides those who take part in requests.
const MORE_HR: [u128; 3] = [6, 7, 8];

fn some_step() -> impl Strategy<Value = Step> {
    let people = prop::sample::subsequence(vec![SUBJECT, MANAGER, SECOND, HR, OTHER], 1..=5);
    let by = prop_oneof![
        Just(Approver::Manager),
        Just(Approver::SecondManager),
        Just(Approver::Hr),
        people.prop_map(|people| Approver::People(people.into_iter().map(employee).collect())),
    ];
    (by, 1_u8..3, prop::option::of(1_u16..100)).prop_map(|(by, needed, escalate_after_hours)| Step {
        by,
        needed,
        above_days: Some(HalfDays(0)),
        escalate_after_hours,
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn approval_steps_cannot_be_skipped_repeated_or_self_approved(
        steps in prop::collection::vec(some_step(), 1..4),
        tries in prop::collection::vec((SUBJECT..=OTHER, any::<bool>(), prop::option::of(SUBJECT..=OTHER), any::<bool>()), 1..20),
        author in SUBJECT..=OTHER,
    ) {
        let count = steps.len();
        let mut approval = begin(steps);
        for (by, hr, stands_for, escalate) in tries {
            if escalate && let Some(next) = approval.escalate(approval.generation) {
                prop_assert!(next.generation == approval.generation + 1 && next.step == approval.step);
                approval = next;
            }
            let stands_for = stands_for.map(|id| (employee(id), id == HR)).into_iter().collect();
            let who = ApproverCandidate { hr: hr || by == HR, principals: stands_for, parties: Parties { author: employee(author), ..parties() }, ..who(by) };
            if approval.may_decide(&who) && usize::from(approval.step) < count {
                approval = yes(&approval, &who);
            }
        }
        let voice = |decision: &policy::leave::ApproverDecision| decision.instead_of.unwrap_or(decision.by);
        for (at, decision) in approval.decisions.iter().enumerate() {
            prop_assert!(decision.by != employee(SUBJECT) && voice(decision) != employee(SUBJECT));
            let same: Vec<_> = approval.decisions[..at].iter().filter(|other| other.step == decision.step).collect();
            prop_assert!(same.iter().all(|other| other.by != decision.by && voice(other) != voice(decision)));
            prop_assert!(approval.decisions[..at].iter().all(|other| other.step <= decision.step));
        }
        for step in 0..approval.step {
            let needed = usize::from(approval.steps[usize::from(step)].needed);
            prop_assert_eq!(approval.decisions.iter().filter(|decision| decision.step == step).count(), needed);
        }
    }

    #[test]
    fn for_every_pending_request_somebody_may_decide_and_never_the_subject(
        steps in prop::collection::vec(some_step(), 1..4),
        unable in prop::sample::subsequence(vec![MANAGER, SECOND, HR, OTHER], 0..=4),
        above in (any::<bool>(), any::<bool>()),
        author in SUBJECT..=OTHER,
        turns in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), prop::option::of(MANAGER..=OTHER)), 0..8),
    ) {
        let parties = Parties {
            author: employee(author),
            manager: above.0.then(|| employee(MANAGER)),
            second_manager: (above.0 && above.1).then(|| employee(SECOND)),
            unable: unable.into_iter().map(employee).collect(),
            ..parties()
        };
        let is_hr = |id: u128| id == HR || MORE_HR.contains(&id);
        let everybody: Vec<u128> = (SUBJECT..=OTHER).chain(MORE_HR).collect();
        let mut approval = begin(steps);
        for (chosen, escalate, stands_for) in turns {
            let candidate = |by: u128| ApproverCandidate {
                by: employee(by), hr: is_hr(by), principals: vec![], parties: parties.clone(),
            };
            let able: Vec<u128> = everybody.iter().copied().filter(|by| approval.may_decide(&candidate(*by))).collect();
            prop_assert!(!able.is_empty(), "nobody may decide {approval:?} {parties:?}");
            prop_assert!(!able.contains(&SUBJECT));
            if escalate && let Some(next) = approval.escalate(approval.generation) {
                approval = next;
                continue;
            }
            let by = *chosen.get(&able);
            let principals = stands_for.map(|id| (employee(id), is_hr(id))).into_iter().collect();
            match approval.approve(&ApproverCandidate { principals, ..candidate(by) }, moment(), None).unwrap() {
                ApprovalProgress::StillPending(next) => approval = next,
                ApprovalProgress::FullyApproved(_) => break,
            }
        }
    }
}
