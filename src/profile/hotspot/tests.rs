//! Known counts, logs of real JVMs, and both through the whole conversion.

mod known;
mod real_logs;
mod round_trip;
