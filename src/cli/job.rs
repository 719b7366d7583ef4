//! `job`: the side of the pod, called by nobody but a Job.

use clap::Args;

use super::environment::variable;
use super::global::Global;
use super::store::{PATIENT, Place};
use crate::error::{ErrorKind, Result};
use crate::jobs::{Pod, carry_out};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// The key of the order in the store
    key: String,
    #[command(flatten)]
    place: Place,
}

/// Does the order; the code to end with.
pub(super) fn job(global: &Global, args: &JobArgs, ui: &Ui) -> Result<u8> {
    let text = |name| variable(name).map(|value| value.to_string_lossy().into_owned());
    let pod = Pod {
        name: text("PGOCTL_POD").unwrap_or_else(|| "pod".to_owned()),
        node: text("PGOCTL_NODE").unwrap_or_else(|| "node".to_owned()),
    };
    let program = super::environment::this_program()?;
    let done = args
        .place
        .open(global)
        .map(|store| store.within(PATIENT))
        .and_then(|store| carry_out(&store, &args.key, &program, &pod, ui));
    done.map_err(|error| match error.kind() {
        ErrorKind::Interrupted | ErrorKind::Usage => error,
        // Another pod may have more luck: the codes of what another try cannot change are not for this.
        _ => error.kind_is(ErrorKind::Unexpected),
    })
}
