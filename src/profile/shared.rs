//! Profiles in a store that several machines share: the layout of their keys, what is said about each, and what is done with them.
//!
//! `profiles/<function>/<build>/<worker>/<name>.iprof`, and beside it `.json`, which is written last: a profile without it does not
//! count. The layout is a contract (docs/on-disk.md).

mod gc;
mod key;
mod list;
mod pull;
mod push;
mod sheet;
mod side_by_side;
mod verify;
mod waiting;

pub use gc::{GcReport, Rules, collect};
pub use key::{is_name, is_of_content};
pub use list::{Group, list};
pub use pull::{PullReport, pull};
pub use push::{PushReport, check_name, push, put};
pub use sheet::{GatheredBy, Sheet};
pub use side_by_side::side_by_side;
pub use verify::{VerifyReport, verify};
pub use waiting::{hand_over, wait, waiting};
