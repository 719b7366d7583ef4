//! Options that name files, of whatever tool.

use std::ffi::OsString;
use std::path::Path;

pub(crate) fn option(name: &str, path: &Path) -> OsString {
    let mut word = OsString::from(name);
    word.push(path);
    word
}
