//! `toolchain install`: an Oracle GraalVM under the user's data folder.

use clap::Args;

use crate::cli::environment::data_dir;
use crate::error::Result;
use crate::event::{self, Work};
use crate::interrupt;
use crate::toolchain::install::{self, DEFAULT_BASE_URL, InstallPlan, InstallProgress};
use crate::ui::Ui;
use crate::units::bytes;

#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// The Java line; its latest release is installed
    #[arg(value_name = "LINE", default_value_t = 25)]
    line: u32,
    /// Accept the GraalVM Free Terms and Conditions
    #[arg(long)]
    accept_licence: bool,
    /// The download site
    #[arg(long, env = "PGOCTL_DOWNLOAD_URL", value_name = "URL", default_value = DEFAULT_BASE_URL, hide_env = true)]
    base_url: String,
}

pub(super) fn install(args: &InstallArgs, ui: &Ui) -> Result<()> {
    let mut plan = InstallPlan::for_this_machine(args.line, data_dir()?, args.accept_licence)?;
    plan.base_url.clone_from(&args.base_url);
    let work = Work::Install {
        toolchain: format!("Oracle GraalVM {}", args.line),
    };
    let task = event::begin(ui, work);
    let show = |progress: InstallProgress| match progress {
        InstallProgress::Waiting => ui.note("another install is going on: waiting for it"),
        InstallProgress::Downloading { done, total } => {
            let of = total.map_or_else(String::new, |total| format!(" of {}", bytes(total)));
            task.progress(
                done,
                total.unwrap_or(done.max(1)),
                &format!("downloaded {}{of}", bytes(done)),
            );
        }
        InstallProgress::Retrying { cause, pause } => ui.note(&format!(
            "{cause}; trying again in {:.1} s",
            pause.as_secs_f64()
        )),
        InstallProgress::Checking { done, total } => {
            task.progress(done, total, "checking the SHA-256")
        }
        InstallProgress::StartingOver => {
            ui.note("the archive is damaged: downloading it once more")
        }
        InstallProgress::Unpacking { done, total } => task.progress(done, total, "unpacking"),
    };
    let installed = install::install(&plan, &show, interrupt::stop_flag());
    interrupt::check()?;
    let installed = installed?;
    let words = if installed.already_there {
        "is there already"
    } else {
        "ready"
    };
    task.done(&format!("{} {words}", installed.version));
    ui.note(&format!(
        "licence: {} ({})",
        install::LICENCE,
        install::LICENCE_URL
    ));
    ui.result(&format!("{}\n", installed.home.display()))
}
