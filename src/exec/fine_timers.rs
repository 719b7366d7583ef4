//! Sleeps that end when they should: the kernel lets them last 50 µs longer unless asked not to.

use std::num::NonZeroU64;

use rustix::thread::set_current_timer_slack;

/// This thread's sleeps are fine as long as this lives. Children inherit the setting, so none may be started meanwhile.
#[derive(Debug)]
pub struct FineTimers;

impl FineTimers {
    /// Only a wish: a kernel that refuses leaves the sleeps as they were.
    pub fn start() -> Self {
        let _ = set_current_timer_slack(NonZeroU64::new(1));
        Self
    }
}

impl Drop for FineTimers {
    fn drop(&mut self) {
        let _ = set_current_timer_slack(None);
    }
}
