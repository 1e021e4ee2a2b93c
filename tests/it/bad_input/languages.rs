//! Problems in the language of the reader.

use super::with_bodies;
use crate::conformance::openapi::document;

/// Whether a sentence is written in Devanagari.
fn is_hindi(sentence: &serde_json::Value) -> bool {
    sentence.as_str().unwrap().chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c))
}

#[tokio::test]
async fn every_problem_is_written_in_the_language_of_the_request() {
    let organisation = crate::organisation().await;
    let rows = with_bodies(&document());
    assert!(rows.len() > 50, "{}", rows.len());
    for (row, _) in rows {
        let path = organisation.outsider_path(row);
        let request = || organisation.request(row, &path).text(r#"{"no_such_field": 1}"#);
        let (hindi, english) = match organisation.permitted_caller(row) {
            Some(person) => {
                let hindi = request().header("accept-language", "hi-IN, en;q=0.5").signed_in_as(person).await;
                (hindi, request().header("accept-language", "fr").signed_in_as(person).await)
            }
            None => (request().header("accept-language", "hi").await, request().await),
        };
        assert_eq!((hindi.status, hindi.problem()), (english.status, english.problem()), "{}", row.name);
        assert_eq!(
            (hindi.header("content-language"), english.header("content-language")),
            ("hi", "en"),
            "{}",
            row.name
        );
        assert!(is_hindi(&hindi.body["detail"]) && !is_hindi(&english.body["detail"]), "{}: {}", row.name, hindi.body);
        for field in hindi.body["errors"].as_array().into_iter().flatten() {
            assert!(is_hindi(&field["detail"]), "{}: {field}", row.name);
        }
    }
}
