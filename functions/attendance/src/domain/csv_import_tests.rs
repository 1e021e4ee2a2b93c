//! Tests of the CSV reader.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn codes(csv: &str) -> Vec<&'static str> {
    parse_csv(csv)
        .unwrap()
        .iter()
        .map(|line| line.row.as_ref().map_or_else(|error| error.code.as_str(), |_| "ok"))
        .collect()
}

fn refusal(csv: &str) -> String {
    parse_csv(csv).unwrap_err().fields()[0].code.clone()
}

#[test]
fn file_is_read_line_by_line() {
    let csv = "\u{feff}Employee_Code; Kind ;time;device\r\nE1;in;2026-11-20 08:59:12;\"Gate; north\"\r\n\r\nE1;;2026-11-20T17:00:00Z\r\n";
    let lines = parse_csv(csv).unwrap();
    assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 4]);
    let first = lines[0].row.clone().unwrap();
    assert_eq!((first.employee_code.as_str(), first.kind), ("E1", Some(PunchKind::CheckIn)));
    assert_eq!(first.when, RecordedTime::Local(date(2026, 11, 20).at(8, 59, 12, 0)));
    assert_eq!((first.device.as_deref(), first.location), (Some("Gate; north"), None));
    let second = lines[1].row.clone().unwrap();
    assert_eq!((second.kind, second.device), (None, None));
    assert_eq!(second.when, RecordedTime::At("2026-11-20T17:00:00Z".parse().unwrap()));
}

#[test]
fn invalid_lines_do_not_affect_other_lines() {
    let csv = "employee_code,kind,time,device\n\
        E1,in,2026-11-20 08:59:12,gate\n\
        E1,in,2026-11-20 08:59:12,\"gate\n\
        E1,in,2026-11-20 08:59:12,ga\"te\n\
        E1,in,2026-11-20 08:59:12,\"gate\"x\n\
        E1,in,2026-11-20 08:59:12,gate,more\n\
        E1,in\n\
        ,in,2026-11-20 08:59:12\n\
        E1,jump,2026-11-20 08:59:12\n\
        E1,in,20.11.2026 08:59\n\
        E1,in,2026-11-20\n\
        E1,in,2026-02-30 08:00\n\
        E1,in,2026-11-20T08:59[Europe/Berlin]\n\
        E1,in,2026-11-20 08:59,\"say \"\"gate\"\"\"\n\
        E1,AUTO,2026-11-20T08:59:12.5+05:30,gate\n";
    let expected = "ok broken_row broken_row broken_row broken_row missing_column missing_column unknown_kind \
        bad_time bad_time bad_time bad_time ok ok";
    assert_eq!(codes(csv), expected.split_whitespace().collect::<Vec<_>>());
    let quoted = parse_csv(csv).unwrap()[12].row.clone().unwrap();
    assert_eq!(quoted.device.as_deref(), Some("say \"gate\""));
}

#[test]
fn invalid_file_is_rejected_as_a_whole() {
    for (csv, code) in [
        ("", "no_header"),
        (" \n\n", "no_header"),
        ("\"employee_code,time\nE1,2026-11-20 08:00", "no_header"),
        ("employee_code,kind\nE1,in", "missing_column"),
        ("time,kind\n2026-11-20 08:00,in", "missing_column"),
        ("employee_code,time,salary\nE1,2026-11-20 08:00,1", "unknown_column"),
        ("employee_code,time,TIME\nE1,2026-11-20 08:00,1", "duplicate_column"),
        ("employee_code,time\n\n", "no_rows"),
        (&"x".repeat(20_000), "unknown_column"),
    ] {
        assert_eq!(refusal(csv), code, "{csv:.40}");
    }
    let many = |rows: usize| format!("employee_code,time\n{}", "E1,2026-11-20 08:00\n".repeat(rows));
    assert_eq!(parse_csv(&many(ROWS_MAX)).unwrap().len(), ROWS_MAX);
    assert_eq!(refusal(&many(ROWS_MAX + 1)), "too_many_rows");
}

#[test]
fn ambiguous_local_times_are_rejected() {
    let berlin = policy::zone_or_utc("Europe/Berlin");
    let instant = |text: &str| parse_time(text).unwrap().to_instant(&berlin).map_err(|error| error.code.as_str());
    assert_eq!(instant("2026-07-01 08:00"), Ok("2026-07-01T06:00:00Z".parse().unwrap()));
    assert_eq!(instant("2026-03-29 02:30"), Err("bad_time"));
    assert_eq!(instant("2026-10-25 02:30"), Err("ambiguous_time"));
    assert_eq!(instant("2026-10-25T02:30:00+01:00"), Ok("2026-10-25T01:30:00Z".parse().unwrap()));
}

proptest! {
    #[test]
    fn any_text_is_read_or_rejected(csv in "(?s).{0,300}", rows in "([,;\"a1 \n]|E1){0,200}") {
        drop(parse_csv(&csv));
        drop(parse_csv(&format!("employee_code,time\n{rows}")));
    }

    #[test]
    fn quoted_values_read_back_unchanged(values_in in prop::collection::vec("[^\r\n]{0,20}", 1..6)) {
        let quoted: Vec<_> = values_in.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
        prop_assert_eq!(split_values(&quoted.join(","), ',').unwrap(), values_in);
    }
}
