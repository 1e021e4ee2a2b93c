//! Localised dates, times, amounts and labels.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::language::Language;

/// Date, such as `Jan 15, 2024` or `15.01.2024`.
pub fn format_date(date: Date, language: Language) -> String {
    match language {
        Language::En => format!("{} {}, {}", english_month(date), date.day(), date.year()),
        Language::De => format!("{:02}.{:02}.{}", date.day(), date.month(), date.year()),
    }
}

/// Period without repeated parts, such as `Jan 15–20, 2024` or `15.–20.01.2024`.
pub fn format_period(from: Date, to: Date, language: Language) -> String {
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    let same_year = from.year() == to.year();
    match language {
        _ if from == to => format_date(from, language),
        Language::En if same_month => format!("{} {}–{}, {}", english_month(from), from.day(), to.day(), to.year()),
        Language::En if same_year => format!("{} {} – {}", english_month(from), from.day(), format_date(to, language)),
        Language::De if same_month => format!("{:02}.–{}", from.day(), format_date(to, language)),
        Language::De if same_year => format!("{:02}.{:02}.–{}", from.day(), from.month(), format_date(to, language)),
        Language::En | Language::De => format!("{} – {}", format_date(from, language), format_date(to, language)),
    }
}

/// Local time in a zone, such as `09:12`.
pub fn format_time(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// Number of days with the unit, such as `1 day` or `4,5 Tage`. `number` is in JSON notation.
pub fn format_days(number: &str, language: Language) -> String {
    let number = number.strip_suffix(".0").unwrap_or(number);
    match (language, number == "1") {
        (Language::En, true) => "1 day".to_owned(),
        (Language::En, false) => format!("{number} days"),
        (Language::De, true) => "1 Tag".to_owned(),
        (Language::De, false) => format!("{} Tage", number.replace('.', ",")),
    }
}

/// Abbreviated English name, such as `Jan`.
fn english_month(date: Date) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(date.month() - 1).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or_default()
}

/// Labels of codes and field names. Other names are shown with spaces instead of underscores.
const LABELS: &[(&str, &str, &str)] = &[
    ("active", "active", "aktiv"),
    ("on_leave", "on long-term leave", "langfristig abwesend"),
    ("suspended", "suspended", "gesperrt"),
    ("terminated", "terminated", "ausgeschieden"),
    ("first_name", "first name", "Vorname"),
    ("last_name", "last name", "Nachname"),
    ("email", "e-mail address", "E-Mail-Adresse"),
    ("phone", "telephone", "Telefon"),
    ("department_id", "department", "Abteilung"),
    ("job_title", "job title", "Stellenbezeichnung"),
    ("job_role_id", "job role", "Stelle"),
    ("manager_id", "manager", "Führungskraft"),
    ("site", "site", "Standort"),
    ("time_zone", "time zone", "Zeitzone"),
    ("employment_type", "employment type", "Beschäftigungsart"),
    ("fte_bp", "working time", "Arbeitszeit"),
    ("day_minutes", "standard day", "Regelarbeitstag"),
    ("hire_date", "hire date", "Eintrittsdatum"),
    ("employee_code", "personnel number", "Personalnummer"),
    ("roles", "access roles", "Zugriffsrollen"),
    ("salary", "pay", "Vergütung"),
    ("out_of_band_change", "change outside the services", "Änderung außerhalb der Dienste"),
    ("record_tampered", "altered audit record", "veränderter Eintrag im Prüfprotokoll"),
    ("daily_rest", "daily rest", "tägliche Ruhezeit"),
    ("daily_maximum", "daily maximum", "tägliche Höchstarbeitszeit"),
    ("weekly_maximum", "weekly maximum", "wöchentliche Höchstarbeitszeit"),
    ("weekly_rest", "weekly rest", "wöchentliche Ruhezeit"),
];

/// Label of a code or field name; an unknown name with spaces instead of underscores.
pub fn label_of_name(name: &str, language: Language) -> String {
    match (LABELS.iter().find(|(known, ..)| *known == name), language) {
        (Some((_, en, _)), Language::En) => (*en).to_owned(),
        (Some((.., de)), Language::De) => (*de).to_owned(),
        (None, _) => name.replace('_', " "),
    }
}

const TYPE_LABELS: &[(&str, &str, &str)] = &[
    ("leave.request_created", "leave requests", "Urlaubsanträge"),
    ("leave.request_approved", "approved leave", "genehmigter Urlaub"),
    ("leave.request_rejected", "rejected leave", "abgelehnter Urlaub"),
    ("leave.request_cancelled", "cancelled leave", "stornierter Urlaub"),
    ("employee.created", "new employees", "neue Mitarbeiter"),
    ("employee.updated", "changed employee records", "geänderte Personalakten"),
    ("employee.deleted", "terminated employees", "Austritte"),
    ("employee.status_changed", "status changes", "Statusänderungen"),
    ("attendance.checked_in", "check-ins", "Einstempelungen"),
    ("attendance.checked_out", "check-outs", "Ausstempelungen"),
    ("attendance.late", "late arrivals", "Verspätungen"),
    ("attendance.absent", "absences", "Fehlzeiten"),
    ("attendance.incomplete", "incomplete days", "unvollständige Tage"),
    ("attendance.outside_window", "punches outside shifts", "Stempelungen außerhalb der Schicht"),
    ("attendance.correction_requested", "pending corrections", "offene Korrekturen"),
    ("attendance.correction", "corrections", "Korrekturen"),
    ("attendance.correction_rejected", "rejected corrections", "abgelehnte Korrekturen"),
    ("compliance.policy_updated", "changed policies", "geänderte Richtlinien"),
    ("compliance.violation_detected", "policy violations", "Verstöße gegen Richtlinien"),
    ("compliance.training_due", "due trainings", "fällige Schulungen"),
    ("audit.critical_event", "critical events", "kritische Ereignisse"),
    ("notification.message", "messages", "Mitteilungen"),
];

/// Label of a notification type, for a list of several notifications.
pub fn label_of_type(name: &str, language: Language) -> String {
    match (TYPE_LABELS.iter().find(|(known, ..)| *known == name), language) {
        (Some((_, en, _)), Language::En) => (*en).to_owned(),
        (Some((.., de)), Language::De) => (*de).to_owned(),
        (None, _) => name.replace(['_', '.'], " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_omit_repeated_parts() {
        for (from, to, en, de) in [
            ("2024-01-15", "2024-01-15", "Jan 15, 2024", "15.01.2024"),
            ("2024-01-15", "2024-01-20", "Jan 15–20, 2024", "15.–20.01.2024"),
            ("2024-01-28", "2024-02-03", "Jan 28 – Feb 3, 2024", "28.01.–03.02.2024"),
            ("2024-12-30", "2025-01-02", "Dec 30, 2024 – Jan 2, 2025", "30.12.2024 – 02.01.2025"),
        ] {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            assert_eq!(format_period(from, to, Language::En), en);
            assert_eq!(format_period(from, to, Language::De), de);
        }
    }

    #[test]
    fn numbers_and_labels_follow_the_language() {
        assert_eq!(format_days("6.0", Language::En), "6 days");
        assert_eq!(format_days("1.0", Language::De), "1 Tag");
        assert_eq!(format_days("4.5", Language::De), "4,5 Tage");
        assert_eq!(label_of_name("on_leave", Language::De), "langfristig abwesend");
        assert_eq!(label_of_name("some_new_code", Language::En), "some new code");
        assert_eq!(label_of_type("leave.request_created", Language::En), "leave requests");
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(format_time("2024-01-10T08:12:00Z".parse().unwrap(), &zone), "09:12");
    }
}
