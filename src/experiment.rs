//! The experiments: grids of images that differ in their profile alone, measured against each other.
//!
//! A row of a grid is one function: its images are measured in one run, interleaved. What is made is kept by its identity, and so is
//! what was measured; an experiment that was killed goes on with what is missing, and one that is repeated after a change redoes
//! what depends on it.

pub mod cross;
pub mod evaluate;
mod forecast;
mod grid;
pub mod suggest;
pub mod sweep;
mod thesis;
