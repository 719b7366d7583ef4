//! Profiles: what training leaves behind, where it came from, and how several become one.

pub mod class_list;
pub mod hotspot;
pub mod iprof;
mod kind;
pub mod provenance;
pub mod shared;
pub mod stability;
pub mod stored;

pub use kind::ProfileKind;
