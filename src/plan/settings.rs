//! How training and measuring go, decided: flag, then `PGOCTL_*`, then file, then the defaults, which stand here and nowhere else.

use std::time::Duration;

use crate::bench::BenchPlan;
use crate::config::{Combine, Config, Settings, TrainOn, TrainStop};
use crate::error::{Error, Result};
use crate::load::ANSWER_TIMEOUT;
use crate::workload::Workload;

/// How training goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainPlan {
    /// How many runs.
    pub runs: u32,
    /// How many requests in each.
    pub requests: u64,
    /// How many good profiles are needed to go on; `None`: nine in ten of the runs.
    pub at_least: Option<u32>,
    /// It ends once the merged profile has not changed for so many runs; `None`: after all runs.
    pub stable_runs: Option<u32>,
    /// What does the work of `native-pgo`'s training.
    pub on: TrainOn,
    /// The words of the command that does the work instead of requests of ours.
    pub command: Option<Vec<String>>,
}

impl TrainPlan {
    /// How many good profiles are needed of so many runs.
    pub fn needed_of(&self, runs: u32) -> u32 {
        self.at_least.unwrap_or_else(|| nine_in_ten(runs))
    }
}

/// For how many runs a profile must not change to be stable.
const STABLE_RUNS: u32 = 3;
/// The shortest limit of an answer.
const LEAST_TIMEOUT: Duration = Duration::from_millis(10);
/// The limit where the file has none, in percent.
pub(super) const USUAL_LIMIT: f64 = 3.0;

/// Decides the numbers and refuses those that make no sense.
///
/// `has_own_pgo`: native-image has PGO of its own, so its instrumented image does the work of training where nobody said otherwise.
pub fn decide(
    asked: &Settings,
    config: &Config,
    workload: &Workload,
    has_own_pgo: bool,
) -> Result<(TrainPlan, BenchPlan)> {
    let mut file = Settings {
        train: config.train.clone(),
        bench: config.bench.clone(),
    };
    if asked.train.command.is_some() {
        // How many runs of requests are wanted says nothing about how often a command is.
        (file.train.runs, file.train.at_least, file.train.stop) = (None, None, None);
    }
    let Settings { train, bench } = asked.clone().combine(file);
    let train_timeout = train.timeout;
    let command = train.command.as_deref().map(words).transpose()?;
    let runs = train.runs.unwrap_or(match command {
        Some(_) => 1,
        None => 10,
    });
    let train = TrainPlan {
        runs,
        requests: train.requests.unwrap_or(100),
        at_least: train.at_least,
        stable_runs: match train.stop.unwrap_or_default() {
            TrainStop::Count => None,
            TrainStop::Stable => Some(train.stable_runs.unwrap_or(STABLE_RUNS)),
        },
        on: train.on.unwrap_or(match has_own_pgo {
            true => TrainOn::Image,
            false => TrainOn::Hotspot,
        }),
        command,
    };
    let requests = bench
        .requests
        .unwrap_or_else(|| workload.default_requests());
    let concurrency = bench.concurrency.unwrap_or(1);
    let rate = bench.rate.unwrap_or(0.0);
    let cold_starts = bench.cold_starts.unwrap_or(20);
    let bench = BenchPlan {
        rounds: bench.rounds.unwrap_or(6),
        requests,
        warmup: bench
            .warmup
            .unwrap_or_else(|| workload.default_warmup(requests)),
        slices: bench.slices.unwrap_or(match rate > 0.0 {
            // Whoever asks how long users wait wants to see a stall to its end.
            true => 1,
            false => workload.default_slices(requests, concurrency),
        }),
        concurrency,
        rate,
        // One flag for all that asks; in the file it is said of measuring, and holds in training too.
        timeout: train_timeout
            .or(bench.timeout)
            .map_or(ANSWER_TIMEOUT, |span| span.0),
        cold_starts,
        dropped_cold_starts: bench.dropped_cold_starts.unwrap_or(cold_starts),
        pin: bench.pin.unwrap_or_default(),
        seed: bench.seed.unwrap_or(1),
        threshold_percent: config
            .gate
            .max_worse
            .map_or(USUAL_LIMIT, |percent| percent.0),
        aa: None,
    };
    check(&train, &bench)?;
    Ok((train, bench))
}

/// The words of a command as a shell splits them; no shell sees them.
fn words(command: &str) -> Result<Vec<String>> {
    let fail = |cause: &str| {
        Error::usage(format!("`{command}` is not a command"))
            .because(cause)
            .hint("what a shell would do with it takes a shell: `sh -c '…'`")
    };
    match shlex::split(command) {
        None => Err(fail("a quote is left open")),
        Some(words) if words.is_empty() => Err(fail("it has no word")),
        Some(words) => Ok(words),
    }
}

/// Nine in ten, rounded up.
fn nine_in_ten(runs: u32) -> u32 {
    u32::try_from((u64::from(runs) * 9).div_ceil(10)).unwrap_or(runs)
}

fn check(train: &TrainPlan, bench: &BenchPlan) -> Result<()> {
    let positive = [
        ("train runs", u64::from(train.runs)),
        ("train requests", train.requests),
        (
            "train stable-runs",
            u64::from(train.stable_runs.unwrap_or(1)),
        ),
        ("bench rounds", u64::from(bench.rounds)),
        ("bench requests", bench.requests),
        ("bench slices", u64::from(bench.slices)),
        ("bench concurrency", u64::from(bench.concurrency)),
    ];
    if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
        return Err(Error::usage(format!("`{name}` must be at least 1")));
    }
    let needed = train.needed_of(train.runs);
    if needed > train.runs || needed == 0 {
        let words = format!(
            "`train at-least` is {needed}, and there are {} runs",
            train.runs
        );
        return Err(Error::usage(words).hint("it must be between 1 and `runs`"));
    }
    if let Some(stable) = train.stable_runs.filter(|stable| *stable >= train.runs) {
        let words = format!(
            "`train stop` is `stable`, which takes {} runs or more, and there are at most {}",
            u64::from(stable) + 1,
            train.runs
        );
        return Err(Error::usage(words)
            .because(format!(
                "the profile is stable once {stable} runs after the first have changed nothing"
            ))
            .hint("raise `--runs`, or lower `--stable-runs`"));
    }
    if !bench.rate.is_finite() || bench.rate < 0.0 {
        return Err(Error::usage(format!(
            "`bench rate` is {}: it must be 0 or more requests per second",
            bench.rate
        )));
    }
    if bench.timeout < LEAST_TIMEOUT {
        return Err(Error::usage("`bench timeout` is too short")
            .because(format!("it is {:?}", bench.timeout))
            .hint(format!("{LEAST_TIMEOUT:?} is the least that can be told")));
    }
    if u64::from(bench.concurrency) > bench.requests {
        return Err(Error::usage(format!(
            "`bench concurrency` is {}, with {} requests in a round",
            bench.concurrency, bench.requests
        )));
    }
    if u64::from(bench.slices) * u64::from(bench.concurrency) > bench.requests {
        return Err(Error::usage(format!(
            "`bench slices` is {}, with {} requests in a round over {} connections",
            bench.slices, bench.requests, bench.concurrency
        ))
        .hint("every connection needs a request in every slice"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BenchSettings, TrainSettings};
    use crate::units::Span;

    fn train(train: TrainSettings) -> Settings {
        Settings {
            train,
            ..Settings::default()
        }
    }

    fn bench(bench: BenchSettings) -> Settings {
        Settings {
            bench,
            ..Settings::default()
        }
    }

    fn decided(asked: Settings, file: &str) -> Result<(TrainPlan, BenchPlan)> {
        let config: Config = toml::from_str(file).expect("the file is valid");
        decide(&asked, &config, &Workload::for_tests(), true)
    }

    #[test]
    fn the_flag_wins_over_the_file_and_the_file_over_the_default() {
        let asked = bench(BenchSettings {
            rounds: Some(9),
            ..BenchSettings::default()
        });
        let (train, bench) =
            decided(asked, "[bench]\nrounds = 7\nrequests = 50\n").expect("it makes sense");
        assert_eq!((bench.rounds, bench.requests, train.runs), (9, 50, 10));
    }

    #[test]
    fn training_is_on_the_image_where_there_can_be_one_unless_somebody_says_otherwise() {
        let on = |asked, file: &str, has_own_pgo| {
            let config: Config = toml::from_str(file).expect("the file is valid");
            let asked = train(TrainSettings {
                on: asked,
                ..TrainSettings::default()
            });
            let decided = decide(&asked, &config, &Workload::for_tests(), has_own_pgo);
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
            bench(BenchSettings {
                rounds: Some(0),
                ..BenchSettings::default()
            }),
            "",
        )
        .expect_err("no rounds");
        assert_eq!(zero.summary(), "`bench rounds` must be at least 1");
        let many = decided(
            train(TrainSettings {
                at_least: Some(11),
                ..TrainSettings::default()
            }),
            "",
        )
        .expect_err("more than runs");
        assert!(many.summary().contains("at-least"), "{many}");
    }

    #[test]
    fn a_profile_cannot_be_stable_within_fewer_runs_than_that_takes() {
        let of = |runs, stable_runs| {
            let asked = train(TrainSettings {
                runs: Some(runs),
                stable_runs,
                stop: Some(TrainStop::Stable),
                ..TrainSettings::default()
            });
            decided(asked, "").map(|(train, _)| train.stable_runs)
        };
        assert_eq!(of(4, None).ok(), Some(Some(3)));
        let error = of(3, None).expect_err("three runs are too few");
        assert!(error.summary().contains("takes 4 runs"), "{error}");
        assert!(of(3, Some(2)).is_ok() && of(3, Some(0)).is_err());
        let (train, _) = decided(Settings::default(), "").expect("it makes sense");
        assert_eq!(train.stable_runs, None);
    }

    #[test]
    fn a_command_runs_once_unless_whoever_names_it_says_otherwise() {
        let of = |command: Option<&str>, file: &str| {
            let asked = train(TrainSettings {
                command: command.map(str::to_owned),
                ..TrainSettings::default()
            });
            decided(asked, file).map(|(train, _)| (train.runs, train.command))
        };
        let words = Some(vec!["./it".to_owned(), "a b".to_owned()]);
        let flag = Some("./it 'a b'");
        assert_eq!(
            of(flag, "[train]\nruns = 7\n").ok(),
            Some((1, words.clone()))
        );
        let file = "[train]\nruns = 7\ncommand = \"./it 'a b'\"\n";
        assert_eq!(of(None, file).ok(), Some((7, words)));
        assert!(of(Some("'"), "").is_err() && of(Some(" "), "").is_err());
    }

    #[test]
    fn an_answer_may_take_ten_seconds_unless_somebody_says_otherwise() {
        let of = |timeout: Option<Duration>, file: &str| {
            let asked = train(TrainSettings {
                timeout: timeout.map(Span),
                ..TrainSettings::default()
            });
            decided(asked, file).map(|(_, bench)| bench.timeout.as_millis())
        };
        let file = "[bench]\ntimeout = \"2s\"\n";
        let flag = Some(Duration::from_millis(500));
        assert_eq!(of(None, "").ok(), Some(10_000));
        assert_eq!(of(None, file).ok(), Some(2_000));
        assert_eq!(of(flag, file).ok(), Some(500));
        let error = of(Some(Duration::ZERO), "").expect_err("nobody answers at once");
        assert!(error.to_string().contains("too short"), "{error}");
    }

    #[test]
    fn a_plan_that_cannot_decide_says_so() {
        let (_, bench) = decided(
            bench(BenchSettings {
                rounds: Some(3),
                ..BenchSettings::default()
            }),
            "",
        )
        .expect("it makes sense");
        assert_eq!(bench.warnings().len(), 1);
    }
}
