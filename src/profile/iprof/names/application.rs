//! Whose code is it: the application's (with its libraries), or the JDK's and GraalVM's own.

/// The packages of the JDK and of GraalVM's runtime, which every image contains.
const PLATFORM: [&str; 7] = [
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "com.oracle.",
    "org.graalvm.",
];

/// Whether a type (named as `Class.getName()` does) belongs to the application or its libraries.
pub fn is_application(type_name: &str) -> bool {
    let platform = |prefix: &&str| type_name.starts_with(*prefix);
    !type_name.is_empty() && !type_name.starts_with('[') && !PLATFORM.iter().any(platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_decide() {
        for name in [
            "se.lenborje.tdi.Main",
            "Main",
            "javafish.Fin",
            "org.openjdk.jmh.Main",
        ] {
            assert!(is_application(name), "{name}");
        }
        for name in [
            "java.lang.String",
            "com.oracle.svm.core.a",
            "jdk.proxy1.$Proxy",
            "[I",
            "",
        ] {
            assert!(!is_application(name), "{name}");
        }
    }
}
