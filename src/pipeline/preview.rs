//! `--dry-run`: every external command of the pipeline, in order; none is run.
//!
//! What depends on the outcome of an earlier command (the digest in a folder's name) is shown as a word in angle brackets.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::metadata::Metadata;
use super::trace::Tracing;
use crate::error::Result;
use crate::exec::Tool;
use crate::plan::Plan;
use crate::profile::ProfileKind;
use crate::toolchain::{BuildJob, Training};
use crate::variant::Variant;
use crate::workload::Workload;

/// Returns the commands as one would type them, with comments for what pgoctl does between them.
pub fn preview(plan: &Plan, measures: bool) -> Result<String> {
    let metadata = Metadata::read(
        &plan.workdir,
        &plan.function.name,
        &mut plan.workdir.cache(),
    )?;
    let mut preview = Preview {
        plan,
        text: String::new(),
        shown: Vec::new(),
        metadata: metadata.map(|metadata| metadata.dir),
    };
    for &variant in &plan.variants {
        preview.image(variant);
    }
    if measures {
        preview.measure();
    }
    Ok(preview.text)
}

/// The commands of tracing.
pub fn trace(plan: &Plan, tracing: &Tracing<'_>) -> String {
    let folder = plan.workdir.metadata(&plan.function.name);
    let record = folder.join("<trace>");
    let launch = tracing.tracer.launch(&plan.function, &record);
    let requests = plan.function.workload.requests_in_a_run(tracing.requests);
    let work = match &plan.function.workload {
        Workload::Http(_) => format!("{requests} requests, then SIGTERM"),
        Workload::Invoke(_) => "one invocation".to_owned(),
    };
    let kept = folder.join("<kept>");
    let kept = (!tracing.fresh).then_some(kept.as_path());
    let generate = tracing
        .tracer
        .generate(kept, &record, &folder.join("<made>"));
    format!(
        "# trace by {}: {} runs of {work}\n{}\n# after each, make metadata of it and of what is kept\n{generate}\n",
        tracing.tracer.words(),
        tracing.runs,
        launch.tool(&plan.function.args),
    )
}

struct Preview<'a> {
    plan: &'a Plan,
    text: String,
    shown: Vec<Variant>,
    /// What native variants are built with, if anything was traced.
    metadata: Option<PathBuf>,
}

impl Preview<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("a string takes everything");
    }

    fn dir(&self, variant: Variant) -> PathBuf {
        self.plan
            .workdir
            .images(&self.plan.function.name, variant)
            .join("<identity>")
    }

    fn image(&mut self, variant: Variant) {
        if self.shown.contains(&variant) {
            return;
        }
        self.shown.push(variant);
        let training = self.plan.training(variant);
        let profile = training.map(|training| self.training(variant, training));
        let Some(toolchain) = self.plan.toolchains.of(variant) else {
            return;
        };
        if !self.plan.can_build(variant) {
            return;
        }
        let dir = self.dir(variant);
        let metadata = self.metadata.clone().filter(|_| variant.is_native());
        let job = BuildJob {
            variant,
            function: &self.plan.function,
            dir: &dir,
            profile: profile.as_deref(),
            metadata: metadata.as_deref(),
        };
        if let Some(tool) = toolchain.prepares_with(&job) {
            self.line(&format!("# what {variant} is built with"));
            self.line(&tool.to_string());
        }
        if let Some(tool) = toolchain.build(&job) {
            let by = match toolchain.optimizer(variant) {
                Some(optimizer) => format!(", profile used by {}", optimizer.words()),
                None => String::new(),
            };
            self.line(&format!("# build {variant}{by}"));
            self.line(&tool.to_string());
        }
        if let Some(proof) = toolchain.proof(variant, Path::new("<scratch>")) {
            let launch = toolchain
                .launch(variant, &self.plan.function, &dir)
                .with(proof.runtime_args);
            self.line(&format!(
                "# prove that {variant} is in use: start once, read the log"
            ));
            self.line(&launch.tool(&self.plan.function.args).to_string());
        }
    }

    fn training(&mut self, variant: Variant, training: Training) -> PathBuf {
        self.image(training.on);
        let plan = self.plan;
        let folder = plan.workdir.profiles(&plan.function.name);
        let extension = training.kind.extension();
        let (runs, requests) = match training.kind.mergeable() {
            true => (plan.train.runs, plan.train.requests),
            false => (1, plan.train.requests * u64::from(plan.train.runs)),
        };
        let target = folder.join(format!("<identity>-<run>.{extension}"));
        let recorded = match training.kind {
            ProfileKind::HotspotIprof => target.with_extension("method-data"),
            _ => target.clone(),
        };
        let launch = plan
            .toolchain(training.on)
            .launch(training.on, &plan.function, &self.dir(training.on))
            .with(plan.toolchain(training.on).recording_args(
                training.kind,
                &plan.trained,
                &recorded,
            ));
        let work = match (&plan.train.command, &plan.trained.workload) {
            (Some(_), _) => "a command".to_owned(),
            (None, Workload::Http(_)) => format!("{requests} requests, then SIGTERM"),
            (None, Workload::Invoke(_)) => "one invocation".to_owned(),
        };
        let stable = plan.train.stable_runs.filter(|_| training.kind.mergeable());
        self.line(&match stable {
            Some(stable) => format!(
                "# train {variant}: runs of {work}, until {stable} in a row change nothing, at most {runs}"
            ),
            None => format!("# train {variant}: {runs} runs of {work}"),
        });
        match &plan.train.command {
            Some(command) => {
                let words = Tool::new(&command[0]).args(&command[1..]);
                self.line(&words.to_string());
                self.line("# in which {image} and PGOCTL_IMAGE start:");
                self.line(&launch.tool(&[]).to_string());
            }
            None => self.line(&launch.tool(&plan.function.args).to_string()),
        }
        if training.kind == ProfileKind::HotspotIprof {
            self.line("# make a profile of what the JVM logged");
        }
        if training.kind.mergeable() {
            self.line(&match stable {
                Some(_) => "# merge the profiles".to_owned(),
                None => format!("# merge {runs} profiles"),
            });
            folder.join(format!("merged-<identity>.{extension}"))
        } else {
            target
        }
    }

    fn measure(&mut self) {
        let bench = &self.plan.bench;
        self.line(&format!(
            "# measure: {} rounds × {} requests and {} cold starts of each, interleaved, a fresh process each",
            bench.rounds, bench.requests, bench.cold_starts
        ));
        for &variant in &self.plan.variants {
            let launch = self.plan.toolchain(variant).launch(
                variant,
                &self.plan.function,
                &self.dir(variant),
            );
            self.line(&launch.tool(&self.plan.function.args).to_string());
        }
    }
}
