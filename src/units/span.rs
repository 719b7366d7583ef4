//! Durations as people write them: `30s`, `5m`, `1m 30s`.

use std::time::Duration;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || format!("`{text}` is not a length of time: write it like `30s`, `5m` or `1m 30s`");
        let signed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        Duration::try_from(signed).map(Self).map_err(|_| wrong())
    }
}

/// So many seconds as one says them of work ahead: `40 s`, `12 min`, `3.5 h`.
pub fn roughly(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{:.0} s", seconds.max(1.0))
    } else if seconds < 5400.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ahead_is_said_roughly() {
        let said = [0.2, 61.0, 700.0, 12_700.0].map(roughly);
        assert_eq!(said, ["1 s", "61 s", "12 min", "3.5 h"]);
    }

    #[test]
    fn people_write_it_in_words() {
        let seconds = |text: &str| text.parse::<Span>().map(|span| span.0.as_secs()).ok();
        assert_eq!(
            ["30s", "5m", "1m 30s", "soon", "-3s"].map(seconds),
            [Some(30), Some(300), Some(90), None, None]
        );
    }
}
