//! The API server or the store cannot be reached for a while: the Job goes on, everybody waits, and all ends well.

use std::time::Duration;

use serde_json::json;

use super::project::Project;
use crate::cluster::{NODE, cluster, store_port};
use crate::needs::Needed;
use crate::sandbox::quoted;

/// How long they are away.
const AWAY: Duration = Duration::from_secs(30);

#[test]
fn the_api_server_is_away_for_half_a_minute() {
    let _: Needed<()> = (|| {
        let mut project = Project::new(cluster()?, "api-away", "--stage-ms 1500")?;
        let kubeconfig = std::fs::read_to_string(&project.cluster.kubeconfig).unwrap();
        let (_, rest) = kubeconfig.split_once("https://").unwrap();
        let server = rest.split('"').next().unwrap();
        let way = project.cluster.way(false, "127.0.0.1", server);
        let path = project
            .sandbox
            .write("kubeconfig", &kubeconfig.replace(server, &way.address));
        project.sandbox.set("KUBECONFIG", path);
        let build = project.begins("build --variant native");
        way.cut_for(AWAY);
        let said = build.ended();
        assert_eq!(said.status, 0, "{}", said.stderr);
        for words in ["the cluster does not answer", "ok build native"] {
            assert!(said.stderr.contains(words), "{}", said.stderr);
        }
        assert_eq!(said.stderr.matches("-> build native\n").count(), 1);
        Ok(())
    })();
}

#[test]
fn the_store_is_away_for_half_a_minute() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "store-away", "--stage-ms 400")?;
        let store = format!("{NODE}:{}", store_port());
        let way = project.cluster.way(true, NODE, &store);
        let endpoint =
            json!({ "stringData": { "AWS_ENDPOINT_URL": format!("http://{}", way.address) } });
        project.kubectl(&format!(
            "patch secret pgoctl-store -p {}",
            quoted(endpoint.to_string())
        ));
        let build = project.begins("build --variant native");
        way.cut_for(AWAY);
        let said = build.ended();
        assert_eq!(said.status, 0, "{}", said.stderr);
        assert_eq!(
            project.objects("products/images/").len(),
            1,
            "{}",
            said.stderr
        );
        assert_eq!(project.pods().len(), 1, "it waited");
        Ok(())
    })();
}
