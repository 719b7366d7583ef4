//! Generator and function on cores of their own, where there are enough: neither then takes time from the other.
//!
//! A JVM that may use one core chooses another garbage collector and fewer compiler threads, so with few cores pinning would
//! change what is measured: `auto` pins from four cores on, `apart` from two.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether generator and function are pinned apart.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Pin {
    /// From four cores on.
    #[default]
    Auto,
    /// From two cores on.
    Apart,
    /// Never.
    Off,
}

impl Pin {
    /// The fewest cores to pin on; `None`: never.
    const fn at_least(self) -> Option<usize> {
        match self {
            Self::Auto => Some(4),
            Self::Apart => Some(2),
            Self::Off => None,
        }
    }
}

/// Which cores the generator and the function have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pinning {
    /// The generator's.
    pub generator: Vec<usize>,
    /// The function's.
    pub function: Vec<usize>,
}

impl Pinning {
    /// The cores for each side, from those that this process may use; `None` if they share all of them.
    pub fn decide(pin: Pin) -> Option<Self> {
        let allowed = sched_getaffinity(None).ok()?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU)
            .filter(|core| allowed.is_set(*core))
            .collect();
        Self::divide(pin, &cores, &threads_of_core)
    }

    /// The last core and its hardware threads for the generator, the rest for the function.
    fn divide(pin: Pin, cores: &[usize], threads: &dyn Fn(usize) -> Vec<usize>) -> Option<Self> {
        if cores.len() < pin.at_least()? {
            return None;
        }
        let last = *cores.last()?;
        let own = threads(last);
        let (generator, function): (Vec<usize>, Vec<usize>) = cores
            .iter()
            .partition(|core| **core == last || own.contains(core));
        (!function.is_empty()).then_some(Self {
            generator,
            function,
        })
    }

    /// Does `start`, which starts the function, on the function's cores, and goes on on the generator's.
    pub fn on_function_cores<T>(pinning: Option<&Self>, start: impl FnOnce() -> T) -> T {
        let Some(pinning) = pinning else {
            return start();
        };
        // A child has the cores of the thread that spawns it.
        use_cores(&pinning.function);
        let started = start();
        use_cores(&pinning.generator);
        started
    }
}

/// This thread and what it starts run on `cores` from now on; cores that have gone offline since leave it where it is.
fn use_cores(cores: &[usize]) {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    let _ = sched_setaffinity(None, &set);
}

/// The hardware threads that share a core with `cpu`, from `thread_siblings_list`: `0,4` or `0-1`.
fn threads_of_core(cpu: usize) -> Vec<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    std::fs::read_to_string(path).map_or_else(|_| vec![cpu], |text| list(&text))
}

fn list(text: &str) -> Vec<usize> {
    let range = |word: &str| {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        Some(first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?)
    };
    text.trim().split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cores_are_shared_unless_asked() {
        let alone = |cpu| vec![cpu];
        assert_eq!(Pinning::divide(Pin::Auto, &[0, 1], &alone), None);
        assert_eq!(Pinning::divide(Pin::Off, &[0, 1, 2, 3], &alone), None);
        let apart = Pinning::divide(Pin::Apart, &[0, 1], &alone).expect("two are enough");
        assert_eq!((apart.generator, apart.function), (vec![1], vec![0]));
    }

    #[test]
    fn the_generator_has_both_threads_of_its_core() {
        let pairs = |cpu: usize| list(&format!("{},{}\n", cpu % 4, cpu % 4 + 4));
        let cores: Vec<usize> = (0..8).collect();
        let pinning = Pinning::divide(Pin::Auto, &cores, &pairs).expect("eight are enough");
        assert_eq!(pinning.generator, [3, 7]);
        assert_eq!(pinning.function, [0, 1, 2, 4, 5, 6]);
        assert_eq!(
            Pinning::divide(Pin::Apart, &[0, 1], &|_| list("0-1")),
            None,
            "one core with two threads"
        );
    }
}
