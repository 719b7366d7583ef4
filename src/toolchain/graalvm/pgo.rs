//! Who uses a profile in this home's builds: native-image's own PGO, our optimizer, or nobody, and why.

use std::path::Path;

use super::GraalVm;
use super::optimizer::Compiled;
use crate::toolchain::{Missing, Toolchain};
use crate::variant::{Optimizer, OptimizerChoice, Variant};

impl GraalVm {
    /// The same with the optimizer that was chosen; ours is compiled for the home where it is not yet, into the user's `cache_dir`.
    pub fn with_optimizer(mut self, choice: OptimizerChoice, cache_dir: Option<&Path>) -> Self {
        self.choice = choice;
        let ours = matches!(choice, OptimizerChoice::Auto | OptimizerChoice::Pgoctl)
            && !self.info.pgo
            && Compiled::can_be_compiled(&self.info.home);
        self.ours = ours.then(|| match cache_dir {
            Some(cache_dir) => Compiled::prepare(&self.info, cache_dir),
            None => Err(Missing::new(
                "there is no folder to keep pgoctl's optimizer in",
                "set HOME or XDG_CACHE_HOME",
            )),
        });
        self
    }

    /// Who would use a profile; `None` where nobody can.
    pub fn available_optimizer(&self) -> Option<Optimizer> {
        match self.no_pgo() {
            Some(_) => None,
            None => self.optimizer(Variant::NativePgo),
        }
    }

    /// Why a profile-guided image cannot be had; `None` where it can.
    pub(super) fn no_pgo(&self) -> Option<Missing> {
        match (self.choice, &self.ours) {
            (OptimizerChoice::Off, _) => Some(Missing::new(
                "it is switched off (`optimizer = \"off\"`)",
                "`--optimizer auto` switches it on",
            )),
            (OptimizerChoice::Pgoctl, _) if self.info.pgo => Some(Missing::new(
                format!(
                    "{} has PGO of its own, beside which pgoctl's optimizer cannot work",
                    self.info.edition
                ),
                "`--optimizer oracle` uses its own",
            )),
            (OptimizerChoice::Oracle, _) if !self.info.pgo => Some(Missing {
                hint: Some("`--optimizer auto` uses pgoctl's own where it fits".to_owned()),
                ..self.without_pgo()
            }),
            (_, Some(Err(missing))) => Some(missing.clone()),
            (_, Some(Ok(_))) => None,
            (_, None) => (!self.info.pgo).then(|| self.without_pgo()),
        }
    }

    pub(super) fn without_pgo(&self) -> Missing {
        Missing::new(
            format!(
                "{} at `{}` has no PGO ({})",
                self.info.edition,
                self.info.home.display(),
                self.pgo_evidence
            ),
            "PGO needs an Oracle GraalVM, or a Community one that pgoctl's optimizer fits: `pgoctl toolchain install` brings the one, \
             `--graalvm-home` names either",
        )
    }

    /// Our optimizer, where it does the work of `variant`: it uses a profile, or counts for one.
    pub(super) fn ours(&self, variant: Variant) -> Option<&Compiled> {
        match (variant.is_of_pgo(), &self.ours) {
            (true, Some(Ok(ours))) => Some(ours),
            _ => None,
        }
    }
}
