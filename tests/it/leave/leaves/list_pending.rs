//! `GET /api/v1/leaves?waiting_for=me`: the requests that the caller may decide now.

use directory::Person;
use kernel::LeaveId;
use serde_json::{Value, json};
use store::{Key, Write};
use testkit::origin;
use uuid::Uuid;

use crate::leave::{DELEGATIONS, LEAVES, LeaveFixture, job::escalate::escalate, with};

/// Pending requests of an approver, in the order of the list.
async fn list_pending(office: &LeaveFixture, by: &Person, filter: &str) -> Vec<Value> {
    let app = app!(office.world, LEAVES_LIST);
    let answer = office.get(&app, format!("{LEAVES}?waiting_for=me&limit=100{filter}")).signed_in_as(by).await;
    assert_eq!((answer.status.as_u16(), &answer.body["next_cursor"]), (200, &json!(null)), "{}", answer.body);
    answer.body["items"].as_array().unwrap().clone()
}

fn starts(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["start_date"].as_str().unwrap()).collect()
}

/// Fixture with pending requests for every kind of approver, and the people in it.
struct Busy {
    office: LeaveFixture,
    chief: Person,
    mara: Person,
    delegate: Person,
    of_hr: Person,
    committee: [Person; 2],
    requests: Vec<Value>,
}

impl Busy {
    async fn open() -> Self {
        let office = LeaveFixture::open().await;
        let chief = office.add_person(50, "Chief", None).await;
        let mara = Person { manager_id: Some(chief.id), ..office.manager().clone() };
        office.world.add_people(&[&mara]).await;
        office.world.clock.advance(jiff::SignedDuration::from_secs(10));
        let committee = [office.add_person(60, "Ann", None).await, office.add_person(61, "Bob", None).await];
        let (delegate, of_hr) = (office.add_person(70, "Dana", None).await, office.add_person(71, "Hedy", None).await);
        let ids = committee.each_ref().map(|one| one.id);
        for (number, code, steps) in [
            (8, "long", json!([{"by": "manager"}, {"by": "hr"}])),
            (9, "board", json!([{"by": {"people": ids}, "needed": 2}])),
            (10, "high", json!([{"by": "second_manager"}])),
        ] {
            office.put_leave_type(code, code).await;
            office.put_policy(number, json!({"leave_type": code, "entitlement_days": 30, "approval": steps})).await;
        }
        for (delegator, delegate) in [(&mara, &delegate), (office.hr(), &of_hr)] {
            let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
            let body = json!({"delegate_id": delegate.id, "from": "2024-06-10", "to": "2024-06-10"});
            let answer = office.post(&app, DELEGATIONS, body).signed_in_as(delegator).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
        }
        let mut busy = Self { office, chief, mara, delegate, of_hr, committee, requests: Vec::new() };
        busy.fill().await;
        busy
    }

    /// Creates one request per first day, latest first, so that the order of the list differs from that of creation.
    async fn fill(&mut self) {
        let (erin, femi) = (self.office.employee().clone(), self.office.world.people.outsider.clone());
        let (hana, mara) = (self.office.hr().clone(), self.mara.clone());
        for (person, leave_type, start) in [
            (&hana, "annual", "2024-07-31"),
            (&femi, "annual", "2024-07-30"),
            (&mara, "annual", "2024-07-29"),
            (&erin, "annual", "2024-07-26"),
            (&erin, "annual", "2024-07-25"),
            (&erin, "high", "2024-07-24"),
            (&erin, "board", "2024-07-23"),
            (&erin, "long", "2024-07-22"),
            (&erin, "annual", "2024-07-19"),
        ] {
            let body = json!({"leave_type": leave_type, "start_date": start, "end_date": start});
            let answer = self.office.request_leave(person, body).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
            self.requests.push(answer.body);
        }
        self.requests.reverse();
        let on = |start: &str| self.requests.iter().find(|leave| leave["start_date"] == start).unwrap();
        assert_eq!(self.office.approve(&self.mara, on("2024-07-22")).await.body["approval"]["step"], json!(1));
        assert_eq!(self.office.approve(&self.committee[0], on("2024-07-23")).await.status, 200);
        for (start, times) in [("2024-07-25", 1), ("2024-07-26", 2)] {
            for generation in 0..times {
                assert_eq!(escalate(&self.office, on(start), generation).await["escalated"], json!(true), "{start}");
            }
        }
    }

    fn everybody(&self) -> Vec<&Person> {
        let more = [&self.chief, &self.delegate, &self.of_hr, &self.committee[0], &self.committee[1]];
        self.office.world.people.all().into_iter().chain(more).collect()
    }
}

#[tokio::test]
async fn approvers_list_their_pending_requests_soonest_first() {
    let busy = Busy::open().await;
    let people = &busy.office.world.people;
    let of_manager = vec!["2024-07-19", "2024-07-25", "2024-07-26"];
    let of_hr = vec!["2024-07-22", "2024-07-26"];
    for (who, expected, why) in [
        (&people.manager, of_manager.clone(), "her reports, also after an escalation, but not the second step"),
        (&busy.delegate, of_manager, "delegate of the manager"),
        (
            &busy.chief,
            vec!["2024-07-24", "2024-07-25", "2024-07-26", "2024-07-29"],
            "second manager, escalated requests, own report",
        ),
        (&people.hr, of_hr.clone(), "the second step and the second escalation, but not her own request"),
        (&busy.of_hr, of_hr, "delegate of HR, but not for the request of the delegator"),
        (&busy.committee[0], vec![], "has already approved"),
        (&busy.committee[1], vec!["2024-07-23"], "named approver"),
        (&people.other_manager, vec!["2024-07-30"], "his reports"),
        (&people.employee, vec![], "own requests are not listed"),
        (&people.auditor, vec![], "auditors decide no request"),
        (&people.admin, vec![], "administrators decide no request"),
    ] {
        assert_eq!(starts(&list_pending(&busy.office, who, "").await), expected, "{}: {why}", who.first_name);
    }
}

#[tokio::test]
async fn listed_requests_and_only_those_can_be_approved() {
    for turn in 0..5 {
        let busy = Busy::open().await;
        let mut listers: Vec<(&Value, Vec<&Person>)> = busy.requests.iter().map(|leave| (leave, Vec::new())).collect();
        for person in busy.everybody() {
            let listed = list_pending(&busy.office, person, "").await;
            for (leave, theirs) in &mut listers {
                if listed.iter().any(|item| item["id"] == leave["id"]) {
                    theirs.push(person);
                } else if turn == 0 {
                    let answer = busy.office.approve(person, leave).await;
                    let what = format!("{} {}: {}", person.first_name, leave["start_date"], answer.body);
                    assert!(matches!(answer.status.as_u16(), 403 | 404 | 409), "{what}");
                }
            }
        }
        for (leave, theirs) in listers.iter().filter(|(_, theirs)| !theirs.is_empty()) {
            // Each approver is the first in some turn.
            assert!(theirs.len() <= 5, "{}", theirs.len());
            let first = theirs[turn % theirs.len()];
            let answer = busy.office.approve(first, leave).await;
            assert_eq!(answer.status, 200, "{} {}: {}", first.first_name, leave["start_date"], answer.body);
            let left = list_pending(&busy.office, first, "").await;
            assert!(left.iter().all(|item| item["id"] != leave["id"]), "a decided request is no longer listed");
        }
    }
}

#[tokio::test]
async fn pending_list_follows_delegation_ends_and_manager_changes() {
    let busy = Busy::open().await;
    let office = &busy.office;
    office.world.clock.set("2024-06-10T22:00:00Z".parse().unwrap());
    assert_eq!(
        list_pending(office, &busy.delegate, "").await,
        Vec::<Value>::new(),
        "midnight in Berlin after the last day of the delegation"
    );
    assert_eq!(list_pending(office, &busy.of_hr, "").await, Vec::<Value>::new());
    let erin = Person { manager_id: Some(office.world.people.other_manager.id), ..office.employee().clone() };
    office.world.add_people(&[&erin]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    assert_eq!(
        list_pending(office, &busy.mara, "").await,
        Vec::<Value>::new(),
        "the stored requests still name her as manager"
    );
}

#[tokio::test]
async fn approvers_read_reasons_and_filters_apply() {
    let office = LeaveFixture::open().await;
    let body =
        json!({"leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-19", "reason": "A wedding"});
    assert_eq!(office.request_leave(office.employee(), body.clone()).await.status, 201);
    let later = with(body, json!({"start_date": "2024-08-05", "end_date": "2024-08-09"}));
    assert_eq!(office.request_leave(office.employee(), later).await.status, 201);
    let people = &office.world.people;
    let items = list_pending(&office, &people.manager, "").await;
    assert_eq!((items[0]["reason"].as_str(), items[0].get("days")), (Some("A wedding"), None));
    let (own, foreign) = (people.employee.department_id, people.outsider.department_id);
    for (filter, expected) in [
        ("&date=2024-07-17".to_owned(), vec!["2024-07-15"]),
        ("&from=2024-07-20".to_owned(), vec!["2024-08-05"]),
        ("&to=2024-08-05&status=pending".to_owned(), vec!["2024-07-15", "2024-08-05"]),
        ("&status=approved".to_owned(), vec![]),
        (format!("&department={own}&from=2024-08-01"), vec!["2024-08-05"]),
        (format!("&department={foreign}"), vec![]),
        (format!("&employee_id={}&department={own}", people.employee.id), vec!["2024-07-15", "2024-08-05"]),
        (format!("&employee_id={}", people.manager.id), vec![]),
    ] {
        assert_eq!(starts(&list_pending(&office, &people.manager, &filter).await), expected, "{filter}");
    }
    let app = app!(office.world, LEAVES_LIST);
    let of_foreigner = format!("{LEAVES}?waiting_for=me&employee_id={}", people.outsider.id);
    office.refused(office.get(&app, of_foreigner).signed_in_as(&people.manager), 404, "not_found", &[]).await;
    let ask = office.get(&app, format!("{LEAVES}?waiting_for=you")).signed_in_as(&people.manager);
    office.refused(ask, 400, "malformed", &["query:waiting_for"]).await;
}

#[tokio::test]
async fn pages_continue_and_cursors_belong_to_their_caller() {
    let office = LeaveFixture::open().await;
    for day in [22, 16, 17, 15, 18] {
        let day = format!("2024-07-{day}");
        office.request_annual_leave(office.employee(), &day, &day).await;
    }
    let app = app!(office.world, LEAVES_LIST);
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{LEAVES}?waiting_for=me&limit=2{cursor}");
        let page = office.get(&app, &path).signed_in_as(office.manager()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        pages.push(starts(page.body["items"].as_array().unwrap()).join(" "));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        for (path, by) in [
            (format!("{LEAVES}?waiting_for=me&limit=2{cursor}"), office.hr()),
            (format!("{LEAVES}?limit=2{cursor}"), office.manager()),
            (format!("{LEAVES}?waiting_for=me&limit=2&to=2024-08-01{cursor}"), office.manager()),
        ] {
            office.refused(office.get(&app, path).signed_in_as(by), 400, "invalid_cursor", &["query:cursor"]).await;
        }
    }
    assert_eq!(pages, ["2024-07-15 2024-07-16", "2024-07-17 2024-07-18", "2024-07-22"]);
}

#[tokio::test]
async fn pending_page_cost_is_bounded_by_other_approvers_requests() {
    let office = LeaveFixture::open().await;
    let mine = office.request_annual_leave(office.employee(), "2024-07-29", "2024-07-29").await;
    let other = office.request_annual_leave(&office.world.people.outsider, "2024-07-15", "2024-07-15").await;
    let table = office.table("LEAVE_TABLE");
    let item = table.get(&Key::new(format!("LEAVE#{}", other["id"].as_str().unwrap()), "REQUEST")).await.unwrap();
    let body: Value = store::from_item(item.unwrap()).unwrap();
    let others: Vec<_> = (0..1000_u128)
        .map(|number| {
            let id = LeaveId::new(Uuid::from_u128(number));
            let body = with(body.clone(), json!({"id": id}));
            let write = Write::create(Key::new(format!("LEAVE#{id}"), "REQUEST"), &body);
            write.index("by_status", "STATUS#pending", format!("2024-07-15#{id}"))
        })
        .collect();
    for writes in others.chunks(100) {
        table.transact(&origin(), writes.to_vec()).await.unwrap();
    }
    let app = app!(office.world, LEAVES_LIST);
    office.world.calls.clear();
    let first = office.get(&app, format!("{LEAVES}?waiting_for=me")).signed_in_as(office.manager()).await;
    let calls = office.world.calls.recorded();
    let asked = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert!(
        asked("Query") <= 6 && asked("GetItem") <= 2,
        "five reads of pending requests, one of delegations, and the caller"
    );
    let cursor = first.body["next_cursor"].as_str().unwrap();
    assert_eq!(first.body["items"], json!([]), "the page is empty but has a cursor");
    let path = format!("{LEAVES}?waiting_for=me&cursor={cursor}");
    let second = office.get(&app, path).signed_in_as(office.manager()).await;
    assert_eq!((&second.body["items"][0]["id"], &second.body["next_cursor"]), (&mine["id"], &json!(null)));
}
