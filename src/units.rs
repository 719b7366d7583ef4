//! Numbers that people write and read: days, spans of time, percentages, bytes.

mod bytes;
mod day;
mod percent;
mod span;

pub use bytes::bytes;
pub use day::Day;
pub use percent::Percent;
pub use span::Span;
