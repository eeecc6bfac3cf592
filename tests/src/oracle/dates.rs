//! Days of the calendar, as documents name them.

/// How many days `2026-03-02` is after the first day of 1970; nothing for what is no day.
pub(super) fn day(text: &str) -> Option<i64> {
    let mut parts = text.split('-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = lengths.get(..usize::try_from(month - 1).ok()?)?;
    let length = *lengths.get(before.len())?;
    if !(1..=length).contains(&day) {
        return None;
    }
    // Every year before has 365 days, and each fourth but each hundredth but each four-hundredth has one more.
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    Some(years + before.iter().sum::<i64>() + day - 1 - 719_162)
}

/// Which day a moment is on, in UTC.
pub(super) fn day_of(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_what_is_no_day_is_none() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1900-01-01", -25_567),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-03-02", 20_514),
        ] {
            assert_eq!(day(text), Some(number), "{text}");
        }
        for text in [
            "1900-02-29",
            "2026-02-30",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "today",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(day_of(1_772_452_800_000), 20_514);
    }
}
