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

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    fn number(&mut self, number: i64) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    fn flag(&mut self, flag: bool) -> &mut Self {
        self.bytes(&[u8::from(flag)])
    }

    fn at(&mut self, at: Timestamp) -> &mut Self {
        self.number(at.as_second())
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
    let last_out = before.last_out.map_or(0, Timestamp::as_second);
    vec![
        (ChangedInput::Punches, punches(day.punches)),
        (ChangedInput::Shifts, shifts(day.plan, day.next_kind)),
        (ChangedInput::Leave, leaves(day.leaves)),
        (ChangedInput::Policy, refs(policies)),
        (ChangedInput::Calendar, calendar(day.plan, day.next_kind)),
        (ChangedInput::Employment, employment(day)),
        (
            ChangedInput::DayBefore,
            format!("{}/{}/{last_out}", before.week_worked_minutes.0, before.week_overtime_minutes.0),
        ),
    ]
}

fn punches(punches: &[Punch]) -> String {
    let mut sorted: Vec<&Punch> = punches.iter().collect();
    sorted.sort_unstable_by_key(|punch| (punch.at, punch.kind, punch.id));
    let mut digest = Digest::new();
    for punch in sorted {
        digest.bytes(punch.id.uuid().as_bytes()).at(punch.at).bytes(&[punch.kind as u8]);
        digest.flag(punch.is_counted()).flag(punch.flags.contains(&PunchFlag::OutsideWindow));
    }
    digest.finish()
}

/// Digest of the shifts, and whether the day or the next one is a rest day. Holidays belong to the calendar's digest.
fn shifts(plan: &Plan, next: DayKind) -> String {
    let mut digest = Digest::new();
    for shift in &plan.shifts {
        digest.text(&shift.code).at(shift.from).at(shift.to).number(shift.break_minutes.0);
    }
    for code in &plan.unknown_shifts {
        digest.text(code);
    }
    digest.flag(plan.kind == DayKind::Rest).flag(next == DayKind::Rest).finish()
}

fn leaves(leaves: &[DayLeave]) -> String {
    let mut active: Vec<&DayLeave> = leaves.iter().filter(|leave| leave.active).collect();
    active.sort_unstable_by_key(|leave| leave.leave_id);
    let mut digest = Digest::new();
    for leave in active {
        digest.bytes(leave.leave_id.uuid().as_bytes()).number(leave.minutes.0);
        match leave.portion {
            Portion::Full => digest.bytes(&[0]),
            Portion::Half(Half::Am) => digest.bytes(&[1]),
            Portion::Half(Half::Pm) => digest.bytes(&[2]),
            Portion::Hours(from, to) => {
                let second = |time: jiff::civil::Time| time.duration_since(jiff::civil::Time::midnight()).as_secs();
                digest.bytes(&[3]).number(second(from)).number(second(to))
            }
        };
    }
    digest.finish()
}

fn refs(policies: &[Option<PolicyRef>; 3]) -> String {
    let mut digest = Digest::new();
    for policy in policies {
        digest.flag(policy.is_some());
        if let Some(PolicyRef { policy_id, policy_version }) = policy {
            digest.bytes(policy_id.uuid().as_bytes()).number(i64::from(*policy_version));
        }
    }
    digest.finish()
}

/// Version of the calendar, the half that it works, and whether the day or the next one is a holiday: `3`, `3 am`, `3
/// holiday`.
fn calendar(plan: &Plan, next: DayKind) -> String {
    let mut text = plan.calendar_version.unwrap_or_default().to_string();
    let parts = [
        (plan.worked_half == Some(Half::Am), " am"),
        (plan.worked_half == Some(Half::Pm), " pm"),
        (plan.kind == DayKind::Holiday, " holiday"),
        (next == DayKind::Holiday, " holiday-next"),
    ];
    parts.into_iter().filter(|(holds, _)| *holds).for_each(|(_, part)| text.push_str(part));
    text
}

fn employment(day: &DayInputs<'_>) -> String {
    let person = day.person;
    let mut digest = Digest::new();
    digest.text(&person.site).text(&person.time_zone).bytes(person.department_id.uuid().as_bytes());
    digest.number(person.contract.day_minutes.0).flag(person.status == directory::EmploymentStatus::OnLeave).finish()
}
