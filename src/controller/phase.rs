//! What a controller does for those who call it, from the first moment to the last.

/// What a controller does for those who call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Serves,
    /// It serves, and says that it will not for long: whoever shares calls out is to send none.
    Drains,
    /// It ends.
    Ends,
}
