//! What several tests begin from and what takes long to make: made by the first that asks. If that fails, it fails for good: the
//! others do not try again for minutes each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

pub struct Once<T>(OnceLock<Option<T>>);

impl<T> Once<T> {
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// What was made, now or before.
    pub fn get(&self, make: impl FnOnce() -> T) -> &T {
        let made = self
            .0
            .get_or_init(|| catch_unwind(AssertUnwindSafe(make)).ok());
        made.as_ref().expect(
            "what this test begins from can be made: the first test that asked for it says why not",
        )
    }
}

#[test]
fn it_is_made_once() {
    let once = Once::new();
    assert_eq!((once.get(|| 1), once.get(|| 2)), (&1, &1));
}

#[test]
fn what_could_not_be_made_is_not_tried_again() {
    let once = Once::new();
    for make in [|| panic!("it cannot be made"), || 2] {
        let tried = catch_unwind(AssertUnwindSafe(|| *once.get(make)));
        assert!(tried.is_err());
    }
}
