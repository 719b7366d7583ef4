//! What keeps functions going from stage to stage, so that kills meet all of them; and builds that were killed, until they are made
//! up for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::{Rng, RngExt};
use serde_json::Value;

use super::victims::{self, Victim};
use crate::controller::Controller;
use crate::sandbox::{Sandbox, wait_within};

/// How often functions are looked at.
const LOOK: Duration = Duration::from_millis(200);
/// After a build that was killed the controller waits for half a minute.
const REPEATED: Duration = Duration::from_secs(120);
/// In which some build goes on.
const BUILDS: Duration = Duration::from_secs(150);

/// A build that was killed.
struct Owed {
    function: String,
    variant: String,
    /// The last event before.
    after: u64,
    since: Instant,
}

/// Who was killed.
pub struct Killed {
    pub variant: Option<String>,
    pub stage: String,
}

/// Functions on their way.
pub struct Course<'a> {
    sandbox: &'a Sandbox,
    names: Vec<String>,
    config: String,
    version: u32,
    looked: Option<Instant>,
    /// Where a function stays for a while that goes on only by hand.
    rests: BTreeMap<String, Instant>,
    owed: Vec<Owed>,
    repeated: Vec<Duration>,
    /// By hand.
    asked: BTreeMap<&'static str, u32>,
}

/// Where a function stands, as the table has it.
pub fn stage(controller: &Controller, name: &str) -> String {
    let status = controller.status(name);
    match status["trial_calls"].is_null() {
        true => status["stage"].as_str().unwrap().to_owned(),
        false => "trial".to_owned(),
    }
}

impl<'a> Course<'a> {
    pub fn of(sandbox: &'a Sandbox, names: &[String]) -> Self {
        Self {
            sandbox,
            names: names.to_vec(),
            config: sandbox.read("pgoctl.toml"),
            version: 0,
            looked: None,
            rests: BTreeMap::new(),
            owed: Vec::new(),
            repeated: Vec::new(),
            asked: BTreeMap::new(),
        }
    }

    /// Installs the next version of a function.
    pub fn install(&mut self, controller: &Controller, name: &str) {
        self.version += 1;
        // All of its images are built: none was made before.
        let env = format!(
            "[function.hello]\nnative-image-args = [\"-Dversion={}\"]\n",
            self.version
        );
        let config = self.config.replacen("[function.hello]\n", &env, 1);
        self.sandbox.write("pgoctl.toml", &config);
        let said = controller.command(self.sandbox, &format!("install --name {name}"));
        assert_eq!(said.status, 0, "{}", said.stderr);
        *self.asked.entry("install").or_default() += 1;
    }

    /// Whatever waits for a person goes on after a while.
    pub fn goes_on(&mut self, controller: &Controller, random: &mut impl Rng) {
        if self.looked.is_some_and(|at| at.elapsed() < LOOK) {
            return;
        }
        self.looked = Some(Instant::now());
        self.settle(controller);
        for name in self.names.clone() {
            if self.owed.iter().any(|owed| owed.function == name) {
                continue;
            }
            let status = controller.status(&name);
            let held = status["held"].is_string();
            let tried = !status["trial_calls"].is_null();
            if !held && !tried && status["stage"] != "optimized" {
                self.rests.remove(&name);
                continue;
            }
            // Where two images are equal a trial takes long.
            let rest = if tried { 3000..9000 } else { 300..2500 };
            let rest = Duration::from_millis(random.random_range(rest));
            let until = *self
                .rests
                .entry(name.clone())
                .or_insert(Instant::now() + rest);
            if Instant::now() < until {
                continue;
            }
            self.rests.remove(&name);
            let what = match (tried, held, random.random_range(0..6)) {
                (true, _, _) => "promote",
                (_, _, 0..3) => "install",
                (_, false, 3..5) => "rollback",
                _ => "collect",
            };
            if what == "install" {
                self.install(controller, &name);
                continue;
            }
            let answer = controller.ask("POST", &format!("/v1/functions/{name}/{what}"), "", b"");
            // 409: it went on meanwhile.
            assert!([200, 409].contains(&answer.status), "{what}: {answer:?}");
            *self.asked.entry(what).or_default() += 1;
        }
    }

    /// Kills a worker, or what builds, once there is one.
    pub fn strike(
        &mut self,
        controller: &Controller,
        victim: Victim,
        random: &mut impl Rng,
    ) -> Killed {
        let mut struck = None;
        wait_within(BUILDS, &format!("a {} to kill", victim.name()), || {
            self.goes_on(controller, random);
            let found = self.found(victim);
            if found.is_empty() {
                return false;
            }
            if victim != Victim::Worker {
                // Some way into its work.
                std::thread::park_timeout(Duration::from_millis(random.random_range(0..400)));
            }
            let process = &found[random.random_range(0..found.len())];
            let Some(function) = process.function() else {
                return false;
            };
            let stage = stage(controller, &function);
            let (after, variant) = last_build(controller, &function);
            if !self.found(victim).iter().any(|it| it.pid == process.pid) || !process.kill() {
                return false;
            }
            if victim != Victim::Worker {
                self.owed.push(Owed {
                    function,
                    variant,
                    after,
                    since: Instant::now(),
                });
            }
            struck = Some(Killed {
                variant: process.variant().map(str::to_owned),
                stage,
            });
            true
        });
        struck.unwrap()
    }

    /// Those that can be killed; builds of functions that still wait for another one are spared.
    fn found(&self, victim: Victim) -> Vec<victims::Process> {
        let mut found = victims::of(victim, &victims::all(self.sandbox.path()));
        if victim != Victim::Worker {
            let owed = |name: String| self.owed.iter().any(|owed| owed.function == name);
            found.retain(|it| !it.function().is_some_and(owed));
        }
        found
    }

    /// Builds that were killed and made again are no longer owed.
    fn settle(&mut self, controller: &Controller) {
        let mut made = Vec::new();
        self.owed.retain(|owed| {
            let events = controller.get(&format!("/v1/events?after={}", owed.after));
            let is_made = |event: &Value| {
                let finished = event["type"] == "io.pgoctl.build.finished"
                    && event["data"]["variant"] == owed.variant.as_str();
                // Where the controller was killed meanwhile, nobody said that it was finished: it goes on with what is there.
                let goes_on = event["type"] == "io.pgoctl.function.advanced"
                    || event["type"] == "io.pgoctl.trial.started";
                event["function"] == owed.function.as_str() && (finished || goes_on)
            };
            let is_over = events.as_array().unwrap().iter().any(is_made);
            let took = owed.since.elapsed();
            assert!(
                is_over || took < REPEATED,
                "{} is not built again",
                owed.function
            );
            if is_over {
                made.push(took);
            }
            !is_over
        });
        self.repeated.extend(made);
    }

    /// Waits until every build that was killed was made again.
    pub fn is_made_up_for(&mut self, controller: &Controller, random: &mut impl Rng) {
        wait_within(REPEATED, "the builds that were killed", || {
            self.goes_on(controller, random);
            self.owed.is_empty()
        });
    }

    /// What was asked for by hand, and how long builds that were killed took to be made.
    pub fn text(&self) -> String {
        format!(
            "by hand: {:?}; killed builds were made after {:.1?}",
            self.asked, self.repeated
        )
    }
}

/// The number of the last event, and the variant that was built last for that function.
fn last_build(controller: &Controller, function: &str) -> (u64, String) {
    let events = controller.get("/v1/events");
    let events = events.as_array().unwrap();
    let begins = |event: &&Value| {
        event["function"] == function && event["type"] == "io.pgoctl.build.started"
    };
    let built = events.iter().rev().find(begins);
    let variant = built.map(|event| event["data"]["variant"].as_str().unwrap().to_owned());
    let last = events.last().map(|event| event["id"].as_u64().unwrap());
    (last.unwrap_or(0), variant.unwrap_or_default())
}
