//! Which image a program is: whose profile it leaves, and under which build that counts.

use std::fs;
use std::path::{Path, PathBuf};

use super::order::Order;
use super::told::Told;
use crate::error::{Error, Result};
use crate::identity::{Identity, file_digest};
use crate::pipeline::image::{BUILD_JSON, BuildJson, read};
use crate::profile::shared::is_name;
use crate::variant::Variant;

/// How many digits of a file's digest name a build.
const DIGITS: usize = 16;

/// The image behind a program.
#[derive(Debug)]
pub struct Image {
    /// Whose it is.
    pub function: String,
    /// Its file.
    file: PathBuf,
    /// What `build.json` beside it says, where that is of this file.
    says: Option<BuildJson>,
    /// What the order says.
    build: Option<Identity>,
}

impl Image {
    /// Looks at what is quick to see, and refuses what cannot go well; the program's start waits for it.
    pub fn look(order: &Order) -> Result<Self> {
        let named = order.image.as_ref().unwrap_or(&order.program);
        let found = find(named, order);
        let file = fs::canonicalize(&found).unwrap_or(found);
        let name = || file.file_name().map(|name| name.to_string_lossy());
        let function = order
            .function
            .clone()
            .or_else(|| Some(name()?.into_owned()));
        let function = function.unwrap_or_default();
        for (what, word) in [
            ("the function", Some(&function)),
            ("the build", order.build.as_ref()),
            ("the worker", Some(&order.worker)),
        ] {
            if let Some(word) = word.filter(|word| !is_name(word)) {
                return Err(
                    Error::usage(format!("`{word}` cannot be the name of {what}"))
                        .because("it is part of the profile's key in the store")
                        .hint("use letters, digits, `-`, `_` and `.`, with `--function`, `--build` and `--worker`"),
                );
            }
        }
        let says = said_of(&file);
        if let Some(says) = &says {
            agrees(&file, says, order)?;
        }
        Ok(Self {
            function,
            file,
            says,
            build: order.build.as_deref().map(Identity::given),
        })
    }

    /// Its identity: that of `build.json`, else the one that was given, else the file's digest.
    pub fn build(&self, told: &mut Vec<Told>) -> Result<Identity> {
        if let Some(says) = &self.says {
            match self.file.parent().map(read) {
                Some(Err(why)) => told.push(Told::OtherImage(why)),
                _ => return Ok(says.identity.clone()),
            }
        }
        if let Some(build) = &self.build {
            return Ok(build.clone());
        }
        let digest = file_digest(&self.file)?;
        Ok(Identity::given(&format!("sha256-{}", &digest[..DIGITS])))
    }

    /// What it is, as far as anybody says.
    pub fn variant(&self) -> Variant {
        self.says
            .as_ref()
            .map_or(Variant::NativeInstrumented, |says| says.variant)
    }
}

/// The file of a program: as the system finds it.
fn find(program: &Path, order: &Order) -> PathBuf {
    let is_word = program.components().count() == 1 && !program.has_root();
    let folders = order.path.iter().flat_map(std::env::split_paths);
    let mut places = folders.map(|folder| folder.join(program));
    is_word
        .then(|| places.find(|place| place.is_file()))
        .flatten()
        .unwrap_or_else(|| program.to_owned())
}

/// What `build.json` beside a file says, where it is about this file.
fn said_of(file: &Path) -> Option<BuildJson> {
    let text = fs::read(file.with_file_name(BUILD_JSON)).ok()?;
    let says: BuildJson = serde_json::from_slice(&text).ok()?;
    (file.file_name()? == says.file.name.as_str()).then_some(says)
}

/// Refuses an image that is known to leave no profile, and a build that is known to be another one.
fn agrees(file: &Path, says: &BuildJson, order: &Order) -> Result<()> {
    if says.variant != Variant::NativeInstrumented {
        return Err(
            Error::usage(format!("`{}` leaves no profile", file.display()))
                .because(format!(
                    "`{BUILD_JSON}` beside it says that it is a {} image",
                    says.variant
                ))
                .hint("`pgoctl build --variant native-instrumented` makes one that does"),
        );
    }
    match &order.build {
        Some(build) if build != says.identity.as_str() => Err(Error::usage(format!(
            "`{}` is not the build `{build}`",
            file.display()
        ))
        .because(format!(
            "`{BUILD_JSON}` beside it says that it is `{}`",
            says.identity
        ))
        .hint("leave `--build` out")),
        _ => Ok(()),
    }
}
