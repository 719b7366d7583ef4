//! `store.json`: the mark of a store that was found fit to be shared, and which layout it has.

use serde::{Deserialize, Serialize};

use super::Store;
use crate::error::{Error, ErrorKind, Result};

/// The key of the mark.
pub const MARK: &str = "store.json";

/// The layout that this version reads and writes.
const LAYOUT: u32 = 1;

/// `store.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    /// The layout of the keys: 1.
    schema_version: u32,
    /// When its conditional writes were tried and found to work, RFC 3339.
    probed: String,
    /// By which version.
    pgoctl: String,
}

impl Store {
    /// Makes sure that several machines can share this store, before the first of them writes into it: a store that was not tried
    /// yet is, and one that is fit gets its mark. A folder is taken as it is.
    ///
    /// # Errors
    ///
    /// A store that cannot be shared, or whose layout is a later version's; as [`Store::probe`].
    pub fn ready_to_share(&self) -> Result<()> {
        if self.is_local() || self.marked()? {
            return Ok(());
        }
        self.probe()?.require(self.place())?;
        let mark = Mark {
            schema_version: LAYOUT,
            probed: jiff::Timestamp::now().to_string(),
            pgoctl: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let text = serde_json::to_vec_pretty(&mark).expect("it has only string keys");
        self.create(MARK, text).map(|_| ())
    }

    /// Whether it has the mark.
    fn marked(&self) -> Result<bool> {
        let Some(bytes) = self.get(MARK)? else {
            return Ok(false);
        };
        let error = |why: String| {
            Error::new(
                ErrorKind::Unexpected,
                format!(
                    "the store {} is not one that this pgoctl can use",
                    self.place()
                ),
            )
            .because(why)
        };
        let mark: Mark = serde_json::from_slice(&bytes)
            .map_err(|bad| error(format!("its `{MARK}` cannot be read: {bad}")))?;
        match mark.schema_version {
            LAYOUT => Ok(true),
            other => Err(error(format!("its layout is version {other}"))
                .hint("a later pgoctl made it: update this one")),
        }
    }
}
