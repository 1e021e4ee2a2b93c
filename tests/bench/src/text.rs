//! Formatting of numbers and tables.

/// Table with a left-aligned first column and right-aligned other columns.
pub(crate) fn aligned_table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Cells of a heading row.
pub(crate) fn heading(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Count as `u64`; `u64::MAX` if it does not fit.
pub(crate) fn to_u64<N: TryInto<u64>>(count: N) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}

/// Part in percent of a whole, rounded down; a whole of 0 counts as 1.
pub(crate) fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100) / whole.max(1)
}

/// Hundredths as a decimal number: `2.50` for `250`.
pub(crate) fn hundredths(value: u64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

/// Nanoseconds as milliseconds with two decimals, cut off.
pub(crate) fn millis(ns: u64) -> String {
    hundredths(ns / 10_000)
}

/// Nanoseconds as microseconds with two decimals, cut off.
pub(crate) fn micros(ns: u64) -> String {
    hundredths(ns / 10)
}

/// Half units of capacity as units: `7.5`, `8`.
pub(crate) fn units(half_units: u64) -> String {
    match half_units % 2 {
        0 => (half_units / 2).to_string(),
        _ => format!("{}.5", half_units / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_have_two_decimal_places() {
        assert_eq!((percent(5, 2), percent(1, 0)), (250, 100));
        assert_eq!((hundredths(250), hundredths(7)), ("2.50".to_owned(), "0.07".to_owned()));
    }

    #[test]
    fn half_units_are_shown_as_units() {
        assert_eq!([0, 1, 2, 15].map(units), ["0", "0.5", "1", "7.5"]);
    }

    #[test]
    fn columns_of_a_table_are_aligned() {
        let rows = [heading(&["what", "ms"]), heading(&["a", "1.00"])];
        assert_eq!(aligned_table(&rows), "what    ms\na     1.00");
    }
}
