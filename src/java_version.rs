//! Versions of Java, as runtimes print them.

/// The Java feature release of a version string.
pub fn feature(version: &str) -> Option<u32> {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse::<u32>);
    match numbers.next()?.ok()? {
        1 => numbers.next()?.ok(),
        feature => Some(feature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feature_release_is_the_first_number_that_counts() {
        let features = ["25.0.3", "17.0.15+6", "1.8.0_392", "25-ea", "24-dev", ""].map(feature);
        assert_eq!(
            features,
            [Some(25), Some(17), Some(8), Some(25), Some(24), None]
        );
    }
}
