//! pgoctl: does profile-guided optimization pay for this JVM function?

pub mod doctor;
pub mod error;
pub mod exit_code;
pub mod host;
pub mod toolchain;
