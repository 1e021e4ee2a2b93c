//! Leave on days, from the events of the leave service.

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, LeaveId, Minutes};
use policy::{
    Portion,
    attendance::DayLeave,
    leave::{DayCount, LeaveCount},
};
use serde::Deserialize;

use super::day::Day;

/// Status of a leave request, as far as it concerns days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RequestStatus {
    /// Approved: the leave applies to its days.
    Approved,
    /// Cancelled: all days, or those from one day on, were returned if it was approved before.
    Cancelled,
    /// Neither approved nor cancelled.
    #[serde(other)]
    Other,
}

/// Leave request, with the fields that this service reads from its events.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LeaveRequest {
    pub id: LeaveId,
    pub employee_id: EmployeeId,
    leave_type: String,
    /// First and last requested day; absent in events of earlier versions.
    #[serde(default)]
    start_date: Option<Date>,
    #[serde(default)]
    end_date: Option<Date>,
    /// Portion and minutes of every day from the first to the last, and of days off between the request and adjoining
    /// leave.
    count: LeaveCount,
    status: RequestStatus,
    /// Time of the approval, if it was ever approved.
    #[serde(default)]
    approved_at: Option<Timestamp>,
    /// First day that was returned by a cancellation; all days if absent.
    #[serde(default)]
    cancelled_from: Option<Date>,
    /// Days that were returned, and of which `count` may no longer have any.
    #[serde(default)]
    returned: Vec<ReturnedDays>,
}

/// First and last day of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct ReturnedDays {
    from: Date,
    to: Date,
}

impl LeaveRequest {
    /// Whether the request was ever approved; otherwise it concerns no day.
    pub const fn affects_days(&self) -> bool {
        match self.status {
            RequestStatus::Approved => true,
            RequestStatus::Cancelled => self.approved_at.is_some(),
            RequestStatus::Other => false,
        }
    }

    /// First and last day, returned ones included; `None` without days.
    pub fn period(&self) -> Option<(Date, Date)> {
        let counted = self.requested_days().map(|day| day.date);
        let returned = self.returned.iter().flat_map(|days| [days.from, days.to]);
        let dates = counted.chain(returned);
        dates.clone().min().zip(dates.max())
    }

    /// Each day of the request with its leave, in this version of the request. Returned days are inactive. A day that
    /// counts 0 minutes stays active: it is free by the site's calendar, but may be a working day of the person's
    /// roster.
    pub fn leave_by_day(&self, version: u64) -> impl Iterator<Item = (Date, DayLeave)> + '_ {
        let leave_of = move |portion, minutes, active| DayLeave {
            leave_id: self.id,
            leave_type: self.leave_type.clone(),
            portion,
            minutes,
            active,
            version,
        };
        let counted = self.requested_days().map(move |day| {
            let was_returned = match self.status {
                RequestStatus::Cancelled => self.cancelled_from.is_none_or(|from| day.date >= from),
                RequestStatus::Approved | RequestStatus::Other => false,
            };
            (day.date, leave_of(day.portion, day.minutes, !was_returned))
        });
        let no_longer_counted = self.returned_dates().filter(|date| self.requested_days().all(|day| day.date != *date));
        counted.chain(no_longer_counted.map(move |date| (date, leave_of(Portion::Full, Minutes::ZERO, false))))
    }

    /// Days of the count that were requested. Days off between the request and adjoining leave stay days off.
    fn requested_days(&self) -> impl Iterator<Item = &DayCount> + Clone {
        let outside = |date: Date| {
            self.start_date.is_some_and(|first| date < first) || self.end_date.is_some_and(|last| last < date)
        };
        self.count.days.iter().filter(move |day| !(day.is_between() && outside(day.date)))
    }

    /// Returned dates, in the order of the returns.
    fn returned_dates(&self) -> impl Iterator<Item = Date> + '_ {
        self.returned.iter().flat_map(|days| days.from.series(1.day()).take_while(|date| *date <= days.to))
    }
}

/// Leave of a request on a day, returned leave included.
pub fn find_leave(day: &Day, leave_id: LeaveId) -> Option<&DayLeave> {
    day.leaves.iter().find(|leave| leave.leave_id == leave_id)
}

/// Day with this leave in place of an older version; `None` if the day has the same version or a newer one.
pub fn with_newer_leave(day: &Day, leave: DayLeave, at: Timestamp) -> Option<Day> {
    if find_leave(day, leave.leave_id).is_some_and(|known| known.version >= leave.version) {
        return None;
    }
    let mut leaves: Vec<_> = day.leaves.iter().filter(|known| known.leave_id != leave.leave_id).cloned().collect();
    leaves.push(leave);
    leaves.sort_by_key(|leave| leave.leave_id);
    Some(day.with_leaves(leaves, at))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    /// Request from Thursday, 11 July to Tuesday, 16 July 2024, with these members replaced.
    fn request(different: Value) -> LeaveRequest {
        let day = |of| {
            let minutes = if of == 13 || of == 14 { 0 } else { 480 };
            json!({"date": date(2024, 7, of), "portion": "full", "minutes": minutes})
        };
        let days: Vec<_> = (11..=16).map(day).collect();
        let mut body = json!({
            "id": LeaveId::new(Uuid::from_u128(9)), "employee_id": EmployeeId::new(Uuid::from_u128(1)),
            "leave_type": "annual", "status": "approved", "approved_at": "2024-07-01T00:00:00Z",
            "count": {"days": days, "site": "berlin", "calendar_version": 1}, "reason": "ignored",
        });
        body.as_object_mut().unwrap().extend(different.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    fn active_days(request: &LeaveRequest) -> Vec<i8> {
        request.leave_by_day(1).filter(|(_, leave)| leave.active).map(|(date, _)| date.day()).collect()
    }

    #[test]
    fn days_are_active_until_returned() {
        assert_eq!(active_days(&request(json!({}))), [11, 12, 13, 14, 15, 16]);
        let cancelled = |from: &str| request(json!({"status": "cancelled", "cancelled_from": from}));
        assert_eq!(active_days(&cancelled("2024-07-15")), [11, 12, 13, 14]);
        assert_eq!(active_days(&cancelled("2024-07-11")), [] as [i8; 0]);
        assert_eq!(cancelled("2024-07-15").period(), Some((date(2024, 7, 11), date(2024, 7, 16))));
    }

    #[test]
    fn days_of_shortened_leave_are_inactive() {
        let mut shortened = json!({"returned": [
            {"from": "2024-07-16", "to": "2024-07-16", "minutes": 480}, {"from": "2024-07-11", "to": "2024-07-11"},
        ]});
        let count = serde_json::to_value(&request(json!({})).count).unwrap();
        let stays = |day: &&Value| !["2024-07-11", "2024-07-16"].contains(&day["date"].as_str().unwrap());
        let days: Vec<_> = count["days"].as_array().unwrap().iter().filter(stays).cloned().collect();
        shortened["count"] = json!({"days": days, "site": "berlin", "calendar_version": 1});
        let shortened = request(shortened);
        assert_eq!(active_days(&shortened), [12, 13, 14, 15]);
        assert_eq!(shortened.period(), Some((date(2024, 7, 11), date(2024, 7, 16))));
        assert_eq!(shortened.leave_by_day(1).filter(|(_, leave)| !leave.active).count(), 2);
    }

    #[test]
    fn days_off_between_adjoining_leave_stay_days_off() {
        let day = |of: i8, why: &str| json!({"date": date(2024, 7, of), "portion": "full", "minutes": 480, "why": why});
        let days = json!([day(13, "between"), day(14, "between"), day(15, "")]);
        let count = json!({"days": days, "site": "berlin", "calendar_version": 1});
        let of = |first: &str| json!({"count": count, "start_date": first, "end_date": "2024-07-15"});
        assert_eq!(active_days(&request(of("2024-07-15"))), [15], "outside the dates of the request");
        assert_eq!(active_days(&request(of("2024-07-14"))), [14, 15], "a requested day off is leave");
    }

    #[test]
    fn moved_leave_leaves_its_old_days_and_takes_the_new_ones() {
        let moved = request(json!({
            "start_date": "2024-07-15", "end_date": "2024-07-16",
            "returned": [{"from": "2024-07-11", "to": "2024-07-15", "minutes": 960}],
            "count": {"days": [
                {"date": "2024-07-15", "portion": "full", "minutes": 480}, {"date": "2024-07-16", "portion": "full", "minutes": 480},
            ], "site": "berlin", "calendar_version": 1},
        }));
        assert_eq!(active_days(&moved), [15, 16]);
        let inactive: Vec<i8> =
            moved.leave_by_day(1).filter(|(_, leave)| !leave.active).map(|(date, _)| date.day()).collect();
        assert_eq!(inactive, [11, 12, 13, 14]);
    }

    #[test]
    fn unapproved_leave_affects_no_day() {
        for (different, concerns) in [
            (json!({}), true),
            (json!({"status": "pending", "approved_at": null}), false),
            (json!({"status": "rejected", "approved_at": null}), false),
            (json!({"status": "cancelled", "approved_at": null, "cancelled_from": "2024-07-11"}), false),
            (json!({"status": "cancelled", "cancelled_from": "2024-07-11"}), true),
        ] {
            assert_eq!(request(different.clone()).affects_days(), concerns, "{different}");
        }
    }

    #[test]
    fn newest_version_wins_in_any_order() {
        let (person, on) = (EmployeeId::new(Uuid::from_u128(1)), date(2024, 7, 11));
        let leave = |id, version, active| DayLeave {
            leave_id: LeaveId::new(Uuid::from_u128(id)),
            leave_type: "annual".to_owned(),
            portion: Portion::Full,
            minutes: Minutes(480),
            active,
            version,
        };
        let at = Timestamp::UNIX_EPOCH;
        let applied = |all: &[DayLeave]| {
            all.iter()
                .fold(Day::new(person, on, at), |day, leave| with_newer_leave(&day, leave.clone(), at).unwrap_or(day))
        };
        let all = [leave(1, 2, true), leave(1, 3, false), leave(2, 2, true)];
        let expected = applied(&all);
        assert_eq!(expected.leaves, [all[1].clone(), all[2].clone()]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(applied(&order.map(|at| all[at].clone())), expected, "{order:?}");
        }
        assert_eq!(with_newer_leave(&expected, all[1].clone(), at), None, "the same version changes nothing");
    }
}
