//! What keeps a Job from running: each with its message, and nothing is lost.

use super::project::Project;
use crate::cluster::cluster;
use crate::needs::Needed;
use crate::sandbox::{Sandbox, wait_for};

#[test]
fn an_image_that_is_not_there_a_secret_that_is_not_there_and_a_node_that_is_too_small() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "refused", "")?;
        let build = "build --variant native";
        project
            .sandbox
            .pgoctl(format!("{build} --engine kubernetes"));
        let image = |tag: &str| {
            let mut command = project.sandbox.command(build);
            command.env("PGOCTL_ENGINE_IMAGE", tag);
            crate::sandbox::Said::of(&command.output().unwrap())
        };
        image("pgoctl.local/none:1").fails(
            3,
            &["its image cannot be had", "correct `image` in `[engine]`"],
        );
        image("Not An Image").fails(3, &["its image cannot be had"]);
        // Nothing that can never run is left.
        wait_for("the Jobs are gone", || project.jobs().len() == 1);
        project.configure("namespace = ", "secret = \"none\"\nnamespace = ");
        let said = project
            .sandbox
            .pgoctl("build --variant native-instrumented");
        said.fails(3, &["secret \"none\" not found", "`secret` in `[engine]`"]);
        project.configure("secret = \"none\"\n", "");
        project.configure("memory = \"1Gi\"", "memory = \"4000Gi\"");
        let mut command = project.sandbox.command("build --variant native-pgo");
        command
            .stderr(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        wait_for("it says that no node takes it", || {
            use std::io::BufRead as _;
            stderr.read_line(&mut said).unwrap();
            said.contains("Insufficient memory")
        });
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        project
            .sandbox
            .succeeds("build --variant native-pgo --cancel");
        project.configure("memory = \"4000Gi\"", "memory = \"lots\"");
        project.sandbox.pgoctl(build).fails(
            2,
            &[
                "quantities must match",
                "correct what the message names in `[engine]`",
            ],
        );
        Ok(())
    })();
}

#[test]
fn a_pod_without_memory_is_said_to_be_that() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "memory", "")?;
        project.configure("memory = \"1Gi\"", "memory = \"24Mi\"");
        let said = project.sandbox.pgoctl("train --variant hotspot-cds");
        said.fails(
            3,
            &["ran out of memory and was killed", "`memory` in `[engine]`"],
        );
        Ok(())
    })();
}

#[test]
fn an_account_without_rights_is_told_and_doctor_lists_what_is_missing() {
    let _: Needed<()> = (|| {
        let mut project = Project::new(cluster()?, "rights", "")?;
        let doctor = project.sandbox.pgoctl("doctor");
        assert!(
            doctor.stdout.contains("cluster       it can run Jobs"),
            "{}",
            doctor.stdout
        );
        project.kubectl("create serviceaccount nobody");
        let token = project.kubectl("create token nobody");
        let kubeconfig = project.cluster.kubeconfig_with(token.trim());
        let path = project.sandbox.write("nobody", &kubeconfig);
        project.sandbox.set("KUBECONFIG", path);
        let said = project.sandbox.pgoctl("build --variant native");
        said.fails(3, &["may not get the Job", "the Role in deploy/"]);
        let doctor = project.sandbox.pgoctl("doctor");
        assert_eq!(doctor.status, 3);
        for need in ["may not create jobs", "may not get pods/log"] {
            assert!(doctor.stdout.contains(need), "{}", doctor.stdout);
        }
        Ok(())
    })();
}

#[test]
fn what_can_be_told_without_a_cluster_is_told_before_anything_is_sent() {
    let _: Needed<()> = (|| {
        let mut sandbox = Sandbox::project("hello")?;
        let build = "build --engine kubernetes --variant native";
        sandbox
            .pgoctl(build)
            .fails(2, &["a cluster cannot reach", "name a bucket"]);
        sandbox.set("PGOCTL_STORE", "s3://jobs");
        sandbox.set("AWS_ACCESS_KEY_ID", "a");
        sandbox.set("AWS_SECRET_ACCESS_KEY", "b");
        sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        sandbox.set("AWS_ALLOW_HTTP", "true");
        sandbox
            .pgoctl(build)
            .fails(2, &["there is no container image", "[engine] image"]);
        sandbox
            .pgoctl("bench --engine kubernetes 'sleep 1'")
            .fails(2, &["a cluster measures the project's images only"]);
        sandbox
            .pgoctl("build --variant native --cancel")
            .fails(2, &["`--cancel` ends a Job", "--engine kubernetes"]);
        sandbox.append("pgoctl.toml", "\n[engine]\nkind = \"kubernets\"\n");
        sandbox
            .pgoctl("build")
            .fails(2, &["there is no word `kubernets`"]);
        Ok(())
    })();
}
