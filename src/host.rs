//! The machine.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Host { pub os: String, pub kernel: String, pub cpu: String, pub cores: u32, pub memory_bytes: u64 }
impl Host { pub fn detect() -> Self { Self { os: String::new(), kernel: String::new(), cpu: String::new(), cores: 2, memory_bytes: 0 } } }
