//! Percentages as people write them: `3%`.

/// A percentage above zero: 3.0 for `3%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percent(pub f64);

impl std::str::FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text
            .trim()
            .strip_suffix('%')
            .and_then(|number| number.trim().parse::<f64>().ok());
        match number {
            Some(number) if number > 0.0 && number.is_finite() => Ok(Self(number)),
            _ => Err(format!(
                "`{text}` is not a percentage above zero: write it like `3%`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_percentages_above_zero_are_taken() {
        let of = |text: &str| text.parse::<Percent>().map(|percent| percent.0).ok();
        assert_eq!(
            ["3%", "0.5 %", "3", "-1%", "0%", "NaN%"].map(of),
            [Some(3.0), Some(0.5), None, None, None, None]
        );
    }
}
