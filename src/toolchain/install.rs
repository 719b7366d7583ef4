//! `toolchain install`: brings an Oracle GraalVM onto the machine, under the user's data folder.
//!
//! ```text
//! <user data>/pgoctl/toolchains/graalvm-jdk-25.0.1+8.1/    whole, or not there
//! <user data>/pgoctl/toolchains/.download/*.part           what has come in so far; the next install goes on from it
//! <user data>/pgoctl/toolchains/.unpack-*                  in the making; swept away by the next install
//! <user data>/pgoctl/toolchains/.lock                      held by the one install that runs
//! ```
//!
//! The order: licence, lock, checksum, download, check, unpack, rename. Nothing of an archive is looked at before
//! its SHA-256 is right, and nothing gets its final name before all of it is on disk. `fetch` talks to the site,
//! `part` keeps what has come in, `unpack` trusts nobody, `shelf` knows the folders.

mod fetch;
mod part;
mod release;
mod shelf;
mod unpack;

mod plan;
mod platform;
mod progress;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::error::{Error, ErrorKind, Result};
use crate::host::free_disk_bytes;
use fetch::{Fetcher, Room};
use part::Part;
use progress::Watch;
use release::Release;
use shelf::{Receipt, Shelf};
use unpack::Limits;

pub use plan::{DEFAULT_BASE_URL, InstallPlan};
pub use progress::{InstallProgress, Installed};
pub use shelf::{installed, user_data_dir};

/// The licence of Oracle GraalVM, in short and in full.
pub const LICENCE: &str = "GraalVM Free Terms and Conditions (GFTC)";
/// Where the licence is to be read.
pub const LICENCE_URL: &str = "https://www.oracle.com/downloads/licenses/graal-free-license.html";

/// Installs the latest Oracle GraalVM of a line, or finds that it is there.
///
/// `stop` is looked at several times a second; when it is set, the install ends with [`ErrorKind::Interrupted`] and
/// keeps what has been downloaded. Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`), except for a
/// site on the loopback interface.
///
/// # Errors
/// [`ErrorKind::Usage`] without the licence accepted or with a base URL that is none; [`ErrorKind::Toolchain`] where
/// the site cannot be reached, does not have the release, or sends an archive that is damaged or not to be trusted;
/// [`ErrorKind::Unexpected`] for a full disk and other failures of the file system.
pub fn install(
    plan: &InstallPlan,
    progress: &dyn Fn(InstallProgress),
    stop: &AtomicBool,
) -> Result<Installed> {
    let watch = Watch { progress, stop };
    let limits = Limits::default();
    Installation {
        plan,
        watch: &watch,
        limits: &limits,
        free: &free_disk_bytes,
    }
    .run()
    .map_err(|error| {
        let goal = format!("could not install Oracle GraalVM {}", plan.major);
        error.goal(goal)
    })
}

/// One install, with what a test may want to set.
struct Installation<'a> {
    plan: &'a InstallPlan,
    watch: &'a Watch<'a>,
    limits: &'a Limits,
    free: &'a dyn Fn(&Path) -> Option<u64>,
}

impl Installation<'_> {
    fn run(&self) -> Result<Installed> {
        self.check_licence()?;
        let release = Release::of(self.plan)?;
        let shelf = Shelf::open(&self.plan.data_dir)?;
        let _lock = shelf.lock(self.watch)?;
        shelf.sweep();

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| {
                Error::new(ErrorKind::Unexpected, "could not start the downloader").source(&source)
            })?;
        let fetched = runtime.block_on(self.fetch(&release, &shelf));
        // Name lookups run on threads of their own, and one that hangs must not hold up the error message.
        runtime.shutdown_background();
        let part = match fetched? {
            Fetched::AlreadyThere(installed) => return Ok(installed),
            Fetched::Archive(part) => part,
        };
        let installed = self.put_in_place(&release, &shelf, &part);
        match &installed {
            // An archive that was refused once is refused again; one that only met a full disk or Ctrl-C is kept.
            Err(error) if error.kind() != ErrorKind::Toolchain => {}
            _ => part.remove(),
        }
        installed
    }

    fn check_licence(&self) -> Result<()> {
        if self.plan.accept_licence {
            return Ok(());
        }
        Err(
            Error::usage(format!("its licence, {LICENCE}, is not accepted"))
                .hint(format!("read {LICENCE_URL}"))
                .hint("pass `--accept-licence` if you agree to it"),
        )
    }

    /// Gets the archive onto the disk and checks it, or finds that its content is installed.
    async fn fetch(&self, release: &Release, shelf: &Shelf) -> Result<Fetched> {
        let room = Room {
            folder: shelf.folder(),
            free: self.free,
        };
        let fetcher = Fetcher::new(release, self.plan.patience, self.watch, room)?;
        let sha256 = fetcher.checksum(release).await?;
        if let Some(installed) = shelf.with_sum(&sha256) {
            return Ok(Fetched::AlreadyThere(installed));
        }
        let mut part = Part::open(
            &shelf.downloads(),
            &release.archive_name(),
            &release.url(),
            &sha256,
        )?;
        fetcher.archive(release, &mut part).await?;
        let stitched = part.is_stitched();
        match part.check(self.watch) {
            Err(error) if error.kind() == ErrorKind::Toolchain && stitched => {
                self.watch.tell(InstallProgress::StartingOver);
                part.clear()?;
                fetcher.archive(release, &mut part).await?;
                part.check(self.watch)?;
            }
            checked => checked?,
        }
        Ok(Fetched::Archive(part))
    }

    /// Unpacks aside, makes sure that it is on disk, and gives it its name.
    fn put_in_place(&self, release: &Release, shelf: &Shelf, part: &Part) -> Result<Installed> {
        let aside = shelf.aside()?;
        let top = unpack::unpack(part.path(), aside.path(), self.limits, self.watch)?;
        let unpacked = aside.path().join(&top);
        let home = shelf::home_in(&unpacked)
            .filter(|home| home.join("bin/native-image").exists())
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Toolchain,
                    format!("`{}` holds no `bin/native-image`", release.url()),
                )
                .hint("GraalVM brings native-image from the lines 17 and 21 on; try `25`")
            })?;
        let inner = home
            .strip_prefix(&unpacked)
            .expect("the home is in the folder");
        let installed = Installed {
            // Joining nothing would leave a slash at the end.
            home: shelf.folder().join(&top).join(inner).components().collect(),
            version: shelf::version_of(&top, &home),
            sha256: part.sha256().to_owned(),
            already_there: false,
        };
        Receipt {
            url: release.url(),
            version: installed.version.clone(),
            sha256: installed.sha256.clone(),
            licence: LICENCE.to_owned(),
        }
        .write(&unpacked)?;
        self.watch.go_on()?;
        shelf.admit(&unpacked, &top)?;
        Ok(installed)
    }
}

enum Fetched {
    AlreadyThere(Installed),
    Archive(Part),
}
