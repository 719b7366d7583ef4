//! Days as people write them: `2027-03-31`.

use std::fmt;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Today, in UTC.
    pub fn today() -> Self {
        Self(
            jiff::tz::Offset::UTC
                .to_datetime(jiff::Timestamp::now())
                .date(),
        )
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .map(Self)
            .map_err(|_| format!("`{text}` is not a day: write it like `2027-03-31`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_taken() {
        let of = |text: &str| text.parse::<Day>().map(|day| day.to_string()).ok();
        assert_eq!(
            ["2027-03-31", "2027-02-30", "soon"].map(of),
            [Some("2027-03-31".to_owned()), None, None]
        );
    }
}
