//! Versions of Java: as runtimes print them, and the oldest that will do.

use crate::variant::Variant;

/// The oldest feature release that pgoctl is tried with.
pub const OLDEST: u32 = 17;
/// The first feature release with an AOT cache (JEP 483).
pub const HAS_AOT_CACHE: u32 = 24;

/// The oldest Java that a variant on HotSpot takes; `None` for those that native-image makes.
pub fn oldest_for(variant: Variant) -> Option<u32> {
    let oldest = match variant {
        Variant::HotspotAot => HAS_AOT_CACHE,
        _ => OLDEST,
    };
    (!variant.is_native()).then_some(oldest)
}

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
    fn an_aot_cache_needs_a_newer_java_than_a_plain_start() {
        use Variant::*;
        let oldest = [Hotspot, HotspotCds, HotspotAot, NativePgo].map(oldest_for);
        assert_eq!(oldest, [Some(17), Some(17), Some(24), None]);
    }

    #[test]
    fn the_feature_release_is_the_first_number_that_counts() {
        let features = ["25.0.3", "17.0.15+6", "1.8.0_392", "25-ea", "24-dev", ""].map(feature);
        assert_eq!(
            features,
            [Some(25), Some(17), Some(8), Some(25), Some(24), None]
        );
    }
}
