//! A controller whose native images are built as Jobs.

use super::project::Project;
use crate::cluster::cluster;
use crate::controller::Controller;
use crate::needs::Needed;

#[test]
fn a_controller_has_its_images_built_as_jobs() {
    let _: Needed<()> = (|| {
        let project = Project::new(cluster()?, "serve", "")?;
        let sandbox = &project.sandbox;
        let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 20\nprofiles = 3\ncanary = \"0.0001%\"\n";
        sandbox.append("pgoctl.toml", table);
        let controller = Controller::start(sandbox, "");
        let said = controller.command(sandbox, "install");
        assert_eq!(said.status, 0, "{}", said.stderr);
        controller.drive("hello", "a trial of the image made of profiles", |status| {
            !status["trial_calls"].is_null()
        });
        assert_eq!(sandbox.builds(), [""; 0], "nothing is built here");
        assert_eq!(project.jobs().len(), 3, "{:?}", project.jobs());
        assert_eq!(controller.end(), Some(0));
        Ok(())
    })();
}
