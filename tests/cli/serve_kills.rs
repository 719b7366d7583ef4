//! Seeded kills of everything that a controller lives with: itself, workers of any image, a build and the native-image below it, the
//! server of its store. After each one everything comes up alone, no profile is lost, no half image serves, and in the end nothing
//! is left of any of them.

mod checks;
mod clients;
mod course;
mod storage;
mod victims;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::seq::SliceRandom as _;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::controller::{Controller, Ends};
use crate::needs::Needed;
use crate::sandbox::{Sandbox, wait_for, wait_within};
use checks::{are_whole, half_made, nothing_is_left};
use clients::{CLIENTS, Clients};
use course::Course;
use storage::Storage;
use victims::Victim;

/// Kills; `PGOCTL_TEST_DEATHS` asks for more.
const DEATHS: u32 = 12;
/// Of twelve kills so many are such, at first in this order: builds go on at the beginning, and one that was killed is made again after
/// half a minute.
const DECK: [Victim; 12] = [
    Victim::NativeImage,
    Victim::Worker,
    Victim::Builder,
    Victim::Controller,
    Victim::Store,
    Victim::Worker,
    Victim::Controller,
    Victim::Worker,
    Victim::Store,
    Victim::Worker,
    Victim::Controller,
    Victim::Store,
];
/// In which everything serves again.
const BOUND: Duration = Duration::from_secs(60);

/// A project on the contract double whose calls and builds take their time, and gain: kills meet them at work.
fn project() -> Needed<(Sandbox, Storage)> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(
        "--stage-ms 60 --fault slow-answers=3000@native --fault slow-answers=3000@instrumented \
         --fault slow-answers=500@pgo",
    );
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 8\nprofiles = 4\ncanary = \"100%\"\n";
    sandbox.append("pgoctl.toml", table);
    let storage = Storage::new()?;
    storage.backing.used_by(&mut sandbox);
    Ok((sandbox, storage))
}

/// How often each victim was killed in which stage, and how long it took until everything served again.
#[derive(Default)]
struct Table {
    kills: BTreeMap<String, BTreeMap<String, u32>>,
    took: BTreeMap<Victim, Vec<Duration>>,
    broken: BTreeMap<Victim, u64>,
}

impl Table {
    fn text(&self) -> String {
        let stages = [
            "trace",
            "hotspot",
            "native",
            "profiling",
            "trial",
            "optimized",
        ];
        let mut lines = vec![format!(
            "{:28}{}",
            "killed",
            stages.map(|it| format!("{it:>11}")).concat()
        )];
        for (victim, by_stage) in &self.kills {
            let counts = stages.map(|it| by_stage.get(it).copied().unwrap_or(0));
            let counts = counts.map(|count| format!("{count:>11}")).concat();
            lines.push(format!("{victim:28}{counts}"));
        }
        for (victim, took) in &self.took {
            let mut took = took.clone();
            took.sort();
            let (median, most) = (took[took.len() / 2], took[took.len() - 1]);
            let broken = self.broken.get(victim).copied().unwrap_or(0);
            let name = victim.name();
            lines.push(format!(
                "{name}: {} kills, back after {median:.1?} (median), {most:.1?} (most); {broken} calls broke",
                took.len()
            ));
        }
        lines.join("\n")
    }
}

/// So many calls may break with such a victim: those that it had, or that were under way.
fn may_break(victim: Victim) -> usize {
    match victim {
        // Of each client the one that was under way, and one on a connection that the dying one still took.
        Victim::Controller => 2 * CLIENTS,
        Victim::Worker => 1,
        Victim::Builder | Victim::NativeImage | Victim::Store => 0,
    }
}

#[test]
fn whoever_is_killed_whenever_everything_comes_up_alone_and_nothing_is_lost() {
    let Ok((sandbox, storage)) = project() else {
        return;
    };
    let deaths = std::env::var("PGOCTL_TEST_DEATHS").map_or(DEATHS, |it| it.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let names: Vec<String> = (0..3).map(|number| format!("hello{number}")).collect();
    let mut controller = Controller::start(&sandbox, "");
    let mut pids = vec![controller.pid()];
    let mut course = Course::of(&sandbox, &names);
    for name in &names {
        course.install(&controller, name);
    }
    let clients = Clients::of(&names, &controller.address);
    let (mut table, mut known) = (Table::default(), checks::Known::default());
    let mut deck: Vec<Victim> = DECK.into_iter().rev().collect();
    let controller = std::thread::scope(|scope| {
        let all: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let clients = &clients;
                scope.spawn(move || clients.call(client))
            })
            .collect();
        let ends = Ends(&clients.over);
        for death in 0..deaths {
            if deck.is_empty() {
                deck.extend(DECK);
                deck.shuffle(&mut random);
            }
            let mut victim = deck.pop().unwrap();
            if victim == Victim::Store && !storage.can_die() {
                victim = Victim::Controller;
            }
            let until = Instant::now() + Duration::from_millis(random.random_range(20..2000));
            wait_for("the moment", || {
                course.goes_on(&controller, &mut random);
                Instant::now() >= until
            });
            clients.wait_for_answers();
            assert_eq!(
                clients.broken(),
                Vec::<String>::new(),
                "before death {death}"
            );
            let drawn = names[random.random_range(0..names.len())].clone();
            let mut row = victim.name().to_owned();
            let mut column = course::stage(&controller, &drawn);
            let began;
            match victim {
                Victim::Controller => {
                    began = Instant::now();
                    controller.kill();
                    known.waits(&sandbox);
                    controller = Controller::start(&sandbox, "");
                    pids.push(controller.pid());
                    clients.go_to(&controller.address);
                }
                Victim::Store => {
                    storage.kill();
                    let until =
                        Instant::now() + Duration::from_millis(random.random_range(0..1500));
                    wait_for("the moment", || Instant::now() >= until);
                    began = Instant::now();
                    storage.start_again();
                }
                Victim::Worker | Victim::Builder | Victim::NativeImage => {
                    let killed = course.strike(&controller, victim, &mut random);
                    began = Instant::now();
                    column = killed.stage;
                    if let Some(variant) = killed.variant {
                        row = format!("{row} of {variant}");
                    }
                }
            }
            wait_within(BOUND, "all functions", || {
                let mut client = controller.client();
                names
                    .iter()
                    .all(|name| client.post(&format!("/f/{name}/")).status == 200)
            });
            table.took.entry(victim).or_default().push(began.elapsed());
            clients.wait_for_answers();
            let broken = clients.broken();
            assert!(
                broken.len() <= may_break(victim),
                "death {death} of {row} in {column}: {broken:?}"
            );
            *table.broken.entry(victim).or_default() += broken.len() as u64;
            known.hold(&sandbox, &storage, death);
            are_whole(&sandbox, &clients.images(), death);
            eprintln!(
                "death {death}: {row} in {column}, {:?}; {broken:?}",
                began.elapsed()
            );
            *table
                .kills
                .entry(row)
                .or_default()
                .entry(column)
                .or_default() += 1;
        }
        course.is_made_up_for(&controller, &mut random);
        wait_for("the profiles in the store", || {
            let pending = |name: &String| controller.status(name)["profiles"]["pending"] == 0;
            names.iter().all(pending)
        });
        drop(ends);
        for client in all {
            client.join().unwrap();
        }
        assert_eq!(clients.broken(), Vec::<String>::new(), "after all deaths");
        controller
    });
    assert_eq!(controller.end(), Some(0));
    known.hold(&sandbox, &storage, deaths);
    let profiles = known.all_are_there();
    // The next one clears away what the killed ones had begun.
    let begun = half_made(&sandbox).len();
    let controller = Controller::start(&sandbox, "");
    pids.push(controller.pid());
    wait_for("what was begun to be cleared away", || {
        half_made(&sandbox).is_empty()
    });
    assert_eq!(controller.end(), Some(0));
    nothing_is_left(&sandbox, &pids);
    let calls = clients.total();
    eprintln!(
        "{deaths} kills, {calls} calls answered, {profiles} profiles\n{}",
        table.text()
    );
    eprintln!(
        "{}; {begun} things half made were cleared away in the end",
        course.text()
    );
}
