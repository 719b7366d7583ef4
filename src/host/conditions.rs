//! What the machine was like while something was measured, where it can be read; nothing of it is changed.

mod throttling;

use std::path::Path;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::host::load_average;

/// What the machine was like during one round; unknown is `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conditions {
    /// Mean number of runnable tasks over the last minute, before the round.
    pub load_1m: Option<f64>,
    /// Share of CPU time that the hypervisor gave to others during the round, in percent.
    pub steal_percent: Option<f64>,
    /// The hottest sensor after the round, in °C.
    pub temperature_c: Option<f64>,
    /// How long the control group that we are in was kept from its cores during the round, in milliseconds.
    #[serde(default)]
    pub throttled_ms: Option<f64>,
}

/// What the machine was like before a round.
#[derive(Clone, Debug)]
pub struct Watch {
    load_1m: Option<f64>,
    times: Option<Times>,
    throttled: Option<Duration>,
}

/// CPU time of all cores since boot, in clock ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    all: u64,
    idle: u64,
    stolen: u64,
}

/// The share of all cores' time that was used while this looked for so long; `None` where it cannot be read.
pub fn busy_share(look: Duration) -> Option<f64> {
    let now = || text("/proc/stat").and_then(|text| times(&text));
    let before = now()?;
    std::thread::sleep(look);
    share_used(before, now()?)
}

fn share_used(before: Times, after: Times) -> Option<f64> {
    let all = after.all.checked_sub(before.all).filter(|all| *all > 0)?;
    let idle = after.idle.checked_sub(before.idle)?;
    Some(1.0 - idle as f64 / all as f64)
}

impl Watch {
    /// Looks at the machine before a round.
    pub fn start() -> Self {
        Self {
            load_1m: text("/proc/loadavg").and_then(|text| load_average(&text)),
            times: text("/proc/stat").and_then(|text| times(&text)),
            throttled: throttling::throttled(),
        }
    }

    /// Looks at it again after the round.
    pub fn end(self) -> Conditions {
        let after = text("/proc/stat").and_then(|text| times(&text));
        Conditions {
            load_1m: self.load_1m,
            steal_percent: self
                .times
                .zip(after)
                .and_then(|(before, after)| steal_percent(before, after)),
            temperature_c: temperature(Path::new("/sys/class/thermal")),
            throttled_ms: self
                .throttled
                .zip(throttling::throttled())
                .map(|(before, after)| after.saturating_sub(before).as_secs_f64() * 1000.0),
        }
    }
}

fn text(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)); guest times that follow are
/// part of user and nice.
fn times(stat: &str) -> Option<Times> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = line
        .split_whitespace()
        .take(8)
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    Some(Times {
        all: ticks.iter().sum(),
        // Waiting for a disk is idle time of a processor.
        idle: *ticks.get(3)? + *ticks.get(4)?,
        stolen: *ticks.get(7)?,
    })
}

fn steal_percent(before: Times, after: Times) -> Option<f64> {
    let all = after.all.checked_sub(before.all).filter(|all| *all > 0)?;
    let stolen = after.stolen.checked_sub(before.stolen)?;
    Some(stolen as f64 * 100.0 / all as f64)
}

/// The hottest of the thermal zones below `folder`.
fn temperature(folder: &Path) -> Option<f64> {
    std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter_map(|zone| std::fs::read_to_string(zone.path().join("temp")).ok())
        .filter_map(|text| text.trim().parse::<f64>().ok())
        .map(|thousandths| thousandths / 1000.0)
        .max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steal_is_a_share_of_all_time() {
        let before = times("cpu  100 0 50 800 10 0 0 40 7 0\ncpu0 1").expect("eight fields");
        let after = times("cpu  150 0 80 900 10 0 0 60 9 0\n").expect("eight fields");
        assert_eq!(before.all, 1000);
        assert_eq!(steal_percent(before, after), Some(10.0));
        assert_eq!(steal_percent(after, after), None, "no time has passed");
        assert_eq!(share_used(before, after), Some(0.5));
        assert_eq!(
            times("cpu  1 2 3\n"),
            None,
            "an old kernel does not count it"
        );
    }

    #[test]
    fn the_hottest_sensor_counts_and_none_is_unknown() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        assert_eq!(temperature(dir.path()), None);
        for (zone, text) in [("thermal_zone0", "41000\n"), ("thermal_zone1", "52500\n")] {
            std::fs::create_dir(dir.path().join(zone)).expect("it can be made");
            std::fs::write(dir.path().join(zone).join("temp"), text).expect("it can be written");
        }
        assert_eq!(temperature(dir.path()), Some(52.5));
    }
}
