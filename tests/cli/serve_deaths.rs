//! Two controllers over one store, of which now one and now the other is killed: calls that nobody had begun never fail, and what the
//! two decide is one history.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::controller::{Controller, Ends};
use super::fleet::{Fleet, Tally};
use super::sandbox::{Sandbox, wait_for};

/// Deaths; `PGOCTL_TEST_DEATHS` asks for more.
const DEATHS: u32 = 12;

fn start(sandbox: &Sandbox, home: usize) -> Controller {
    Controller::start(sandbox, &format!("--home homes/{home} --store shared"))
}

#[test]
fn whichever_of_two_is_killed_whenever_there_is_one_history_and_no_profile_is_lost() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("--stage-ms 5");
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 5\nprofiles = 4\ncanary = \"50%\"\n";
    sandbox.append("pgoctl.toml", table);
    let deaths = std::env::var("PGOCTL_TEST_DEATHS").map_or(DEATHS, |it| it.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut controllers = vec![start(&sandbox, 0), start(&sandbox, 1)];
    let said = controllers[0].command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let fleet = Fleet::of(&controllers);
    let (calls, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let mut stages: BTreeMap<String, u32> = BTreeMap::new();
    let tally = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| fleet.call("/f/hello/", &calls, &over)))
            .collect();
        let ends = Ends(&over);
        let mut known = 0;
        for death in 0..deaths {
            let until = Instant::now() + Duration::from_millis(random.random_range(20..2500));
            wait_for("the moment", || Instant::now() >= until);
            let dies = random.random_range(0..2);
            let status = controllers[dies].status("hello");
            *stages
                .entry(status["stage"].as_str().unwrap().to_owned())
                .or_default() += 1;
            known = known.max(status["profiles"]["stored"].as_u64().unwrap());
            fleet.leaves(&controllers[dies]);
            controllers.remove(dies).kill();
            controllers.insert(dies, start(&sandbox, dies));
            fleet.joins(&controllers[dies]);
            for controller in &controllers {
                let history = controller.get("/v1/functions/hello/history");
                let numbers = history.as_array().unwrap().iter();
                let numbers: Vec<u64> = numbers
                    .map(|it| it["generation"].as_u64().unwrap())
                    .collect();
                let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
                assert_eq!(numbers, expected, "death {death}");
            }
            let stored = controllers[1 - dies].get("/v1/functions/hello/profiles");
            let stored = stored.as_array().unwrap().len() as u64;
            assert!(stored >= known, "death {death}: {stored} of {known}");
            let status = controllers[dies].status("hello");
            if status["held"].is_string() {
                controllers[1 - dies].command(&sandbox, "collect hello");
            } else if status["stage"] == "optimized" {
                controllers[1 - dies].command(&sandbox, "rollback hello");
            }
        }
        // Both are of one mind in the end.
        wait_for("the same at both", || {
            let mind = |at: usize| controllers[at].status("hello")["generation"].clone();
            mind(0) == mind(1)
        });
        drop(ends);
        let tallies = clients.into_iter().map(|it| it.join().unwrap());
        tallies.fold(Tally::default(), Tally::and)
    });
    eprintln!("{deaths} deaths, by stage: {stages:?}; {tally:?}");
    assert_eq!(tally.failed, BTreeMap::new(), "{tally:?}");
    // Of each client's calls the one that was under way, and one that the dying one still took.
    assert!(tally.repeated <= u64::from(4 * deaths), "{tally:?}");
    for controller in controllers {
        assert_eq!(controller.end(), Some(0));
    }
}
