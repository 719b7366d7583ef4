//! The toolchains that build and run variants, and how one comes onto the machine.

pub mod install;
