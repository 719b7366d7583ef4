//! Why two profiles of one function differ when one was made on HotSpot and the other by an instrumented image.
//!
//! HotSpot keeps no inlining context, so its contexts have one frame, and takes no samples. What is left of the difference once
//! both are added up by place lies in methods that only one side counted.

use serde::Serialize;

use super::agreement::section_overlap;
use super::leaves::by_place;
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::counts::section_counts::{Entry, SectionCounts};
use crate::profile::iprof::names::application::is_application;
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::section::Section;

/// The sections that both sources have.
const SHARED: [Section; 3] = [
    Section::CallCount,
    Section::Conditional,
    Section::VirtualInvoke,
];

/// Where the two sources differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sources {
    /// Which of the two has contexts of one frame only: 0 or 1.
    pub one_frame: usize,
    /// Section by section.
    pub sections: Vec<SectionSources>,
}

/// Where they differ in one section; shares are of that side's counts, 0 to 1, `None` where it has none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SectionSources {
    /// Which section.
    pub section: Section,
    /// What the other side counted in contexts of several frames.
    pub inlined_share: Option<f64>,
    /// The overlap once contexts are cut to their innermost frame.
    pub by_place: Option<f64>,
    /// What the other side counted at places of JDK methods that this side does not have.
    pub other_only_jdk_share: Option<f64>,
    /// The same of methods of the application.
    pub other_only_application_share: Option<f64>,
    /// What this side counted at places that the other does not have.
    pub one_frame_only_share: Option<f64>,
}

/// Explains the difference of two profiles that share `symbols`; `None` if not exactly one of them looks as if made on HotSpot.
pub fn sources(symbols: &Symbols, first: &Counts, second: &Counts) -> Option<Sources> {
    let (one_frame, one, other) = match (is_one_frame(first), is_one_frame(second)) {
        (true, false) => (0, first, second),
        (false, true) => (1, second, first),
        _ => return None,
    };
    let of = |section: Section| {
        // Sums of counts that fitted before may not fit any more; then nothing is said about the section.
        let own = by_place(one, section).ok()?;
        let others = by_place(other, section).ok()?;
        let missing = |entry: Entry<'_>, application: bool| {
            let declaring = symbols.declaring_type(entry.frames[0].method);
            own.find(entry.frames).is_none() && is_application(declaring) == application
        };
        Some(SectionSources {
            section,
            inlined_share: share(other.section(section), |entry| entry.frames.len() > 1),
            by_place: section_overlap(section, &own, &others),
            other_only_jdk_share: share(&others, |entry| missing(entry, false)),
            other_only_application_share: share(&others, |entry| missing(entry, true)),
            one_frame_only_share: share(&own, |entry| others.find(entry.frames).is_none()),
        })
    };
    Some(Sources {
        one_frame,
        sections: SHARED.into_iter().filter_map(of).collect(),
    })
}

/// Whether there are contexts, all of one frame, and no samples.
fn is_one_frame(counts: &Counts) -> bool {
    let mut entries = SHARED
        .into_iter()
        .flat_map(|section| counts.section(section).entries())
        .peekable();
    entries.peek().is_some()
        && entries.all(|entry| entry.frames.len() == 1)
        && counts.section(Section::Sampling).is_empty()
}

fn share(counts: &SectionCounts, wanted: impl Fn(Entry<'_>) -> bool) -> Option<f64> {
    let (mut part, mut whole) = (0_u128, 0_u128);
    for entry in counts.entries() {
        whole += entry.total();
        if wanted(entry) {
            part += entry.total();
        }
    }
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::counts::profile::from_bytes;
    use crate::profile::iprof::text::source::Packing;

    fn explained(texts: [&str; 2]) -> Option<Sources> {
        let mut symbols = Symbols::default();
        let counts = texts.map(|text| {
            let mut counts = Counts::default();
            from_bytes(text.as_bytes(), Packing::Plain, &mut symbols, &mut counts).unwrap();
            counts
        });
        sources(&symbols, &counts[0], &counts[1])
    }

    fn profile(calls: &str, samples: &str) -> String {
        format!(
            r#"{{"version":"1.0.0","types":[{{"id":0,"name":"void"}},{{"id":1,"name":"shop.Main"}},{{"id":2,"name":"java.lang.String"}}],
            "methods":[{{"id":0,"name":"run","signature":[1,0]}},{{"id":1,"name":"length","signature":[2,0]}}],
            "callCountProfiles":[{calls}],"samplingProfiles":[{samples}]}}"#
        )
    }

    #[test]
    fn one_frame_contexts_and_methods_of_one_side_are_told_apart() {
        let hotspot = profile(r#"{"ctx":"0:0","records":[100]}"#, "");
        let image = profile(
            r#"{"ctx":"0:0","records":[60]},{"ctx":"0:0<1:4","records":[40]},{"ctx":"1:0<0:7","records":[100]}"#,
            r#"{"ctx":"0:3","records":[5]}"#,
        );
        let found = explained([&hotspot, &image]).unwrap();
        assert_eq!(found.one_frame, 0);
        let calls = &found.sections[0];
        assert_eq!(calls.inlined_share, Some(0.7));
        assert_eq!(calls.by_place, Some(0.5));
        assert_eq!(calls.other_only_jdk_share, Some(0.5));
        assert_eq!(calls.other_only_application_share, Some(0.0));
        assert_eq!(calls.one_frame_only_share, Some(0.0));
        assert_eq!(explained([&image, &hotspot]).unwrap().one_frame, 1);
        assert_eq!(explained([&image, &image]), None);
        assert_eq!(explained([&hotspot, &hotspot]), None);
    }
}
