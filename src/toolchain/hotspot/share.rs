//! Which share of the application's classes a JVM took from its archive, from the JVM's log of loaded classes.

use crate::toolchain::ArchivedClasses;

/// Where the JVM says that a class came out of an archive.
pub(super) const ARCHIVE: &str = "shared objects file";

/// The JDK's own classes, by how their names begin.
const JDK: [&str; 8] = [
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "netscape.javascript.",
    "org.w3c.dom.",
    "org.xml.sax.",
];

/// Name and source of the class that a line of the log is about.
pub(super) fn class_of(line: &str) -> Option<(&str, &str)> {
    let (before, source) = line.split_once(" source: ")?;
    let name = before.rsplit(' ').next()?;
    before
        .contains("class,load")
        .then_some((name, source.trim()))
}

/// Counts the application's classes; hidden ones, which a JVM makes as it goes, are nobody's.
pub(super) fn of(log: &str) -> ArchivedClasses {
    let mut share = ArchivedClasses::default();
    for (name, source) in log.lines().filter_map(class_of) {
        let is_jdk =
            JDK.iter().any(|prefix| name.starts_with(prefix)) || source.starts_with("jrt:");
        if is_jdk || name.contains('/') || name.contains("$$Lambda") {
            continue;
        }
        share.loaded += 1;
        share.archived += u64::from(source.starts_with(ARCHIVE));
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded on JDK 17.0.15 and 25.0.3.
    #[test]
    fn only_the_applications_own_classes_count() {
        let log = "\
[0.119s][info][class,load] org.springframework.boot.loader.launch.JarLauncher source: shared objects file
[0.121s][info][class,load] App source: __JVM_DefineClass__
[0.122s][info][class,load] Dep source: file:/project/app.jar
[0.140s][info][class,load] Dep$$Lambda$1/0x00007f3618000c18 source: Dep
[0.148s][info][class,load ] com.example.Other source: shared objects file (top)
[0.150s][info][class,load] java.util.stream.Stream source: shared objects file
[0.151s][info][class,load] org.ietf.jgss.Oid source: jrt:/java.security.jgss
[0.151s][info][cds       ] trying to map a.jsa source: no
";
        let share = of(log);
        assert_eq!((share.archived, share.loaded), (2, 4));
    }
}
