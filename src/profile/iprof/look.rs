//! Looking into profiles: show, diff, overlap, flame graphs.

pub mod agreement;
pub mod diff;
pub mod flame;
pub mod flips;
pub mod leaves;
pub mod overlap;
pub mod show;
pub mod sources;
