//! What a processor can execute: kept beside products that may be carried to another machine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::probe::Probe;
use super::this_machine;

/// Instructions that compilers of Java code use where a processor has them, by the kernel's names for them.
const USED: [&str; 42] = [
    "adx",
    "aes",
    "asimd",
    "asimddp",
    "atomics",
    "avx",
    "avx2",
    "avx512bw",
    "avx512cd",
    "avx512dq",
    "avx512f",
    "avx512ifma",
    "avx512vbmi",
    "avx512vl",
    "avx512_bitalg",
    "avx512_vbmi2",
    "avx512_vpopcntdq",
    "bmi1",
    "bmi2",
    "crc32",
    "cx16",
    "erms",
    "f16c",
    "fma",
    "fsrm",
    "abm",
    "lahf_lm",
    "movbe",
    "pclmulqdq",
    "paca",
    "popcnt",
    "sha1",
    "sha2",
    "sha3",
    "sha512",
    "sha_ni",
    "sse4_1",
    "sse4_2",
    "ssse3",
    "sve",
    "sve2",
    "vaes",
];

/// A processor, as far as products depend on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Processor {
    /// As `uname -m` says it: `x86_64`, `aarch64`.
    pub architecture: String,
    /// The instructions beyond the least of its architecture that compilers of Java code use, by the kernel's names, sorted; `null`
    /// where the kernel does not say.
    pub features: Option<Vec<String>>,
}

impl Processor {
    /// That of this machine.
    pub fn detect() -> Self {
        Self::read(&this_machine())
    }

    fn read(probe: &Probe) -> Self {
        let machine = rustix::system::uname();
        Self {
            architecture: machine.machine().to_string_lossy().into_owned(),
            features: probe.text("proc/cpuinfo").and_then(|text| features(&text)),
        }
    }

    /// Whether it is of the same architecture.
    pub fn is_like(&self, other: &Self) -> bool {
        self.architecture == other.architecture
    }

    /// The instructions that `other` has and this one lacks, as far as both are known.
    pub fn lacks_of(&self, other: &Self) -> Vec<String> {
        let (Some(own), Some(others)) = (&self.features, &other.features) else {
            return Vec::new();
        };
        let lacking = others.iter().filter(|feature| !own.contains(feature));
        lacking.cloned().collect()
    }
}

/// Of `/proc/cpuinfo`: the line `flags`, on ARM `Features`.
fn features(text: &str) -> Option<Vec<String>> {
    let line = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        matches!(key.trim(), "flags" | "Features").then_some(value)
    })?;
    let mut features: Vec<String> = line
        .split_whitespace()
        .filter(|feature| USED.contains(feature))
        .map(str::to_owned)
        .collect();
    features.sort();
    features.dedup();
    Some(features)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Processor {
        Processor {
            architecture: "x86_64".to_owned(),
            features: features(text),
        }
    }

    #[test]
    fn only_instructions_that_compilers_use_count_and_the_kernels_order_does_not() {
        let one = of("processor\t: 0\nflags\t\t: fpu avx2 sse4_2 hypervisor\n");
        let other = of("flags : sse4_2 avx2 vme\n");
        assert_eq!(one, other);
        assert_eq!(
            features("Features : fp asimd\n"),
            Some(vec!["asimd".to_owned()])
        );
    }

    #[test]
    fn what_is_lacking_is_named_and_the_unknown_is_not_made_up() {
        let (old, new) = (of("flags: avx2\n"), of("flags: avx2 avx512f\n"));
        assert_eq!(old.lacks_of(&new), ["avx512f"]);
        assert!(new.lacks_of(&old).is_empty() && of("").lacks_of(&new).is_empty());
    }
}
