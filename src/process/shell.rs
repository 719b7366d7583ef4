//! What it costs that a shell reads a command: measured beside it, and taken off its times.

use std::path::Path;
use std::time::Duration;

use super::Process;
use super::launch::Launch;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::usage::Usage;
use crate::exec::{self, Ending, Input, Invocation};

/// How often an empty command is given to the shell: the middle of so many starts is taken.
const STARTS: usize = 21;
/// How long one may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The start and end of a shell that has nothing to do: the medians of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShellStart {
    /// From spawn to end.
    pub wall: Duration,
    usage: Usage,
}

impl ShellStart {
    /// Measures it, as `launch` starts the shell of `process`; `None` where there is no shell.
    pub fn measure(process: &Process, launch: &Launch, log: &Path) -> Result<Option<Self>> {
        let Some(shell) = &process.shell else {
            return Ok(None);
        };
        let nothing = Process {
            args: vec![String::new()],
            ..process.clone()
        };
        let tool = nothing.tool(launch, None, &[])?;
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let stderr =
                std::fs::File::create(log).map_err(|error| Error::io("write", log, &error))?;
            let start = exec::invoke(&tool, Input::Nothing, stderr, LIMIT, None)?;
            process.stop.check()?;
            if start.ending != Ending::Exited(0) {
                return Err(Error::new(
                    ErrorKind::Benchmark,
                    format!("the start of the shell `{shell}` could not be measured"),
                )
                .because(format!("`{tool}` {}", start.ending))
                .log(exec::tail(log)));
            }
            starts.push(start);
        }
        Ok(Some(Self::of(&starts)))
    }

    fn of(starts: &[Invocation]) -> Self {
        let usage = |of: fn(&Usage) -> Option<u64>| {
            let known = starts.iter().filter_map(|start| of(&start.usage));
            median(known.collect())
        };
        Self {
            wall: median(starts.iter().map(|start| start.wall).collect()).unwrap_or_default(),
            usage: Usage {
                cpu_ns: usage(|usage| usage.cpu_ns),
                minor_faults: usage(|usage| usage.minor_faults),
                major_faults: usage(|usage| usage.major_faults),
                ..Usage::default()
            },
        }
    }

    /// What is left of `wall`.
    pub fn taken_off(&self, wall: Duration) -> Duration {
        wall.saturating_sub(self.wall)
    }

    /// What is left of the CPU time and the page faults of `usage`; memory is not a sum, and what was read is the command's.
    pub fn taken_off_usage(&self, usage: &Usage) -> Usage {
        let less = |all: Option<u64>, shell: Option<u64>| match (all, shell) {
            (Some(all), Some(shell)) => Some(all.saturating_sub(shell)),
            (all, _) => all,
        };
        Usage {
            cpu_ns: less(usage.cpu_ns, self.usage.cpu_ns),
            minor_faults: less(usage.minor_faults, self.usage.minor_faults),
            major_faults: less(usage.major_faults, self.usage.major_faults),
            ..*usage
        }
    }
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    values.sort();
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(milliseconds: u64, faults: u64) -> Invocation {
        Invocation {
            ending: Ending::Exited(0),
            wall: Duration::from_millis(milliseconds),
            usage: Usage {
                cpu_ns: Some(milliseconds * 1000),
                minor_faults: Some(faults),
                ..Usage::default()
            },
            stdout: Vec::new(),
            out_of_memory: false,
        }
    }

    #[test]
    fn the_middle_of_the_starts_is_taken_off_and_nothing_gets_negative() {
        let shell = ShellStart::of(&[start(2, 100), start(90, 900), start(3, 110)]);
        assert_eq!(shell.wall, Duration::from_millis(3));
        let left = |milliseconds| shell.taken_off(Duration::from_millis(milliseconds));
        assert_eq!(left(10), Duration::from_millis(7));
        assert_eq!(left(1), Duration::ZERO);
        let usage = Usage {
            cpu_ns: Some(10_000),
            minor_faults: Some(500),
            peak_memory_bytes: Some(1 << 20),
            ..Usage::default()
        };
        let left = shell.taken_off_usage(&usage);
        assert_eq!((left.cpu_ns, left.minor_faults), (Some(7_000), Some(390)));
        assert_eq!(left.peak_memory_bytes, Some(1 << 20));
    }
}
