//! Names: types and methods as symbols, as Java writes them, and whose they are.

pub mod application;
pub mod java_name;
pub mod symbols;
