//! The `pgoctl` binary.
fn main() {}
