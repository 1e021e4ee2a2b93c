//! Approvers: for whom a request waits, and who has a say in it at all.

use kernel::EmployeeId;
use policy::leave::{Approval, Approver, Deciding, Step};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Those who decide the waiting step, as far as it can be told by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitsFor {
    /// These people.
    pub employee_ids: Vec<EmployeeId>,
    /// Anybody of HR.
    pub hr: bool,
    /// So many yeses are still missing.
    pub needed: u8,
}

/// For whom a pending request waits, given the person's manager and that one's. Whoever is asked never decides about themselves.
pub fn waits_for(
    approval: &Approval,
    subject: EmployeeId,
    manager: Option<EmployeeId>,
    second_manager: Option<EmployeeId>,
) -> Option<WaitsFor> {
    let step = approval.steps.get(usize::from(approval.step))?;
    let mut waits = WaitsFor { hr: step.by == Approver::Hr || approval.level >= 2, ..WaitsFor::default() };
    let mut ask = |one: Option<EmployeeId>| match one.filter(|one| *one != subject) {
        Some(one) if !waits.employee_ids.contains(&one) => waits.employee_ids.push(one),
        Some(_) => {}
        None => waits.hr = true,
    };
    match &step.by {
        Approver::Manager => ask(manager),
        Approver::SecondManager => ask(second_manager),
        Approver::People(people) => people.iter().for_each(|one| ask(Some(*one))),
        Approver::Hr => {}
    }
    if approval.level >= 1 {
        ask(second_manager);
    }
    let said = approval.decisions.iter().filter(|decision| decision.step == approval.step && decision.approved).count();
    waits.needed = step.needed.saturating_sub(u8::try_from(said).unwrap_or(u8::MAX));
    Some(waits)
}

/// Whether somebody has a say in a request at some step, or has had one: they may see it, also when it is not their turn.
pub fn is_involved(approval: &Approval, who: &Deciding) -> bool {
    let acts_as = |one: EmployeeId| one == who.by || who.stands_for.iter().any(|(principal, _)| *principal == one);
    let of_hr = who.hr || who.stands_for.iter().any(|(_, hr)| *hr);
    let has_said = approval.decisions.iter().any(|decision| decision.by == who.by);
    let named = |step: &Step| match &step.by {
        Approver::Manager => who.manager.map_or(of_hr, acts_as),
        Approver::SecondManager => who.second_manager.map_or(of_hr, acts_as),
        Approver::People(people) => people.iter().any(|one| acts_as(*one)),
        Approver::Hr => of_hr,
    };
    let raised = approval.level >= 1 && who.second_manager.is_some_and(acts_as);
    has_said || raised || approval.may_decide(who).is_some() || approval.steps.iter().any(named)
}

#[cfg(test)]
mod tests {
    use policy::leave::ApproverDecision;
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> EmployeeId {
        EmployeeId::new(Uuid::from_u128(number))
    }

    const SUBJECT: u128 = 1;
    const MANAGER: u128 = 2;
    const CHIEF: u128 = 3;

    fn approval(by: Approver, needed: u8, level: u8) -> Approval {
        let steps = vec![Step { by, needed, above_days: None, escalate_after_hours: Some(1) }];
        Approval { steps, step: 0, level, generation: 0, decisions: Vec::new() }
    }

    fn waits(approval: &Approval, manager: Option<u128>, chief: Option<u128>) -> (Vec<EmployeeId>, bool, u8) {
        let waits = waits_for(approval, id(SUBJECT), manager.map(id), chief.map(id)).unwrap();
        (waits.employee_ids, waits.hr, waits.needed)
    }

    #[test]
    fn it_is_told_for_whom_a_request_waits() {
        let people = || Approver::People(vec![id(7), id(SUBJECT), id(8)]);
        for (by, level, manager, chief, expected) in [
            (Approver::Manager, 0, Some(MANAGER), Some(CHIEF), (vec![id(MANAGER)], false, 1)),
            (Approver::Manager, 0, None, None, (vec![], true, 1)),
            (Approver::Manager, 1, Some(MANAGER), Some(CHIEF), (vec![id(MANAGER), id(CHIEF)], false, 1)),
            (Approver::Manager, 1, Some(MANAGER), None, (vec![id(MANAGER)], true, 1)),
            (Approver::Manager, 2, Some(MANAGER), Some(CHIEF), (vec![id(MANAGER), id(CHIEF)], true, 1)),
            (Approver::SecondManager, 0, Some(MANAGER), Some(CHIEF), (vec![id(CHIEF)], false, 1)),
            (Approver::SecondManager, 1, Some(MANAGER), Some(CHIEF), (vec![id(CHIEF)], false, 1)),
            (Approver::Hr, 0, Some(MANAGER), Some(CHIEF), (vec![], true, 1)),
            (people(), 0, Some(MANAGER), None, (vec![id(7), id(8)], true, 1)),
        ] {
            let what = format!("{by:?} at {level}");
            assert_eq!(waits(&approval(by, 1, level), manager, chief), expected, "{what}");
        }
    }

    #[test]
    fn a_yes_of_this_step_is_not_asked_for_again() {
        let mut approval = approval(Approver::People(vec![id(7), id(8), id(9)]), 2, 0);
        let yes = |step| ApproverDecision {
            step,
            by: id(7),
            instead_of: None,
            approved: true,
            at: jiff::Timestamp::UNIX_EPOCH,
            comments: None,
        };
        approval.decisions = vec![yes(3), yes(0)];
        assert_eq!(waits(&approval, None, None).2, 1, "that of another step does not count");
    }

    #[test]
    fn who_has_a_say_at_any_step_is_involved_and_nobody_else() {
        let who = |by: u128| Deciding {
            by: id(by),
            hr: false,
            subject: id(SUBJECT),
            author: id(SUBJECT),
            manager: Some(id(MANAGER)),
            second_manager: Some(id(CHIEF)),
            stands_for: Vec::new(),
        };
        let by_manager = approval(Approver::Manager, 1, 0);
        assert!(is_involved(&by_manager, &who(MANAGER)));
        assert!(!is_involved(&by_manager, &who(CHIEF)) && !is_involved(&by_manager, &who(9)));
        assert!(is_involved(&approval(Approver::Manager, 1, 1), &who(CHIEF)), "once it went up");
        let delegate = Deciding { stands_for: vec![(id(MANAGER), false)], ..who(9) };
        assert!(is_involved(&by_manager, &delegate));
        let of_hr = Deciding { stands_for: vec![(id(20), true)], ..who(9) };
        assert!(is_involved(&approval(Approver::Hr, 1, 0), &of_hr) && !is_involved(&by_manager, &of_hr));
        assert!(is_involved(&approval(Approver::People(vec![id(9)]), 1, 0), &who(9)));
        assert!(is_involved(&approval(Approver::Manager, 1, 2), &of_hr), "once it went up to HR");
        let asked_by_manager = Deciding { author: id(MANAGER), ..of_hr };
        assert!(is_involved(&by_manager, &asked_by_manager), "HR decides what the manager asked for");
    }
}
