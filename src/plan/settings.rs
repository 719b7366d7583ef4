//! The numbers: flag, then `PGOCTL_*`, then file, then default. clap has put flag and environment together already.

use crate::bench::BenchPlan;
use crate::config::{Config, TrainOn};
use crate::error::{Error, Result};
use crate::host::pinning::Pin;
use crate::workload::Workload;

/// Numbers of the command line; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Training runs.
    pub runs: Option<u32>,
    /// Requests in each training run.
    pub train_requests: Option<u64>,
    /// Good profiles needed.
    pub at_least: Option<u32>,
    /// What does the work of `native-pgo`'s training.
    pub train_on: Option<TrainOn>,
    /// Rounds of each variant.
    pub rounds: Option<u32>,
    /// Measured requests in each round.
    pub requests: Option<u64>,
    /// Requests before those.
    pub warmup: Option<u64>,
    /// Connections.
    pub concurrency: Option<u32>,
    /// Requests per second, 0 for a closed loop.
    pub rate: Option<f64>,
    /// Cold starts of each variant.
    pub cold_starts: Option<u32>,
    /// The same with the page cache dropped.
    pub dropped_cold_starts: Option<u32>,
    /// Whether generator and function are pinned apart.
    pub pin: Option<Pin>,
    /// Seed of the order.
    pub seed: Option<u64>,
}

/// How training goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainPlan {
    /// How many runs.
    pub runs: u32,
    /// How many requests in each.
    pub requests: u64,
    /// How many good profiles are needed to go on.
    pub at_least: u32,
    /// What does the work of `native-pgo`'s training.
    pub on: TrainOn,
}

/// The limit where the file has none, in percent.
pub(super) const USUAL_LIMIT: f64 = 3.0;

/// Decides the numbers and refuses those that make no sense.
///
/// `has_pgo`: an instrumented image can be built, so it does the work of training where nobody said otherwise.
pub fn decide(
    asked: &Settings,
    config: &Config,
    workload: &Workload,
    has_pgo: bool,
) -> Result<(TrainPlan, BenchPlan)> {
    let (train, bench) = (&config.train, &config.bench);
    let runs = asked.runs.or(train.runs).unwrap_or(10);
    let train = TrainPlan {
        runs,
        requests: asked.train_requests.or(train.requests).unwrap_or(100),
        at_least: asked
            .at_least
            .or(train.at_least)
            .unwrap_or_else(|| nine_in_ten(runs)),
        on: asked.train_on.or(train.on).unwrap_or(match has_pgo {
            true => TrainOn::Image,
            false => TrainOn::Hotspot,
        }),
    };
    let requests = asked
        .requests
        .or(bench.requests)
        .unwrap_or_else(|| workload.default_requests());
    let cold_starts = asked.cold_starts.or(bench.cold_starts).unwrap_or(20);
    let bench = BenchPlan {
        rounds: asked.rounds.or(bench.rounds).unwrap_or(6),
        requests,
        warmup: asked
            .warmup
            .or(bench.warmup)
            .unwrap_or_else(|| workload.default_warmup(requests)),
        concurrency: asked.concurrency.or(bench.concurrency).unwrap_or(1),
        rate: asked.rate.or(bench.rate).unwrap_or(0.0),
        cold_starts,
        dropped_cold_starts: asked
            .dropped_cold_starts
            .or(bench.dropped_cold_starts)
            .unwrap_or(cold_starts),
        pin: asked.pin.or(bench.pin).unwrap_or_default(),
        seed: asked.seed.or(bench.seed).unwrap_or(1),
        threshold_percent: config
            .gate
            .max_worse
            .map_or(USUAL_LIMIT, |percent| percent.0),
        aa: None,
    };
    check(&train, &bench)?;
    Ok((train, bench))
}

/// Nine in ten, rounded up.
fn nine_in_ten(runs: u32) -> u32 {
    u32::try_from((u64::from(runs) * 9).div_ceil(10)).unwrap_or(runs)
}

fn check(train: &TrainPlan, bench: &BenchPlan) -> Result<()> {
    let positive = [
        ("train runs", u64::from(train.runs)),
        ("train requests", train.requests),
        ("bench rounds", u64::from(bench.rounds)),
        ("bench requests", bench.requests),
        ("bench concurrency", u64::from(bench.concurrency)),
    ];
    if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
        return Err(Error::usage(format!("`{name}` must be at least 1")));
    }
    if train.at_least > train.runs || train.at_least == 0 {
        let words = format!(
            "`train at-least` is {}, and there are {} runs",
            train.at_least, train.runs
        );
        return Err(Error::usage(words).hint("it must be between 1 and `runs`"));
    }
    if !bench.rate.is_finite() || bench.rate < 0.0 {
        return Err(Error::usage(format!(
            "`bench rate` is {}: it must be 0 or more requests per second",
            bench.rate
        )));
    }
    if u64::from(bench.concurrency) > bench.requests {
        return Err(Error::usage(format!(
            "`bench concurrency` is {}, with {} requests in a round",
            bench.concurrency, bench.requests
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(asked: Settings, file: &str) -> Result<(TrainPlan, BenchPlan)> {
        let config: Config = toml::from_str(file).expect("the file is valid");
        decide(&asked, &config, &Workload::for_tests(), true)
    }

    #[test]
    fn the_flag_wins_over_the_file_and_the_file_over_the_default() {
        let asked = Settings {
            rounds: Some(9),
            ..Settings::default()
        };
        let (train, bench) =
            decided(asked, "[bench]\nrounds = 7\nrequests = 50\n").expect("it makes sense");
        assert_eq!((bench.rounds, bench.requests, train.runs), (9, 50, 10));
    }

    #[test]
    fn training_is_on_the_image_where_there_can_be_one_unless_somebody_says_otherwise() {
        let on = |asked, file: &str, has_pgo| {
            let config: Config = toml::from_str(file).expect("the file is valid");
            let asked = Settings {
                train_on: asked,
                ..Settings::default()
            };
            let decided = decide(&asked, &config, &Workload::for_tests(), has_pgo);
            decided.expect("it makes sense").0.on
        };
        assert_eq!(on(None, "", true), TrainOn::Image);
        assert_eq!(on(None, "", false), TrainOn::Hotspot);
        let file = "[train]\non = \"hotspot\"\n";
        assert_eq!(on(None, file, true), TrainOn::Hotspot);
        assert_eq!(on(Some(TrainOn::Image), file, true), TrainOn::Image);
    }

    #[test]
    fn nine_in_ten_are_needed_rounded_up() {
        assert_eq!([1, 2, 10, 11, 20].map(nine_in_ten), [1, 2, 9, 10, 18]);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let zero = decided(
            Settings {
                rounds: Some(0),
                ..Settings::default()
            },
            "",
        )
        .expect_err("no rounds");
        assert_eq!(zero.summary(), "`bench rounds` must be at least 1");
        let many = decided(
            Settings {
                at_least: Some(11),
                ..Settings::default()
            },
            "",
        )
        .expect_err("more than runs");
        assert!(many.summary().contains("at-least"), "{many}");
    }

    #[test]
    fn a_plan_that_cannot_decide_says_so() {
        let (_, bench) = decided(
            Settings {
                rounds: Some(3),
                ..Settings::default()
            },
            "",
        )
        .expect("it makes sense");
        assert_eq!(bench.warnings().len(), 1);
    }
}
