//! Flags of every command that may start something.

use clap::Args;

use super::environment::{tool_options, user_homes, variable};
use super::global::Global;
use super::homes::Homes;
use super::store::products;
use crate::config::{EngineKind, Settings};
use crate::error::{Error, Result};
use crate::interrupt::Stop;
use crate::plan::Request;
use crate::run::{Deciding, Goal, Order};
use crate::variant::{OptimizerChoice, Output, Variant};

/// Flags of every command that may start something.
#[derive(Debug, Default, Args)]
pub(crate) struct Work {
    #[command(flatten)]
    pub(super) homes: Homes,
    /// Only these variants (repeat, or separate by commas)
    #[arg(
        long = "variant",
        value_enum,
        value_delimiter = ',',
        env = "PGOCTL_VARIANT",
        hide_env = true
    )]
    pub(super) variants: Vec<Variant>,
    /// Who uses the profile in the build of native-pgo [default: auto]
    #[arg(long, value_enum, env = "PGOCTL_OPTIMIZER", hide_env = true)]
    pub(super) optimizer: Option<OptimizerChoice>,
    /// What native-image makes of the function: both compares them [default: executable]
    #[arg(
        long = "output",
        value_enum,
        value_delimiter = ',',
        env = "PGOCTL_OUTPUT",
        hide_env = true
    )]
    pub(super) outputs: Vec<Output>,
    /// Share images and training profiles through the store: what is there is not made again
    #[arg(long, env = "PGOCTL_PRODUCTS", hide_env = true,
          value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) products: bool,
    /// Where the work is done [default: local]
    #[arg(long, value_enum, env = "PGOCTL_ENGINE", hide_env = true)]
    pub(super) engine: Option<EngineKind>,
    /// End the Job that this very command started on a cluster
    #[arg(long)]
    pub(super) cancel: bool,
    /// Print each external command, run none
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Say why each stage is reused or redone
    #[arg(long)]
    pub(super) explain: bool,
    /// Redo everything
    #[arg(long)]
    pub(super) force: bool,
    /// Options for native-image
    #[arg(last = true, value_name = "NATIVE-IMAGE OPTIONS")]
    pub(super) native_image_args: Vec<String>,
}

/// Whose profiles are used.
#[derive(Debug, Default, Args)]
pub(crate) struct Borrowing {
    /// Build native-pgo with the stored profiles of another function (`pgoctl suggest` ranks them), or those at a path
    #[arg(long, value_name = "FUNCTION|PATH")]
    profile_from: Option<String>,
}

impl Borrowing {
    /// Whether another function is named.
    pub(super) fn is_some(&self) -> bool {
        self.profile_from.is_some()
    }

    /// Whose they are.
    pub(super) fn from(&self) -> Option<&str> {
        self.profile_from.as_deref()
    }

    /// An order that takes them.
    pub(super) fn order(&self, mut order: Order) -> Order {
        order.request.profile_from.clone_from(&self.profile_from);
        order
    }
}

/// Refuses a flag that says nothing about what is measured, instead of passing over it.
pub(super) fn refuse(flags: &[(&str, bool)], measured: &str, why: &str) -> Result<()> {
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(
            Error::usage(format!("`{flag}` does not go with {measured}"))
                .because(why)
                .hint("leave it out"),
        ),
        None => Ok(()),
    }
}

impl Work {
    /// Whether `--variant` was given, and not only set for every command by the environment.
    pub(super) fn names_variants(&self) -> bool {
        !self.variants.is_empty() && variable("PGOCTL_VARIANT").is_none()
    }

    /// The same of `--optimizer`.
    pub(super) fn names_optimizer(&self) -> bool {
        self.optimizer.is_some() && variable("PGOCTL_OPTIMIZER").is_none()
    }

    /// The same of `--output`.
    pub(super) fn names_outputs(&self) -> bool {
        !self.outputs.is_empty() && variable("PGOCTL_OUTPUT").is_none()
    }

    /// What was asked for, with these numbers.
    pub(super) fn request(&self, global: &Global, settings: Settings) -> Result<Request> {
        Ok(Request {
            config: global.config.clone(),
            function: global.function.clone(),
            variants: self.variants.clone(),
            outputs: self.outputs.clone(),
            settings,
            optimizer: self.optimizer,
            stop: Stop::default(),
            only_trains: false,
            products: products(self.products, global)?,
            profile_from: None,
            native_image_args: self.native_image_args.clone(),
            search: self.homes.search(),
            tool_options: tool_options(),
            user_homes: user_homes(),
        })
    }

    /// An order for that goal, with these numbers.
    pub(super) fn order(&self, global: &Global, goal: Goal, settings: Settings) -> Result<Order> {
        Ok(Order {
            request: self.request(global, settings)?,
            goal,
            deciding: Deciding::default(),
            gating: None,
            dry_run: self.dry_run,
            explain: self.explain,
            force: self.force,
        })
    }
}
