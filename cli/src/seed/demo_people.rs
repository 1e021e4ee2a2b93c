//! Fixed parts of every demo organisation: sites, departments, job titles and named people.

use access::Role::{self, Admin, Auditor, Hr, Manager};

/// Work site: slug, time zone, currency, dialling code, and base salary in whole currency units.
pub(super) type Site = (&'static str, &'static str, &'static str, &'static str, i64);

/// Site with daylight saving time by European rules.
const BERLIN: Site = ("berlin", "Europe/Berlin", "EUR", "+49 30 5550", 62_000);
/// Site with daylight saving time by American rules.
const NEW_YORK: Site = ("new-york", "America/New_York", "USD", "+1 212 555 0", 104_000);
/// Site of the night shift, with a UTC offset of 5:30 hours.
const PUNE: Site = ("pune", "Asia/Kolkata", "INR", "+91 20 5550 ", 1_900_000);

/// Key, name and parent key of each department.
#[rustfmt::skip]
pub(super) const DEPARTMENTS: &[(&str, &str, Option<&str>)] = &[
    ("company", "Muster Demo", None),
    ("engineering", "Engineering", Some("company")),
    ("platform", "Platform", Some("engineering")),
    ("product", "Product", Some("engineering")),
    ("operations", "Operations", Some("company")),
    ("support", "Customer Support", Some("operations")),
    ("night", "Night Operations", Some("operations")),
    ("people", "People and Culture", Some("company")),
    ("finance", "Finance", Some("company")),
    ("sales", "Sales", Some("company")),
    ("control", "Internal Control", Some("company")),
    ("it", "Internal IT", Some("company")),
];

/// Title and grade of each job role. The salary is the base of the site times (grade + 4) / 10.
#[rustfmt::skip]
pub(super) const TITLES: &[(&str, u8)] = &[
    ("Chief Executive", 20), ("Department Head", 14), ("Team Lead", 10), ("Senior Engineer", 9), ("Engineer", 6),
    ("Product Designer", 6), ("Support Specialist", 3), ("Night Shift Operator", 3), ("HR Partner", 5),
    ("Accountant", 5), ("Account Executive", 6), ("Auditor", 7), ("System Administrator", 7),
];

/// Key, given and family name, title, department, site, key of the manager, access role, and description of the demo account.
#[rustfmt::skip]
pub(super) struct DemoPerson<'a>(
    pub(super) &'a str, pub(super) (&'a str, &'a str), pub(super) &'a str, pub(super) &'a str,
    pub(super) &'a Site, pub(super) Option<&'a str>, pub(super) Option<Role>, pub(super) Option<&'static str>,
);

/// People of every demo organisation, managers before their reports.
#[rustfmt::skip]
pub(super) const DEMO_PEOPLE: &[DemoPerson<'static>] = &[
    DemoPerson("ceo", ("Clara", "Winter"), "Chief Executive", "company", &BERLIN, None, Some(Manager), None),
    DemoPerson("cto", ("Tobias", "Brandt"), "Department Head", "engineering", &BERLIN, Some("ceo"), Some(Manager), None),
    DemoPerson("coo", ("Asha", "Kulkarni"), "Department Head", "operations", &PUNE, Some("ceo"), Some(Manager), None),
    DemoPerson("chro", ("Hanna", "Vogel"), "Department Head", "people", &BERLIN, Some("ceo"), Some(Hr),
        Some("HR: all employee records and compensation")),
    DemoPerson("cfo", ("Grace", "Mitchell"), "Department Head", "finance", &NEW_YORK, Some("ceo"), Some(Manager), None),
    DemoPerson("cso", ("Marcus", "Hill"), "Department Head", "sales", &NEW_YORK, Some("ceo"), Some(Manager), None),
    DemoPerson("platform-lead", ("Jonas", "Krueger"), "Team Lead", "platform", &BERLIN, Some("cto"), Some(Manager),
        Some("manager of a team")),
    DemoPerson("product-lead", ("Emily", "Carter"), "Team Lead", "product", &NEW_YORK, Some("cto"), Some(Manager), None),
    DemoPerson("support-lead", ("Luis", "Ortega"), "Team Lead", "support", &NEW_YORK, Some("coo"), Some(Manager), None),
    DemoPerson("night-lead", ("Sunita", "Deshpande"), "Team Lead", "night", &PUNE, Some("coo"), Some(Manager),
        Some("manager of the night shift")),
    DemoPerson("hr-ny", ("Denise", "Walker"), "HR Partner", "people", &NEW_YORK, Some("chro"), Some(Hr), None),
    DemoPerson("hr-pune", ("Meera", "Pillai"), "HR Partner", "people", &PUNE, Some("chro"), Some(Hr), None),
    DemoPerson("auditor", ("Viktor", "Sommer"), "Auditor", "control", &BERLIN, Some("ceo"), Some(Auditor),
        Some("auditor: reads everything except compensation")),
    DemoPerson("admin", ("Nora", "Lindgren"), "System Administrator", "it", &BERLIN, Some("ceo"), Some(Admin),
        Some("administrator: roles, departments")),
    DemoPerson("engineer", ("Paul", "Neumann"), "Engineer", "platform", &BERLIN, Some("platform-lead"), None,
        Some("employee")),
    DemoPerson("operator", ("Rahul", "Jadhav"), "Night Shift Operator", "night", &PUNE, Some("night-lead"), None,
        Some("employee on the night shift")),
];

/// Department, title, site, and key of the first team lead.
pub(super) type Team = (&'static str, &'static str, &'static Site, &'static str);

/// Teams of all other people, assigned in turn.
#[rustfmt::skip]
pub(super) const TEAMS: &[Team] = &[
    ("platform", "Engineer", &BERLIN, "platform-lead"),
    ("night", "Night Shift Operator", &PUNE, "night-lead"),
    ("product", "Product Designer", &NEW_YORK, "product-lead"),
    ("support", "Support Specialist", &NEW_YORK, "support-lead"),
    ("platform", "Senior Engineer", &BERLIN, "platform-lead"),
    ("night", "Night Shift Operator", &PUNE, "night-lead"),
    ("finance", "Accountant", &NEW_YORK, "cfo"),
    ("sales", "Account Executive", &NEW_YORK, "cso"),
    ("product", "Engineer", &BERLIN, "product-lead"),
];
