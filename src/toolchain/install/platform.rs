//! Systems and processors that there are downloads for.

use crate::error::{Error, ErrorKind, Result};

/// A processor that Oracle GraalVM is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// `x86_64`.
    X64,
    /// 64-bit ARM.
    Aarch64,
}

impl Arch {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::X64 => "x64",
            Self::Aarch64 => "aarch64",
        }
    }
}

/// A system that Oracle GraalVM is made for, with an archive that is a `.tar.gz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Linux with glibc.
    Linux,
    /// macOS.
    Macos,
}

impl Os {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Macos => "macos",
        }
    }
}

/// The system and processor that this program was built for.
pub fn this_machine() -> Result<(Os, Arch)> {
    let os = match std::env::consts::OS {
        "linux" => Some(Os::Linux),
        "macos" => Some(Os::Macos),
        _ => None,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => Some(Arch::X64),
        "aarch64" => Some(Arch::Aarch64),
        _ => None,
    };
    os.zip(arch).ok_or_else(|| {
        Error::new(
            ErrorKind::Toolchain,
            format!(
                "pgoctl does not know an Oracle GraalVM for {} on {}",
                std::env::consts::OS,
                std::env::consts::ARCH
            ),
        )
        .hint("unpack one yourself and name it with `--graalvm-home`")
    })
}
