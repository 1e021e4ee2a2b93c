//! Leave on days, as the events of the leave service tell it.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, LeaveId};
use policy::{attendance::DayLeave, leave::LeaveCount};
use serde::Deserialize;

use super::day::Day;

/// Where a request for leave stands, as far as days are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Its days are taken.
    Approved,
    /// It was taken back: as a whole, or from a day on.
    Cancelled,
    /// It takes no day yet, or never did.
    #[serde(other)]
    Other,
}

/// What this service reads of a request for leave.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LeaveRequest {
    pub id: LeaveId,
    pub employee_id: EmployeeId,
    leave_type: String,
    /// Every day from the first to the last, and what it counts.
    count: LeaveCount,
    status: Status,
    /// When it was approved, if it ever was.
    #[serde(default)]
    approved_at: Option<Timestamp>,
    /// From this day on its days came back.
    #[serde(default)]
    cancelled_from: Option<Date>,
}

impl LeaveRequest {
    /// Whether it takes days, or took some once: what was never approved concerns no day.
    pub const fn affects_days(&self) -> bool {
        match self.status {
            Status::Approved => true,
            Status::Cancelled => self.approved_at.is_some(),
            Status::Other => false,
        }
    }

    /// The first day and the last.
    pub fn period(&self) -> Option<(Date, Date)> {
        self.count.days.first().map(|day| day.date).zip(self.count.days.last().map(|day| day.date))
    }

    /// What one version of the request says of each of its days, in order. A day that was given back does not stand. One that counts
    /// nothing does: free by the site's calendar, it may be a day of work by somebody's roster.
    pub fn days(&self, version: u64) -> impl Iterator<Item = (Date, DayLeave)> + '_ {
        self.count.days.iter().map(move |day| {
            let given_back = match self.status {
                Status::Cancelled => self.cancelled_from.is_none_or(|from| day.date >= from),
                Status::Approved | Status::Other => false,
            };
            let leave = DayLeave {
                leave_id: self.id,
                leave_type: self.leave_type.clone(),
                portion: day.portion,
                minutes: day.minutes,
                active: !given_back,
                version,
            };
            (day.date, leave)
        })
    }
}

/// What is known on a day of a request.
pub fn leave_on(day: &Day, leave_id: LeaveId) -> Option<&DayLeave> {
    day.leaves.iter().find(|leave| leave.leave_id == leave_id)
}

/// The day with what a request says of it; nothing where as new a version, or a newer one, has said so already.
pub fn with_leave(day: &Day, leave: DayLeave, at: Timestamp) -> Option<Day> {
    if leave_on(day, leave.leave_id).is_some_and(|known| known.version >= leave.version) {
        return None;
    }
    let mut leaves: Vec<_> = day.leaves.iter().filter(|known| known.leave_id != leave.leave_id).cloned().collect();
    leaves.push(leave);
    leaves.sort_by_key(|leave| leave.leave_id);
    Some(Day { leaves, updated_at: at, ..day.clone() })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::Minutes;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    /// Thursday 11 July to Tuesday 16 July 2024, with what is different.
    fn away(different: Value) -> LeaveRequest {
        let day = |of| {
            let minutes = if of == 13 || of == 14 { 0 } else { 480 };
            json!({"date": date(2024, 7, of), "portion": "full", "minutes": minutes})
        };
        let days: Vec<_> = (11..=16).map(day).collect();
        let mut request = json!({
            "id": LeaveId::new(Uuid::from_u128(9)), "employee_id": EmployeeId::new(Uuid::from_u128(1)),
            "leave_type": "annual", "status": "approved", "approved_at": "2024-07-01T00:00:00Z",
            "count": {"days": days, "site": "berlin", "calendar_version": 1}, "reason": "not read here",
        });
        request.as_object_mut().unwrap().extend(different.as_object().unwrap().clone());
        serde_json::from_value(request).unwrap()
    }

    fn standing(away: &LeaveRequest) -> Vec<i8> {
        away.days(1).filter(|(_, leave)| leave.active).map(|(date, _)| date.day()).collect()
    }

    #[test]
    fn days_stand_until_they_are_given_back() {
        assert_eq!(standing(&away(json!({}))), [11, 12, 13, 14, 15, 16]);
        let cancelled = |from: &str| away(json!({"status": "cancelled", "cancelled_from": from}));
        assert_eq!(standing(&cancelled("2024-07-15")), [11, 12, 13, 14]);
        assert_eq!(standing(&cancelled("2024-07-11")), [] as [i8; 0]);
        assert_eq!(cancelled("2024-07-15").period(), Some((date(2024, 7, 11), date(2024, 7, 16))));
    }

    #[test]
    fn what_was_never_approved_concerns_no_day() {
        for (different, concerns) in [
            (json!({}), true),
            (json!({"status": "pending", "approved_at": null}), false),
            (json!({"status": "rejected", "approved_at": null}), false),
            (json!({"status": "cancelled", "approved_at": null, "cancelled_from": "2024-07-11"}), false),
            (json!({"status": "cancelled", "cancelled_from": "2024-07-11"}), true),
        ] {
            assert_eq!(away(different.clone()).affects_days(), concerns, "{different}");
        }
    }

    #[test]
    fn whatever_order_versions_come_in_the_newest_stands() {
        let (person, on) = (EmployeeId::new(Uuid::from_u128(1)), date(2024, 7, 11));
        let leave = |id, version, stands| DayLeave {
            leave_id: LeaveId::new(Uuid::from_u128(id)),
            leave_type: "annual".to_owned(),
            portion: policy::Portion::Full,
            minutes: Minutes(480),
            active: stands,
            version,
        };
        let at = Timestamp::UNIX_EPOCH;
        let said = |all: &[DayLeave]| {
            all.iter().fold(Day::new(person, on, at), |day, leave| with_leave(&day, leave.clone(), at).unwrap_or(day))
        };
        let all = [leave(1, 2, true), leave(1, 3, false), leave(2, 2, true)];
        let expected = said(&all);
        assert_eq!(expected.leaves, [all[1].clone(), all[2].clone()]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(said(&order.map(|at| all[at].clone())), expected, "{order:?}");
        }
        assert_eq!(with_leave(&expected, all[1].clone(), at), None, "the same again changes nothing");
    }
}
