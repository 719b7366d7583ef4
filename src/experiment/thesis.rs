//! What the thesis published: the numbers of its chapter 5, and what it says where it has none.
//!
//! W. Garbim, "Optimizing AOT Compilation Pipeline for Cloud Applications", master thesis, IST Lisbon, October 2024: figures 5.1 to
//! 5.12. Its images are made by Graalvisor, without and with PGO; each function and image had 5 rounds of 1000 requests, on a Xeon
//! Gold 6138 with 64 GB. No deviation and no interval is published.

use crate::compare::Metric;
use crate::report::evaluate::Published;

/// The functions of the thesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Hello,
    Sleep,
    FileHashing,
}

impl Known {
    /// The function of the thesis that is called so.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        match letters.as_str() {
            "hello" | "helloworld" => Some(Self::Hello),
            "sleep" => Some(Self::Sleep),
            "filehash" | "filehashing" => Some(Self::FileHashing),
            _ => None,
        }
    }

    fn of<T>(self, [hello, sleep, hash]: [T; 3]) -> T {
        match self {
            Self::Hello => hello,
            Self::Sleep => sleep,
            Self::FileHashing => hash,
        }
    }

    /// Its place in the thesis.
    pub(super) fn place(self) -> usize {
        self.of([0, 1, 2])
    }

    /// Figures 5.1 to 5.4: by how much the optimised image differs.
    pub(super) fn gain(self, metric: Metric) -> Option<Published> {
        let percent = match metric {
            Metric::ThroughputRps => self.of([2.58, 7.69, 7.39]),
            Metric::LatencyMsMean => self.of([-4.52, -7.65, -7.16]),
            Metric::LatencyMsP90 => self.of([-3.87, -9.61, -7.45]),
            Metric::ColdStartMs => self.of([-6.21, -6.74, -28.82]),
            _ => return None,
        };
        Some(Published {
            percent: Some(percent),
            words: format!("{percent:+.2} %"),
        })
    }

    /// Figures 5.7 and 5.8: the smallest and the largest latency of images with 1, 10, 100 and 1000 profiles.
    pub(super) fn spread(self, metric: Metric) -> Option<Published> {
        let (low, high) = match metric {
            Metric::LatencyMsMean => self.of([Some((1.58, 1.686)), None, Some((2.919, 3.324))])?,
            Metric::LatencyMsP90 => self.of([(1.853, 1.93), (3.337, 3.769), (3.229, 3.741)]),
            _ => return None,
        };
        let percent: f64 = (high / low - 1.0) * 100.0;
        Some(Published {
            percent: Some(percent),
            words: format!("{low} to {high} ms: {percent:.1} % apart"),
        })
    }
}

/// What is said without a number.
pub(super) fn words(words: &str) -> Published {
    Published {
        percent: None,
        words: words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_known_by_every_spelling_and_others_are_not() {
        for name in ["filehash", "File-Hashing", "file_hashing"] {
            assert_eq!(Known::of_name(name), Some(Known::FileHashing));
        }
        assert_eq!(Known::of_name("hello-two"), None);
    }

    #[test]
    fn a_spread_is_that_of_the_published_ends() {
        let spread = Known::Hello.spread(Metric::LatencyMsMean);
        let percent = spread.and_then(|spread| spread.percent);
        assert!(percent.is_some_and(|percent| (percent - 6.7).abs() < 0.05));
        assert_eq!(Known::Sleep.spread(Metric::LatencyMsMean), None);
    }
}
