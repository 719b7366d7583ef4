//! `bench --revision A --revision B`: each revision in a checkout of its own, built there as its own pgoctl.toml says, and
//! measured against the others. Checkouts stay in `.pgoctl/revisions/`, so that what was built is reused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::measure::Deciding;
use super::{Answer, bare, lock, subjects};
use crate::bench::{BenchPlan, Subject};
use crate::compare::Side;
use crate::config;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Event, Listener, Work};
use crate::exec::{self, Tool};
use crate::interrupt::Stop;
use crate::pipeline::{Pipeline, Reuse};
use crate::plan::bare::Bare;
use crate::plan::{Plan, Request};
use crate::record::{self, Record};
use crate::report::SideReport;
use crate::toolchain::Info;
use crate::variant::Variant;
use crate::workdir::{self, Workdir};

/// How long git and the build of a revision may take.
const GIT_LIMIT: Duration = Duration::from_secs(600);
const MAKE_LIMIT: Duration = Duration::from_secs(3600);

/// Which revisions, and how.
#[derive(Debug)]
pub struct Revisions {
    /// Project, function, variant, numbers, tools.
    pub request: Request,
    /// As git takes them.
    pub revisions: Vec<String>,
    /// What builds the JAR in a checkout, for `sh -c`.
    pub make: Option<String>,
    /// Redo everything.
    pub force: bool,
    /// Say why each stage is reused or redone.
    pub explain: bool,
    /// Measure each against itself.
    pub calibrate: bool,
    /// How long to go on measuring.
    pub deciding: Deciding,
}

/// Builds each revision and measures it against the others.
pub fn bench(wanted: Revisions, listener: &dyn Listener) -> Result<Answer> {
    let reuse = match wanted.force {
        true => Reuse::Never,
        false => Reuse::default(),
    };
    let request = one_variant(wanted.request, listener);
    let workdir = config::Project::find(request.config.as_deref())?.workdir();
    let project = Project {
        reuse,
        explain: wanted.explain,
        ..Project::find(workdir)?
    };
    let mut sides: Vec<Built> = Vec::new();
    for revision in &wanted.revisions {
        sides.push(project.side(revision, &request, wanted.make.as_deref(), listener)?);
    }
    let first = sides.first().expect("clap insists on one");
    let (name, numbers) = (first.function.clone(), first.bench.clone());
    let (mut subjects, mut reports, mut toolchains) = (Vec::new(), Vec::new(), Vec::new());
    for side in sides {
        subjects.push(side.subject);
        reports.push(side.report);
        for info in side.toolchains {
            if !toolchains.contains(&info) {
                toolchains.push(info);
            }
        }
    }
    let bare = Bare {
        workdir: project.workdir,
        name,
        subjects,
        reports,
        toolchains,
        bench: numbers,
        warnings: Vec::new(),
        stop: request.stop.clone(),
    };
    bare::bench(bare, &wanted.deciding, wanted.calibrate, listener)
}

/// Revisions are compared in one variant: the one asked for, otherwise the native image where there can be one.
fn one_variant(mut request: Request, listener: &dyn Listener) -> Request {
    if request.variants.is_empty() {
        request.variants = vec![Variant::Native];
        if Plan::decide(&request).is_err_and(|error| error.kind() == ErrorKind::Toolchain) {
            request.variants = vec![Variant::Hotspot];
        }
        listener.hear(Event::Chosen {
            variant: request.variants[0],
        });
    }
    request
}

/// One revision, built. The first one's file says how all are measured.
struct Built {
    function: String,
    bench: BenchPlan,
    subject: Subject,
    report: SideReport,
    toolchains: Vec<Info>,
}

/// Where the project is in its repository.
struct Project {
    workdir: Workdir,
    top: PathBuf,
    /// The project's folder below the repository's.
    below: PathBuf,
    reuse: Reuse,
    explain: bool,
}

impl Project {
    fn find(workdir: Workdir) -> Result<Self> {
        let dir = workdir.root().parent().unwrap_or(Path::new("."));
        let words = git(dir, &["rev-parse", "--show-toplevel", "--show-prefix"])
            .map_err(|error| error.goal("cannot measure revisions"))?;
        let mut lines = words.lines();
        Ok(Self {
            workdir,
            top: lines.next().unwrap_or_default().into(),
            below: lines.next().unwrap_or_default().into(),
            reuse: Reuse::default(),
            explain: false,
        })
    }

    fn side(
        &self,
        revision: &str,
        request: &Request,
        make: Option<&str>,
        listener: &dyn Listener,
    ) -> Result<Built> {
        let goal = || format!("could not build revision `{revision}`");
        let build = || -> Result<Built> {
            let checkout = self.check_out(revision)?;
            let dir = checkout.join(&self.below);
            if let Some(make) = make {
                self.make(make, revision, &dir, &request.stop, listener)?;
            }
            let file = request.config.as_ref().and_then(|path| path.file_name());
            let config = file.map_or_else(|| dir.clone(), |name| dir.join(name));
            self.build(revision, &config, request, listener)
        };
        build().map_err(|error| error.goal(goal()))
    }

    /// Makes the image of the one variant as the checkout's configuration file says.
    fn build(
        &self,
        revision: &str,
        config: &Path,
        request: &Request,
        listener: &dyn Listener,
    ) -> Result<Built> {
        let request = Request {
            config: Some(config.to_owned()),
            ..request.clone()
        };
        let plan = Plan::decide(&request)?;
        let _lock = lock(
            &plan.workdir,
            &plan.function.name,
            "build",
            &plan.stop,
            listener,
        )?;
        let toolchains = plan.toolchains.infos(&plan.variants);
        let report = record::new_report(
            &plan.function.name,
            toolchains.clone(),
            plan.warnings.clone(),
        );
        let mut pipeline = Pipeline::new(&plan, listener, Record::new(&plan.workdir, report))
            .reusing(self.reuse)
            .explaining(self.explain)
            .traced_in(&self.workdir);
        let image = pipeline.image(plan.variants[0])?;
        let side = Side::instance(revision, image.variant);
        Ok(Built {
            function: plan.function.name.clone(),
            bench: plan.bench.clone(),
            subject: Subject {
                side: side.clone(),
                ..subjects::of_image(&plan, &image)
            },
            report: SideReport {
                side,
                ..image.report()
            },
            toolchains,
        })
    }

    /// The revision's checkout, which stays for the next time.
    fn check_out(&self, revision: &str) -> Result<PathBuf> {
        let commit = format!("{revision}^{{commit}}");
        let sha = git(&self.top, &["rev-parse", "--verify", "--quiet", &commit])
            .map_err(|_| Error::usage(format!("there is no revision `{revision}` here")))?;
        let sha = sha.trim();
        let dir = self
            .workdir
            .root()
            .join("revisions")
            .join(&sha[..sha.len().min(12)]);
        if !dir.join(".git").exists() {
            workdir::create_dir(dir.parent().unwrap_or(&self.top))?;
            let path = dir.to_string_lossy();
            git(&self.top, &["worktree", "prune"])?;
            git(
                &self.top,
                &["worktree", "add", "--detach", "--force", &path, sha],
            )?;
        }
        Ok(dir)
    }

    fn make(
        &self,
        make: &str,
        revision: &str,
        dir: &Path,
        stop: &Stop,
        listener: &dyn Listener,
    ) -> Result<()> {
        let work = Work::Make {
            revision: revision.to_owned(),
        };
        let task = event::begin(listener, work);
        let tool = Tool::new("sh")
            .arg("-c")
            .arg(make)
            .dir(dir)
            .stopped_by(stop);
        listener.hear(Event::Command {
            command: tool.to_string(),
        });
        let log = self.workdir.root().join("revisions").join("make.log");
        let ending = exec::run_logged(&tool, &log, MAKE_LIMIT, &mut |_| {})?;
        if !ending.success() {
            return Err(Error::new(ErrorKind::Build, "the build failed")
                .because(format!("`{make}` {ending}"))
                .log(exec::tail(&log)));
        }
        task.done("");
        Ok(())
    }
}

/// What git answers.
fn git(dir: &Path, args: &[&str]) -> Result<String> {
    let tool = Tool::new("git").args(args.iter().copied()).dir(dir);
    let said = exec::capture(&tool, GIT_LIMIT)?;
    if said.ending.success() {
        return Ok(said.stdout);
    }
    Err(Error::usage(format!("`{tool}` {}", said.ending))
        .because(said.stderr.lines().last().unwrap_or_default().to_owned()))
}
