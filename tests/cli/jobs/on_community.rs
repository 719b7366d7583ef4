//! A whole pipeline as Jobs with a real native-image: baseline, training on HotSpot, merge, rebuild with our optimizer.

use super::project::Project;
use crate::cluster::cluster;
use crate::community::community;
use crate::needs::Needed;

#[test]
fn a_pipeline_of_jobs_makes_the_images_that_are_made_here() {
    let _: Needed<()> = (|| {
        let home = community()?;
        let mut project = Project::real(cluster()?, "community", &home)?;
        project.configure("memory = \"1Gi\"", "memory = \"4Gi\"");
        project.sandbox.set("GRAALVM_HOME", &home);
        let said = project.sandbox.succeeds("build --variant native");
        assert!(said.stderr.contains("ok build native"), "{}", said.stderr);
        project.sandbox.succeeds("train --variant native-pgo");
        project.sandbox.succeeds("merge --variant native-pgo");
        let said = project.sandbox.succeeds("build --variant native-pgo");
        assert!(said.stderr.contains("PGO: pgoctl"), "{}", said.stderr);
        assert!(!said.stderr.contains("-> train"), "{}", said.stderr);
        assert_eq!(project.jobs().len(), 4);
        // The digests of all that shaped them are those of this machine, and they work here.
        let report = project.sandbox.json(
            "run --engine local --variant native,native-pgo --format json --rounds 6 --requests 20 --cold-starts 0",
        );
        let stages = report["stages"].as_array().unwrap();
        let made = stages
            .iter()
            .filter(|stage| stage["status"] != "reused" && stage["name"] != "bench");
        assert_eq!(made.count(), 0, "{stages:?}");
        assert!(
            report["comparisons"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
        Ok(())
    })();
}
