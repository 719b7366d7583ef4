//! Readers that count: how far a file is read, and how much of a stream may be read.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Counts the bytes that are read.
pub struct Counted<R> {
    inner: R,
    done: Rc<Cell<u64>>,
}

impl<R> Counted<R> {
    pub const fn new(inner: R, done: Rc<Cell<u64>>) -> Self {
        Self { inner, done }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(block)?;
        self.done.set(self.done.get() + read as u64);
        Ok(read)
    }
}

/// How much may be read: so much until the next grant, and so much altogether.
///
/// The tar crate reads long names into memory, whatever size the archive claims for them; a small grant before each
/// header bounds that, which a total alone does not.
pub struct Allowance {
    now: Cell<u64>,
    altogether: Cell<u64>,
    used_up: Cell<bool>,
}

impl Allowance {
    pub const fn new(altogether: u64) -> Self {
        Self {
            now: Cell::new(0),
            altogether: Cell::new(altogether),
            used_up: Cell::new(false),
        }
    }

    /// Allows `bytes` from now on, whatever is left of the last grant.
    pub fn grant(&self, bytes: u64) {
        self.now.set(bytes);
    }

    /// Whether somebody wanted more.
    pub const fn is_used_up(&self) -> bool {
        self.used_up.get()
    }

    fn left(&self) -> u64 {
        self.now.get().min(self.altogether.get())
    }

    fn take(&self, bytes: u64) {
        self.now.set(self.now.get() - bytes);
        self.altogether.set(self.altogether.get() - bytes);
    }
}

/// Reads no more than it is allowed.
pub struct Metered<R> {
    inner: R,
    allowance: Rc<Allowance>,
}

impl<R> Metered<R> {
    pub const fn new(inner: R, allowance: Rc<Allowance>) -> Self {
        Self { inner, allowance }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.allowance.left()).unwrap_or(usize::MAX);
        if left == 0 && !block.is_empty() {
            // The end of the stream is no excess.
            if self.inner.read(&mut [0])? == 0 {
                return Ok(0);
            }
            self.allowance.used_up.set(true);
            return Err(io::Error::other("more than may be read"));
        }
        let most = block.len().min(left);
        let read = self.inner.read(&mut block[..most])?;
        self.allowance.take(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;

    fn read(stream: &[u8], altogether: u64, now: u64) -> (bool, bool) {
        let allowance = Rc::new(Allowance::new(altogether));
        allowance.grant(now);
        let mut metered = Metered::new(stream, Rc::clone(&allowance));
        let good = metered.read_to_end(&mut Vec::new()).is_ok();
        (good, allowance.is_used_up())
    }

    #[test]
    fn exactly_what_is_allowed_may_be_read() {
        assert_eq!(read(b"12345", 5, 9), (true, false));
        assert_eq!(read(b"12345", 9, 5), (true, false));
    }

    #[test]
    fn one_byte_more_is_an_error() {
        assert_eq!(read(b"123456", 5, 9), (false, true));
        assert_eq!(read(b"123456", 9, 5), (false, true));
    }

    #[test]
    fn bytes_are_counted() {
        let done = Rc::new(Cell::new(0));
        let mut counted = Counted::new(&b"12345"[..], Rc::clone(&done));
        counted.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(done.get(), 5);
    }
}
