//! `--engine kubernetes`: commands as Jobs of a real cluster, and everything that may go wrong on the way.

mod on_community;
mod outages;
pub mod project;
mod refusals;
mod serve;

use super::cluster::cluster;
use super::double::PGO;
use super::needs::Needed;
use super::sandbox::wait_for;
use project::{Project, RESERVED};

#[test]
fn a_build_is_a_job_and_what_it_made_is_what_is_made_here() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "build", "")?;
        let said = project.sandbox.succeeds(format!("build {PGO}"));
        assert!(
            said.stderr.contains("-> build native-pgo"),
            "{}",
            said.stderr
        );
        assert!(said.stdout.contains("node node"), "{}", said.stdout);
        assert_eq!(project.sandbox.builds(), [""; 0], "nothing is built here");
        // Everything that a local run needs is there, under the names that it gives.
        let local = format!("run --no-bench --engine local --format json {PGO}");
        let report = project.sandbox.json(local);
        let stages = report["stages"].as_array().unwrap();
        let made = stages.iter().filter(|stage| stage["status"] != "reused");
        assert_eq!(made.count(), 0, "{stages:?}");
        assert_eq!(project.sandbox.builds(), [""; 0]);
        // The same once more is no other Job; another one finds what this one made.
        let jobs = project.jobs();
        let again = project.sandbox.succeeds(format!("build {PGO}"));
        assert!(
            again.stderr.contains("it is done already"),
            "{}",
            again.stderr
        );
        assert_eq!(project.jobs(), jobs);
        let said = project.sandbox.succeeds("build --variant native --explain");
        assert!(
            said.stderr.contains("build native: reused"),
            "{}",
            said.stderr
        );
        assert_eq!(project.jobs().len(), jobs.len() + 1);
        let logs = project.sandbox.products().into_iter();
        assert_eq!(logs.filter(|file| file.contains("/jobs/")).count(), 2);
        Ok(())
    })();
}

#[test]
fn whoever_stops_waiting_leaves_the_job_and_finds_it_again() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "found", "--stage-ms 600")?;
        let first = project.begins("build --variant native");
        first.kill();
        let said = project.sandbox.succeeds("build --variant native");
        assert!(said.stderr.contains("it was there"), "{}", said.stderr);
        assert!(said.stderr.contains("ok build native"), "{}", said.stderr);
        assert_eq!(project.jobs().len(), 1);
        // Ctrl-C says how to find it, and `--cancel` ends it.
        let second = project.begins("build --variant native-instrumented");
        let said = second.interrupt();
        assert_eq!(said.status, 130, "{}", said.stderr);
        for words in ["goes on", "--cancel"] {
            assert!(said.stderr.contains(words), "{}", said.stderr);
        }
        assert_eq!(project.jobs().len(), 2);
        let said = project
            .sandbox
            .succeeds("build --variant native-instrumented --cancel");
        assert!(said.stderr.contains("ended"), "{}", said.stderr);
        wait_for("the Job is gone", || project.jobs().len() == 1);
        let said = project
            .sandbox
            .succeeds("build --variant native-instrumented --cancel");
        assert!(
            said.stderr.contains("there is no such Job"),
            "{}",
            said.stderr
        );
        Ok(())
    })();
}

#[test]
fn a_pod_that_dies_is_followed_by_one_that_goes_on() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "dies", "--stage-ms 300")?;
        let build = project.begins(&format!("build {PGO}"));
        let keys = || project.objects("products/images/");
        wait_for("one of two images is in the store", || !keys().is_empty());
        let pod = project.pods().remove(0);
        project.kubectl(&format!("delete pod {pod} --grace-period=0 --force"));
        let said = build.ended();
        assert_eq!(said.status, 0, "{}", said.stderr);
        let pods = project.pods();
        assert!(!pods.contains(&pod), "{pods:?}");
        let begun = said.stderr.matches("-> build native\n").count();
        assert_eq!(begun, 1, "it is not built twice: {}", said.stderr);
        Ok(())
    })();
}

#[test]
fn a_sweep_gives_the_report_that_it_gives_here() {
    let _: Needed<()> = (|| {
        let cluster = cluster()?;
        let project = Project::new(cluster, "sweep", "")?;
        let sweep = "sweep --profiles 1,2,3,4,5,6,7 --bench-requests 20 --format json";
        let first = project.begins(sweep);
        let keys = || project.objects("products/images/");
        wait_for("some images are there", || keys().len() > 2);
        first.kill();
        let said = project.sandbox.succeeds(sweep);
        let words = ["it was there", "it is done already"];
        assert!(
            words.iter().any(|words| said.stderr.contains(words)),
            "{}",
            said.stderr
        );
        assert_eq!(project.jobs().len(), 1);
        let there = said.json();
        let local = Project::new(cluster, "sweep-here", "")?;
        let here = local.sandbox.json(format!("{sweep} --engine local"));
        let cells = |report: &serde_json::Value| {
            let cells = report["sweep"]["cells"].as_array().unwrap();
            let counts = cells.iter().map(|cell| cell["count"].clone());
            counts.collect::<Vec<_>>()
        };
        assert_eq!(cells(&there), cells(&here));
        let sides = |report: &serde_json::Value| {
            let sides = report["variants"].as_array().unwrap().iter();
            let sides = sides.map(|side| {
                (
                    side["variant"].clone(),
                    side["rounds"].as_array().map(Vec::len),
                )
            });
            sides.collect::<Vec<_>>()
        };
        assert_eq!(sides(&there), sides(&here));
        assert_eq!(there["host"]["node"], "node");
        assert!(here["host"].get("node").is_none());
        Ok(())
    })();
}

#[test]
fn what_is_measured_has_whole_cores_and_is_measured_anew() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "bench", "")?;
        project
            .sandbox
            .succeeds("build --variant native,native-pgo");
        let bench = "bench --variant native,native-pgo --format json";
        let report = project.sandbox.json(bench);
        assert_eq!(report["host"]["node"], "node");
        assert!(
            report["comparisons"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
        let rounds = report["variants"][0]["rounds"].as_array().unwrap();
        let throttled = &rounds[0]["throttled_ms"];
        assert!(
            throttled.is_number(),
            "a pod with a quota knows: {throttled}"
        );
        let quality = project
            .kubectl("get pods -l pgoctl/stage=bench -o jsonpath={.items[*].status.qosClass}");
        assert_eq!(quality, "Guaranteed");
        let again = project.sandbox.json(bench);
        assert!(report["started"].is_string());
        assert_ne!(
            report["started"], again["started"],
            "the same words measure anew"
        );
        let cores = project.kubectl(&format!(
            "get pods -l pgoctl/stage=bench -o jsonpath={}",
            "{.items[0].spec.containers[0].resources.limits.cpu}"
        ));
        assert_eq!(cores, RESERVED);
        Ok(())
    })();
}
