//! Counters by place instead of by context: everything that was inlined anywhere, added up where it stands.

use std::collections::HashMap;

use crate::profile::iprof::counts::cells::{Cells, Overflow};
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::counts::section_counts::SectionCounts;
use crate::profile::iprof::names::application::is_application;
use crate::profile::iprof::names::symbols::{MethodSym, Symbols};
use crate::profile::iprof::text::section::Section;

/// Adds up the entries of a section by the innermost frame of their contexts.
///
/// Successors of one branch are matched as merging matches them.
pub fn by_place(counts: &Counts, section: Section) -> Result<SectionCounts, Overflow> {
    let mut places = SectionCounts::new(section);
    let mut batch = places.batch();
    let mut cells = Cells::default();
    for entry in counts.section(section).entries() {
        cells.clear();
        cells.keys.extend_from_slice(entry.keys);
        cells.counts.extend_from_slice(entry.counts);
        batch.add(&entry.frames[..entry.frames.len().min(1)], &mut cells)?;
    }
    batch.finish()?;
    Ok(places)
}

/// Adds up call counts (or samples) by method.
pub fn by_method(counts: &Counts, section: Section) -> HashMap<MethodSym, u128> {
    let mut methods = HashMap::new();
    for entry in counts.section(section).entries() {
        if let Some(leaf) = entry.frames.first() {
            *methods.entry(leaf.method).or_insert(0) += entry.total();
        }
    }
    methods
}

/// Which methods are of interest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those of the application and its libraries.
    Application,
    /// Those of a package and the packages in it, or of a class and the classes in it.
    Package(String),
}

impl Filter {
    /// Whether a method is of interest.
    pub fn takes(&self, symbols: &Symbols, method: MethodSym) -> bool {
        let declaring = symbols.declaring_type(method);
        match self {
            Self::All => true,
            Self::Application => is_application(declaring),
            Self::Package(package) => {
                let package = package.trim_end_matches(['.', '*']);
                let rest = declaring.strip_prefix(package);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '$', '/']))
            }
        }
    }
}

/// A part of a whole, 0 to 1.
pub(crate) fn share(part: u128, whole: u128) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// What to say.
#[derive(Clone, Debug)]
pub struct DiffOptions {
    /// How many of each kind.
    pub top: usize,
    /// Of whose methods.
    pub filter: Filter,
    /// A branch that was reached less often on either side flips by chance and is not named.
    pub least_count: u64,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self {
            top: 10,
            filter: Filter::All,
            least_count: 100,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::testing::{self, SMALL};

    #[test]
    fn contexts_of_one_method_are_added_up() {
        let profile = testing::profile(SMALL);
        let calls = by_method(&profile.counts, Section::CallCount);
        let price = profile.symbols.methods().nth(3).unwrap();
        assert_eq!(calls[&price], 20_007);
        let places = by_place(&profile.counts, Section::CallCount).unwrap();
        assert_eq!(places.len(), 6);
    }

    #[test]
    fn a_package_has_its_packages_and_a_class_its_classes() {
        let profile = testing::profile(SMALL);
        let taken = |filter: &Filter| {
            let all = profile.symbols.methods();
            all.filter(|method| filter.takes(&profile.symbols, *method))
                .count()
        };
        for (package, count) in [
            ("shop", 5),
            ("shop.", 5),
            ("shop.*", 5),
            ("sho", 0),
            ("shop.Cart", 4),
        ] {
            assert_eq!(
                taken(&Filter::Package(package.to_owned())),
                count,
                "{package}"
            );
        }
        assert_eq!((taken(&Filter::All), taken(&Filter::Application)), (6, 5));
    }
}
