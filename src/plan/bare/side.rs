//! One side of such a comparison: how it runs, what is known of it without measuring, and its name among the others.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::bench::subject::Runs;
use crate::compare::{Metric, Side};
use crate::error::Result;
use crate::identity::file_digest;
use crate::report::{ImageReport, Metrics, SideReport};
use crate::stats::Estimate;
use crate::workdir::Size;
use crate::workload::Workload;

/// One side before it has a name of its own.
pub(super) struct Unnamed {
    /// The short name, and the long one where short ones are not distinct.
    pub(super) names: [String; 2],
    pub(super) runs: Runs,
    pub(super) workload: Workload,
    /// The file that is measured.
    pub(super) file: Option<PathBuf>,
    /// What ships with it besides.
    pub(super) files: Vec<PathBuf>,
}

impl Unnamed {
    pub(super) fn report(&self, side: Side) -> Result<SideReport> {
        let size = match &self.file {
            Some(path) => {
                Some(Size::of([path.as_path()], "the named file")?.and_files(&self.files)?)
            }
            None => None,
        };
        let size_bytes = size.as_ref().map(|size| size.bytes);
        let identity = match &self.file {
            Some(path) => Some(file_digest(path)?[..16].to_owned()),
            None => None,
        };
        Ok(SideReport {
            side,
            image: ImageReport {
                path: self
                    .file
                    .clone()
                    .unwrap_or_else(|| self.names[1].clone().into()),
                size_bytes,
                size_counts: size.map(|size| size.counts),
                identity,
                ..ImageReport::default()
            },
            metrics: Metrics::default().with(
                Metric::ImageSizeBytes,
                size_bytes.and_then(|bytes| Estimate::exact(bytes as f64)),
            ),
            rounds: Vec::new(),
            series: Default::default(),
        })
    }
}

/// Short names where they are distinct, otherwise long ones; the same thing twice is told apart by a number.
pub(super) fn names(sides: &[Unnamed]) -> Vec<String> {
    let of = |kind: usize| sides.iter().map(move |side| side.names[kind].clone());
    let distinct = of(0).collect::<std::collections::BTreeSet<_>>().len() == sides.len();
    let mut seen = BTreeMap::new();
    of(usize::from(!distinct))
        .map(|name| {
            let times = seen.entry(name.clone()).or_insert(0);
            *times += 1;
            match *times {
                1 => name,
                n => format!("{name} ({n})"),
            }
        })
        .collect()
}
