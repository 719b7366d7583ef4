//! Whether one more training run still says anything new: the profile of all runs so far beside that of one run less.
//!
//! A counted profile has settled when both overlap by 99 % ([`pair_overlap`], every counter divided by its profile's sum) and no
//! method that is new to it has more than 0.1 % of the calls. A class list is a set: it has settled when 99 % of its classes were
//! there before; all of them weigh the same, so there is no second condition.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::class_list;
use super::iprof::counts::profile::{Counts, read_with};
use super::iprof::look::agreement::pair_overlap;
use super::iprof::look::leaves::{by_method, share};
use super::iprof::look::overlap::EVENTS;
use super::iprof::names::symbols::Symbols;
use super::iprof::text::section::Section;
use super::iprof::text::source::DEFAULT_MAX_BYTES;
use super::kind::ProfileKind;
use crate::error::{Error, ErrorKind, Result};

/// From this overlap on the profile is the same.
const SAME: f64 = 0.99;
/// The largest share of the calls that a new method may have.
const HEAVY: f64 = 0.001;

/// What one more run changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Which training run was added, from 1.
    pub run: u32,
    /// The overlap of the profile with it and the one without it, 0 to 1; `null` for the first run.
    pub overlap: Option<f64>,
    /// Methods (in class lists: classes) that no run before had.
    pub new: u64,
    /// The largest share of the calls that one of these methods has, 0 to 1; `null` where there is none, and for class lists.
    pub heaviest_new: Option<f64>,
}

impl Point {
    /// Whether the profile was the same before.
    pub fn has_settled(&self) -> bool {
        self.overlap.is_some_and(|overlap| overlap >= SAME)
            && self.heaviest_new.is_none_or(|share| share <= HEAVY)
    }
}

/// How many runs at the end of `points`, one after the other, changed nothing.
pub fn settled_for(points: &[Point]) -> u32 {
    let settled = points.iter().rev().take_while(|point| point.has_settled());
    u32::try_from(settled.count()).unwrap_or(u32::MAX)
}

/// The profile so far.
pub struct Watch(Sums);

enum Sums {
    Counted(Box<Counted>),
    Classes(BTreeSet<String>),
}

/// Two sums, of which the second is one run ahead of the first.
#[derive(Default)]
struct Counted {
    symbols: Symbols,
    before: Counts,
    now: Counts,
    last: Option<PathBuf>,
}

impl Watch {
    /// Nothing so far. `kind` can be merged.
    pub fn new(kind: ProfileKind) -> Self {
        Self(match kind {
            ProfileKind::ClassList => Sums::Classes(BTreeSet::new()),
            ProfileKind::Iprof | ProfileKind::HotspotIprof | ProfileKind::AotConfiguration => {
                Sums::Counted(Box::default())
            }
        })
    }

    /// Adds the profile of `run`; says what it changed. Fails if the profile cannot be read.
    pub fn add(&mut self, run: u32, profile: &Path) -> Result<Point> {
        match &mut self.0 {
            Sums::Counted(counted) => counted.add(run, profile),
            Sums::Classes(classes) => {
                let text = std::fs::read_to_string(profile)
                    .map_err(|error| Error::io("read", profile, &error))?;
                Ok(add_classes(classes, run, &text))
            }
        }
    }
}

impl Counted {
    fn add(&mut self, run: u32, profile: &Path) -> Result<Point> {
        read(profile, &mut self.symbols, &mut self.now)?;
        let Some(last) = self.last.replace(profile.to_owned()) else {
            return Ok(Point {
                run,
                overlap: None,
                new: by_method(&self.now, Section::CallCount).len() as u64,
                heaviest_new: None,
            });
        };
        read(&last, &mut self.symbols, &mut self.before)?;
        let before = by_method(&self.before, Section::CallCount);
        let now = by_method(&self.now, Section::CallCount);
        let calls: u128 = now.values().sum();
        let new = || {
            now.iter()
                .filter(|(method, _)| !before.contains_key(*method))
        };
        let heaviest = new().map(|(_, calls)| *calls).max();
        Ok(Point {
            run,
            overlap: pair_overlap(&self.before, &self.now, &EVENTS),
            new: new().count() as u64,
            heaviest_new: heaviest.map(|heaviest| share(heaviest, calls)),
        })
    }
}

fn read(profile: &Path, symbols: &mut Symbols, counts: &mut Counts) -> Result<()> {
    read_with(profile, DEFAULT_MAX_BYTES, symbols, counts)
        .map(|_| ())
        .map_err(|damage| {
            let goal = format!("could not read the profile `{}`", profile.display());
            Error::new(ErrorKind::Training, goal).because(damage.to_string())
        })
}

fn add_classes(classes: &mut BTreeSet<String>, run: u32, list: &str) -> Point {
    let before = classes.len();
    classes.extend(class_list::names(list));
    Point {
        run,
        overlap: (before > 0).then(|| before as f64 / classes.len() as f64),
        new: (classes.len() - before) as u64,
        heaviest_new: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::iprof::testing::SMALL;

    fn points(kind: ProfileKind, profiles: &[&str]) -> Vec<Point> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut watch = Watch::new(kind);
        let add = |(run, text): (u32, &&str)| {
            let path = dir.path().join(format!("{run}.profile"));
            std::fs::write(&path, text).expect("it can be written");
            watch.add(run, &path).expect("it can be read")
        };
        (1..).zip(profiles).map(add).collect()
    }

    #[test]
    fn the_same_again_changes_nothing_from_the_second_run_on() {
        let points = points(ProfileKind::Iprof, &[SMALL, SMALL, SMALL]);
        assert_eq!(points[0].overlap, None);
        assert!(
            points[1].has_settled() && points[2].has_settled(),
            "{points:?}"
        );
        assert_eq!(settled_for(&points), 2);
    }

    #[test]
    fn a_new_method_with_calls_that_matter_keeps_it_open_however_large_the_overlap() {
        let heavy = Point {
            run: 5,
            overlap: Some(0.999),
            new: 1,
            heaviest_new: Some(0.0011),
        };
        assert!(!heavy.has_settled());
        let light = Point {
            heaviest_new: Some(0.0009),
            ..heavy.clone()
        };
        assert!(light.has_settled());
        assert_eq!(settled_for(&[light.clone(), heavy, light]), 1);
    }

    #[test]
    fn another_course_of_a_branch_is_a_change() {
        let other = SMALL.replace("11,0,20000,22,1,20", "11,0,20,22,1,20000");
        let points = points(ProfileKind::Iprof, &[SMALL, &other]);
        assert!(!points[1].has_settled(), "{points:?}");
    }

    #[test]
    fn classes_are_a_set() {
        let many: String = (0..300).map(|number| format!("a/C{number}\n")).collect();
        let one_more = format!("{many}a/More id: 7\n");
        let points = points(
            ProfileKind::ClassList,
            &["a/C0\n", &many, &one_more, &one_more],
        );
        let new: Vec<u64> = points.iter().map(|point| point.new).collect();
        assert_eq!(new, [1, 299, 1, 0]);
        assert_eq!(settled_for(&points), 2, "{points:?}");
    }
}
