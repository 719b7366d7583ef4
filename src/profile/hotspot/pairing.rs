//! Whether a profile of one JDK fits images of a GraalVM: a byte code index of a JDK method means the same place only in the same
//! code of the JDK. Methods of the application are the same in any case.

use super::Conversion;
use crate::java_version::feature;

/// How two Java versions go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// The same release.
    Same,
    /// Another update of the same feature release: most code is the same.
    OtherUpdate,
    /// Another feature release.
    OtherFeature,
}

/// Compares the JVM that trained with a GraalVM's Java version; what stands after `+` or `-` (build, vendor) does not count.
pub fn pairing(trained: &str, graalvm: &str) -> Pairing {
    let release = |version: &str| {
        let end = version.find(['+', '-']).unwrap_or(version.len());
        version[..end].to_owned()
    };
    match (
        release(trained) == release(graalvm),
        feature(trained) == feature(graalvm),
    ) {
        (true, _) => Pairing::Same,
        (false, true) => Pairing::OtherUpdate,
        (false, false) => Pairing::OtherFeature,
    }
}

/// The share of methods in the profile that are the JDK's, 0 to 1; `None` if there are none at all.
pub fn jdk_share(conversion: &Conversion) -> Option<f64> {
    let jdk = conversion.methods - conversion.application_methods;
    (conversion.methods > 0).then(|| jdk as f64 / conversion.methods as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_and_vendors_do_not_make_a_release_another() {
        assert_eq!(pairing("25.0.3+9-LTS", "25.0.3"), Pairing::Same);
        assert_eq!(
            pairing("17.0.15+6-Debian-1deb12u1", "17.0.15"),
            Pairing::Same
        );
        assert_eq!(pairing("25.0.3+9-LTS", "25.0.1"), Pairing::OtherUpdate);
        assert_eq!(pairing("17.0.15+6", "25.0.1"), Pairing::OtherFeature);
        assert_eq!(pairing("25", "25.0.1"), Pairing::OtherUpdate);
    }

    #[test]
    fn the_share_is_of_methods_and_unknown_without_any() {
        let conversion = Conversion {
            methods: 1000,
            application_methods: 10,
            ..Conversion::default()
        };
        assert_eq!(jdk_share(&conversion), Some(0.99));
        assert_eq!(jdk_share(&Conversion::default()), None);
    }
}
