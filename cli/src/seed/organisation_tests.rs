//! Properties of every demo organisation.

use std::collections::HashSet;

use jiff::civil::date;

use super::*;

const TODAY: Date = date(2024, 6, 10);

fn demo(people: u32) -> Organisation {
    demo_organisation(people, TODAY, "2024-06-10T08:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn organisation_depends_only_on_size_and_date() {
    assert_eq!(format!("{:?}", demo(60)), format!("{:?}", demo(60)));
}

#[test]
fn larger_organisation_starts_with_the_smaller_one() {
    let (small, large) = (demo(60), demo(300));
    assert_eq!((small.people.len(), large.people.len()), (60, 300));
    for (a, b) in small.people.iter().zip(&large.people) {
        assert_eq!(a.employee, b.employee);
    }
}

#[test]
fn sixty_people_show_every_case_of_the_demo() {
    let people = demo(60).people;
    let count = |what: fn(&Member) -> bool| people.iter().filter(|member| what(member)).count();
    let sites: HashSet<_> = people.iter().map(|member| member.employee.person.time_zone.clone()).collect();
    assert_eq!(sites.len(), 3);
    assert!(count(|member| member.employee.person.job_title == "Night Shift Operator") >= 5);
    assert!(count(|member| member.employee.person.roles.has(Role::Hr)) >= 3);
    assert_eq!(count(|member| member.employee.person.roles.has(Role::Admin)), 1);
    assert_eq!(count(|member| member.employee.person.roles.has(Role::Auditor)), 1);
    assert!(count(|member| member.employee.person.roles.has(Role::Manager)) >= 6);
    assert!(count(|member| member.employee.person.contract.employment_type == EmploymentType::PartTime) >= 3);
    assert!(count(|member| matches!(member.later_status, Some((EmploymentStatus::OnLeave, None)))) >= 2);
    assert!(count(|member| matches!(member.later_status, Some((EmploymentStatus::Terminated, Some(_))))) >= 2);
    let joined = |member: &Member| member.employee.person.hire_date.first_of_month() == TODAY.first_of_month();
    assert!(count(joined) >= 2);
    assert!(count(|member| member.pay.entries().len() > 1) >= 30);
    assert!(count(|member| member.pay.upcoming_after(TODAY).next().is_some()) >= 3);
    assert!(count(|member| member.account.is_some()) >= 6);
}

#[test]
fn references_point_to_earlier_objects_and_names_are_unique() {
    for size in [PEOPLE_MIN, 60, 500] {
        let demo = demo(size);
        let mut known = HashSet::new();
        for department in &demo.departments {
            assert!(department.parent_id.is_none_or(|parent| known.contains(&parent)));
            known.insert(department.id);
        }
        let roles: HashSet<_> = demo.job_roles.iter().map(|role| role.id).collect();
        let (mut active, mut unique) = (HashSet::new(), HashSet::new());
        let mut reports: std::collections::HashMap<EmployeeId, u32> = std::collections::HashMap::new();
        for member in &demo.people {
            let person = &member.employee.person;
            assert!(known.contains(&person.department_id));
            assert!(member.employee.job_role_id.is_some_and(|role| roles.contains(&role)));
            if let Some(manager) = person.manager_id {
                assert!(active.contains(&manager), "the manager of {} must be active", person.employee_code);
                *reports.entry(manager).or_default() += 1;
            }
            if member.later_status.is_none() {
                active.insert(person.id);
            }
            for name in [person.id.to_string(), person.email.clone(), person.employee_code.clone()] {
                assert!(unique.insert(name));
            }
            if let Some((_, Some(last_day))) = member.later_status {
                assert!(last_day >= person.hire_date && last_day <= TODAY);
            }
        }
        assert!(reports.values().all(|reports| *reports < 80), "{reports:?}");
    }
}

#[test]
fn compensation_starts_on_the_hire_date_in_the_site_currency() {
    for member in demo(200).people {
        let first = member.pay.entries().first().unwrap();
        assert_eq!(first.effective_date, member.employee.person.hire_date);
        assert!(member.pay.entries().iter().all(|entry| entry.salary.amount_minor > 0));
        assert!(member.pay.entries().is_sorted_by(|a, b| a.effective_date < b.effective_date));
        let expected = match member.employee.person.site.as_str() {
            "berlin" => "EUR",
            "pune" => "INR",
            _ => "USD",
        };
        assert_eq!(first.salary.currency.to_string(), expected);
    }
}
