//! How instants are written where text must sort by time.

use jiff::Timestamp;

/// RFC 3339 in UTC with exactly three decimals, so that texts sort as instants do: `2024-01-10T10:30:45.120Z`.
pub fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_as_instants_do() {
        let whole: Timestamp = "2024-01-10T10:30:45Z".parse().unwrap();
        let later: Timestamp = "2024-01-10T10:30:45.12Z".parse().unwrap();
        assert_eq!(sortable(whole), "2024-01-10T10:30:45.000Z");
        assert_eq!(sortable(later), "2024-01-10T10:30:45.120Z");
        assert!(sortable(whole) < sortable(later));
    }
}
