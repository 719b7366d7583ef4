//! The thesis's figures, of what was measured so far. Pure.

mod judge;

use crate::compare::{Comparison, Metric, Side};
use crate::experiment::thesis::{Known, words};
use crate::record::Record;
use crate::report::Report;
use crate::report::cross::CrossRow;
use crate::report::evaluate::{Agreement, Bar, Claim, Figure, FigureOver, Published};
use crate::report::experiment::SweepReport;
use crate::variant::Variant;
use judge::{estimate, flat, gain, helps, own_is_best, sizes_apart, widest};

/// What was measured: the runs over the number of profiles by function, and those over whose they are.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) sweeps: Vec<(String, Record)>,
    pub(super) crosses: Vec<(CrossRow, Record)>,
}

impl Seen {
    fn sweep(&self, function: &str) -> Option<(&Report, &SweepReport)> {
        let (_, record) = self.sweeps.iter().find(|(name, _)| name == function)?;
        Some((&record.report, record.report.sweep.as_ref()?))
    }

    fn cross(&self, function: &str) -> Option<(&CrossRow, &Report)> {
        let found = self
            .crosses
            .iter()
            .find(|(row, _)| row.function == function);
        found.map(|(row, record)| (row, &record.report))
    }
}

/// What is evaluated.
pub(super) struct Asked<'a> {
    pub(super) functions: &'a [String],
    pub(super) baseline: Variant,
    pub(super) variant: Variant,
    /// Whether the number of profiles differs.
    pub(super) swept: bool,
    /// Whether each other's profiles are used.
    pub(super) crossed: bool,
    pub(super) threshold_percent: f64,
}

const OF_PAIRS: [(&str, Metric); 5] = [
    ("5.1", Metric::ThroughputRps),
    ("5.2", Metric::LatencyMsMean),
    ("5.3", Metric::LatencyMsP90),
    ("5.4", Metric::ColdStartMs),
    ("5.5", Metric::ImageSizeBytes),
];
const OF_COUNTS: [(&str, Metric); 4] = [
    ("5.6", Metric::ThroughputRps),
    ("5.7", Metric::LatencyMsMean),
    ("5.8", Metric::LatencyMsP90),
    ("5.9", Metric::ImageSizeBytes),
];
/// The figures over whose profiles it was begin here, one a function; the thesis has three.
const FIRST_OF_SOURCES: usize = 10;

/// All figures that were asked for, in the thesis's order.
pub(super) fn figures(asked: &Asked<'_>, seen: &Seen) -> Vec<Figure> {
    let mut figures: Vec<Figure> = OF_PAIRS
        .iter()
        .map(|(number, metric)| asked.of_pair(number, *metric, seen))
        .collect();
    if asked.swept {
        let of_counts = OF_COUNTS.iter();
        figures.extend(of_counts.map(|(number, metric)| asked.of_counts(number, *metric, seen)));
    }
    if asked.crossed {
        let mut beyond = FIRST_OF_SOURCES + 3;
        for function in asked.functions {
            let number = match Known::of_name(function) {
                Some(known) => FIRST_OF_SOURCES + known.place(),
                None => {
                    beyond += 1;
                    beyond - 1
                }
            };
            figures.push(asked.of_sources(&format!("5.{number}"), function, seen));
        }
    }
    figures
}

impl Asked<'_> {
    /// Whom the thesis has measured as this is measured.
    fn known(&self, function: &str) -> Option<Known> {
        let same = (self.baseline, self.variant) == (Variant::Native, Variant::NativePgo);
        Known::of_name(function).filter(|_| same)
    }

    fn empty(&self, number: &str, metric: Metric, over: FigureOver, what: &str) -> Figure {
        Figure {
            number: number.to_owned(),
            title: format!("{}, {what}", metric.title()),
            metric,
            over,
            functions: self.functions.to_vec(),
            bars: Vec::new(),
            claims: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The baseline and the candidate with one profile.
    fn of_pair(&self, number: &str, metric: Metric, seen: &Seen) -> Figure {
        let what = format!("{} against {}, one profile", self.variant, self.baseline);
        let mut figure = self.empty(number, metric, FigureOver::Variants, &what);
        for function in self.functions {
            let Some((report, sweep)) = seen.sweep(function) else {
                figure.open.push(function.clone());
                continue;
            };
            let Some(one) = sweep.cells.first() else {
                continue;
            };
            let comparison = report.comparisons.iter().find(|comparison| {
                comparison.candidate == one.side
                    && comparison.baseline == self.baseline
                    && comparison.metric == metric
            });
            let baseline = Side::from(self.baseline);
            figure.bars.push(Bar {
                function: function.clone(),
                label: self.baseline.to_string(),
                estimate: estimate(report, &baseline, metric),
                against_baseline: None,
            });
            figure.bars.push(Bar {
                function: function.clone(),
                label: self.variant.to_string(),
                estimate: estimate(report, &one.side, metric),
                against_baseline: comparison.cloned(),
            });
            let known = self.known(function);
            let published = match metric {
                Metric::ImageSizeBytes => known.map(|_| words("smaller, no number")),
                _ => known.and_then(|known| known.gain(metric)),
            };
            let agreement = match (&published, comparison) {
                (None, _) => Agreement::NothingPublished,
                (Some(_), None) => Agreement::CannotTell,
                (Some(published), Some(ours)) => gain(published, ours),
            };
            let ours = comparison.map_or_else(|| "–".to_owned(), Comparison::change_in_words);
            figure.claims.push(Claim {
                function: function.clone(),
                published,
                ours,
                agreement,
            });
        }
        figure
    }

    /// The candidate with more and more profiles.
    fn of_counts(&self, number: &str, metric: Metric, seen: &Seen) -> Figure {
        let what = format!("{} with more and more profiles", self.variant);
        let mut figure = self.empty(number, metric, FigureOver::Profiles, &what);
        for function in self.functions {
            let Some((report, sweep)) = seen.sweep(function) else {
                figure.open.push(function.clone());
                continue;
            };
            for cell in &sweep.cells {
                let against = sweep.comparisons.iter().find(|comparison| {
                    comparison.candidate == cell.side
                        && comparison.baseline == self.baseline
                        && comparison.metric == metric
                });
                figure.bars.push(Bar {
                    function: function.clone(),
                    label: cell.count.to_string(),
                    estimate: estimate(report, &cell.side, metric),
                    against_baseline: against.cloned(),
                });
            }
            figure
                .claims
                .push(self.spread(function, metric, report, sweep));
        }
        figure
    }

    /// How far the images of a function lie apart, and whether that is as published.
    fn spread(
        &self,
        function: &str,
        metric: Metric,
        report: &Report,
        sweep: &SweepReport,
    ) -> Claim {
        let known = self.known(function);
        let published = match metric {
            Metric::ThroughputRps => known.map(|_| words("flat, no number")),
            Metric::ImageSizeBytes => known.map(|_| words("unchanged")),
            _ => known.and_then(|known| known.spread(metric)),
        };
        let (ours, found) = match metric {
            Metric::ImageSizeBytes => sizes_apart(report, sweep),
            _ => self.apart(metric, report, sweep, published.as_ref()),
        };
        let agreement = match &published {
            Some(_) => found,
            None => Agreement::NothingPublished,
        };
        Claim {
            function: function.to_owned(),
            published,
            ours,
            agreement,
        }
    }

    fn apart(
        &self,
        metric: Metric,
        report: &Report,
        sweep: &SweepReport,
        published: Option<&Published>,
    ) -> (String, Agreement) {
        let of_counts: Vec<&Comparison> = sweep
            .comparisons
            .iter()
            .filter(|one| one.metric == metric)
            .filter(|one| one.baseline != self.baseline && one.candidate != self.baseline)
            .collect();
        if of_counts.is_empty() {
            let agreement = match published.and_then(|published| published.percent) {
                Some(_) => Agreement::Outside,
                None => Agreement::Holds,
            };
            return ("all counts have the same image".to_owned(), agreement);
        }
        let Some(widest) = widest(metric, report, &of_counts) else {
            return ("–".to_owned(), Agreement::CannotTell);
        };
        let ours = format!(
            "{} against {}: {}",
            widest.candidate,
            widest.baseline,
            widest.change_in_words()
        );
        let agreement = match published.and_then(|published| published.percent) {
            Some(percent) => Agreement::of(percent, widest),
            None => flat(&of_counts, self.threshold_percent),
        };
        (ours, agreement)
    }

    /// The candidate with nobody's profile, each other function's, its own, and all.
    fn of_sources(&self, number: &str, function: &str, seen: &Seen) -> Figure {
        let metric = Metric::ThroughputRps;
        let what = format!("{function} with each profile");
        let mut figure = self.empty(number, metric, FigureOver::Sources, &what);
        figure.functions = vec![function.to_owned()];
        let Some((row, report)) = seen.cross(function) else {
            figure.open.push(function.to_owned());
            return figure;
        };
        let baseline = Side::from(self.baseline);
        figure.bars.push(Bar {
            function: function.to_owned(),
            label: "none".to_owned(),
            estimate: estimate(report, &baseline, metric),
            against_baseline: None,
        });
        let known = self.known(function);
        for cell in &row.cells {
            let against = cell.comparisons.iter().find(|one| one.metric == metric);
            figure.bars.push(Bar {
                function: function.to_owned(),
                label: cell.source.clone(),
                estimate: estimate(report, &cell.side, metric),
                against_baseline: against.cloned(),
            });
            let change = against.map_or_else(|| "–".to_owned(), Comparison::change_in_words);
            let is_other = !matches!(cell.source.as_str(), "own" | "all");
            let published = known
                .filter(|_| is_other)
                .map(|_| words("helps, no number"));
            figure.claims.push(Claim {
                function: function.to_owned(),
                agreement: match &published {
                    Some(_) => helps(against),
                    None => Agreement::NothingPublished,
                },
                published,
                ours: format!("{} against none: {change}", cell.side),
            });
        }
        figure.claims.push(own_is_best(row, known));
        figure
    }
}
