//! Text form of instants that sorts by time.

use jiff::Timestamp;

/// RFC 3339 in UTC with exactly three decimals, so that texts sort like instants: `2024-01-10T10:30:45.120Z`.
pub fn to_sortable_text(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_like_instants() {
        let whole: Timestamp = "2024-01-10T10:30:45Z".parse().unwrap();
        let later: Timestamp = "2024-01-10T10:30:45.12Z".parse().unwrap();
        assert_eq!(to_sortable_text(whole), "2024-01-10T10:30:45.000Z");
        assert_eq!(to_sortable_text(later), "2024-01-10T10:30:45.120Z");
        assert!(to_sortable_text(whole) < to_sortable_text(later));
    }
}
