//! Digests of the inputs of a day. Two digests are equal if the inputs are equal.

use jiff::Timestamp;

use super::{ChangedInput, DayInputs, DayKind, DayLeave, Plan, Punch, PunchFlag, WeekToDate};
use crate::{Half, PolicyRef, Portion};

/// FNV-1a of 64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/>: short, fast and stable across releases and
/// machines.
struct Digest(u64);

impl Digest {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    fn add_text(&mut self, text: &str) -> &mut Self {
        self.add_bytes(text.as_bytes()).add_bytes(&[0xff])
    }

    fn add_number(&mut self, number: i64) -> &mut Self {
        self.add_bytes(&number.to_le_bytes())
    }

    fn add_flag(&mut self, flag: bool) -> &mut Self {
        self.add_bytes(&[u8::from(flag)])
    }

    fn add_instant(&mut self, at: Timestamp) -> &mut Self {
        self.add_number(at.as_second())
    }

    fn finish(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Digest of each input; [`ChangedInput::FirstDerivation`] has none.
pub(super) fn input_digests(
    day: &DayInputs<'_>,
    policies: &[Option<PolicyRef>; 3],
    before: WeekToDate,
) -> Vec<(ChangedInput, String)> {
    // The date after the next is an input only of the few days that reach it.
    let ([next, _], after_next) = (day.next_kinds, day.reached_kind_after_next());
    let last_out = before.last_out.map_or(0, Timestamp::as_second);
    let rested = before.rested_until.map(|at| format!("/{}", at.as_second())).unwrap_or_default();
    vec![
        (ChangedInput::Punches, punches_digest(day.punches)),
        (ChangedInput::Shifts, shifts_digest(day.plan, next, after_next)),
        (ChangedInput::Leave, leaves_digest(day.leaves)),
        (ChangedInput::Policy, policies_digest(policies)),
        (ChangedInput::Calendar, calendar_digest(day.plan, next, after_next)),
        (ChangedInput::Employment, employment_digest(day)),
        (
            ChangedInput::DayBefore,
            format!("{}/{}/{last_out}{rested}", before.week_worked_minutes.0, before.week_overtime_minutes.0),
        ),
    ]
}

fn punches_digest(punches: &[Punch]) -> String {
    let mut sorted: Vec<&Punch> = punches.iter().collect();
    // A kind that was not told follows from the other punches, so it is no input.
    sorted.sort_unstable_by_key(|punch| (punch.at, punch.told_kind(), punch.id));
    let mut digest = Digest::new();
    for punch in sorted {
        digest
            .add_bytes(punch.id.uuid().as_bytes())
            .add_instant(punch.at)
            .add_bytes(&[punch.told_kind().map_or(u8::MAX, |kind| kind as u8)]);
        digest.add_flag(punch.is_counted()).add_flag(punch.flags.contains(&PunchFlag::OutsideWindow));
    }
    digest.finish()
}

/// Digest of the shifts, and whether the day or one into which it reaches is a rest day. Holidays belong to the
/// calendar's digest.
fn shifts_digest(plan: &Plan, next: DayKind, after_next: Option<DayKind>) -> String {
    let mut digest = Digest::new();
    for shift in &plan.shifts {
        digest.add_text(&shift.code).add_instant(shift.from).add_instant(shift.to).add_number(shift.break_minutes.0);
    }
    for code in &plan.unknown_shifts {
        digest.add_text(code);
    }
    digest.add_flag(plan.kind == DayKind::Rest).add_flag(next == DayKind::Rest);
    if let Some(after_next) = after_next {
        digest.add_flag(after_next == DayKind::Rest);
    }
    digest.finish()
}

fn leaves_digest(leaves: &[DayLeave]) -> String {
    let mut active: Vec<&DayLeave> = leaves.iter().filter(|leave| leave.active).collect();
    active.sort_unstable_by_key(|leave| leave.leave_id);
    let mut digest = Digest::new();
    for leave in active {
        digest.add_bytes(leave.leave_id.uuid().as_bytes()).add_number(leave.minutes.0);
        match leave.portion {
            Portion::Full => digest.add_bytes(&[0]),
            Portion::Half(Half::Am) => digest.add_bytes(&[1]),
            Portion::Half(Half::Pm) => digest.add_bytes(&[2]),
            Portion::Hours(from, to) => {
                let second = |time: jiff::civil::Time| time.duration_since(jiff::civil::Time::midnight()).as_secs();
                digest.add_bytes(&[3]).add_number(second(from)).add_number(second(to))
            }
        };
    }
    digest.finish()
}

fn policies_digest(policies: &[Option<PolicyRef>; 3]) -> String {
    let mut digest = Digest::new();
    for policy in policies {
        digest.add_flag(policy.is_some());
        if let Some(PolicyRef { policy_id, policy_version }) = policy {
            digest.add_bytes(policy_id.uuid().as_bytes()).add_number(i64::from(*policy_version));
        }
    }
    digest.finish()
}

/// Version of the calendar, the half that it works, and whether the day or one into which it reaches is a holiday: `3`,
/// `3 am`, `3 holiday`.
fn calendar_digest(plan: &Plan, next: DayKind, after_next: Option<DayKind>) -> String {
    let mut text = plan.calendar_version.unwrap_or_default().to_string();
    let parts = [
        (plan.worked_half == Some(Half::Am), " am"),
        (plan.worked_half == Some(Half::Pm), " pm"),
        (plan.kind == DayKind::Holiday, " holiday"),
        (next == DayKind::Holiday, " holiday-next"),
        (after_next == Some(DayKind::Holiday), " holiday-after-next"),
    ];
    parts.into_iter().filter(|(holds, _)| *holds).for_each(|(_, part)| text.push_str(part));
    text
}

fn employment_digest(day: &DayInputs<'_>) -> String {
    let person = day.person;
    let mut digest = Digest::new();
    digest.add_text(&person.site).add_text(&person.time_zone).add_bytes(person.department_id.uuid().as_bytes());
    digest
        .add_number(person.contract.day_minutes.0)
        .add_flag(person.status == directory::EmploymentStatus::OnLeave)
        .finish()
}
